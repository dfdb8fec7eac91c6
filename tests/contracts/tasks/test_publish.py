"""The task `publish`: which draft it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.config.entry import main
from contracts.report.write import to_json
from contracts.show.export.contract_schema import contract_schema
from contracts.tasks.usage import USAGE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract


@pytest.mark.parametrize("named", [("toy", "1.1.0"), ("other", "1.0.0")])
def test_a_draft_of_something_else_is_not_published(
    write: Callable[..., Contract],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    named: tuple[str, str],
) -> None:
    """Otherwise a draft of an earlier configuration would be published under the new name."""
    draft = write(tmp_path / "draft").folder
    product, version = named
    asked = [
        "task=publish",
        f"product.name={product}",
        f"product.contract={version}",
        f"task.options.draft_folder={draft}",
        f"paths.published={tmp_path / 'published'}",
        f"paths.output={tmp_path / 'output'}",
    ]
    assert main("contracts", usage=USAGE, arguments=asked) == 4
    told = capsys.readouterr().err
    assert f"the draft is of toy 1.0.0, the configuration names {product} {version}" in told
    assert "task=specify" in told
    assert not (tmp_path / "published").exists()


def test_the_schema_that_a_contract_names_is_beside_it(
    write: Callable[..., Contract], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An editor finds it by the path in the document; the digest fits a terminal's line."""
    folder = write(tmp_path / "published" / "toy" / "1.0.0").folder
    asked = [
        "task=publish",
        "product.name=toy",
        "product.contract=1.0.0",
        f"task.options.draft_folder={folder}",
        f"paths.published={tmp_path / 'published'}",
        f"paths.output={tmp_path / 'output'}",
    ]
    assert main("contracts", usage=USAGE, arguments=asked) == 0
    named = folder / "../../contract.schema.json"
    assert named.read_bytes() == to_json(contract_schema())
    (line,) = (each for each in capsys.readouterr().out.splitlines() if "digest" in each)
    assert len(line) <= 80
    assert len(line.split()[1]) == 64
