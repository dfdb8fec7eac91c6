"""The task `publish`: which draft it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.config.entry import main
from contracts.usage import USAGE

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
    """A draft that an earlier configuration left would be taken for the one that is named."""
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
