from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.config import settings
from contracts.config.compose import TREE, compose
from contracts.config.entry import main
from contracts.publication.change.bump import raised
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

CONFIG: Any = settings(compose("contracts"), Contracts)
PRODUCT, VERSION = CONFIG.product.name, CONFIG.product.contract
FIRST = CONFIG.product.specification.metrics[0]
#: Promises less of the first metric: the consumer breaks.
EASED = (
    "product.specification.metrics.0.threshold="
    f"{FIRST.threshold + (0.05 if FIRST.direction == 'lower' else -0.05):g}"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The contracts that are published here, as a copy."""
    root = tmp_path / "published"
    shutil.copytree(TREE.parent / "contracts" / "published", root)
    return root


@pytest.fixture
def check(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the task, and returns its exit code and what it printed."""

    def run(*overrides: str) -> tuple[int, str, str]:
        words = ["task=check", f"paths.published={root}", f"paths.output={tmp_path / 'out'}"]
        code = main("contracts", usage="", arguments=[*words, *overrides])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_what_is_published_is_what_the_code_would_publish(check: Run) -> None:
    """The repository itself has no drift: a change of the code goes with a new version."""
    code, out, _ = check()
    assert code == 0
    assert f"{PRODUCT}: {VERSION} is published, and is what the code would publish" in out


def test_drift_fails_and_says_who_breaks(check: Run, tmp_path: Path) -> None:
    """The change, the side that breaks and the version it needs are named; the report has them."""
    code, out, err = check(EASED)
    assert code == 4
    assert "threshold eased" in out
    assert f"{VERSION} is published, and the code would publish another: major: the consumer" in err
    assert f"set product.contract to {raised(VERSION, 'major')}, then specify and publish" in err
    found = msgspec.json.decode((tmp_path / "out/report.json").read_bytes())
    assert found["drift"] is True
    assert [each["rule"] for each in found["changes"]] == ["threshold_eased"]


def test_a_version_that_says_enough_is_on_its_way(check: Run) -> None:
    """Under the version that the change needs there is no drift: it is not published yet."""
    code, out, _ = check(EASED, f"product.contract={raised(VERSION, 'major')}")
    assert code == 0
    assert f"is not published yet; to {VERSION} it is major: the consumer breaks" in out


def test_a_version_that_says_too_little_fails(check: Run) -> None:
    """Before anything is learned or drafted, CI tells that it could not be published."""
    minor = raised(VERSION, "minor")
    code, _, err = check(EASED, f"product.contract={minor}")
    assert code == 4
    assert f"{minor} is a minor version after {VERSION}, but the change is major" in err


def test_nothing_published_is_no_drift(check: Run, root: Path) -> None:
    """A product's first contract has nothing to part from."""
    shutil.rmtree(root / PRODUCT)
    code, out, _ = check()
    assert code == 0
    assert f"{VERSION} is not published yet, and nothing before it is" in out
    assert f"verified: nothing is published under {root}" in out


def test_a_folder_that_is_not_there_is_named(check: Run, root: Path) -> None:
    """A misspelt folder would let anything pass."""
    code, _, err = check(f"paths.published={root}s")
    assert code == 4
    assert f"paths.published={root}s: there is no such folder" in err


def test_all_of_nothing_is_refused(check: Run, root: Path) -> None:
    """Who asks for every product expects some: nothing verified is no pass."""
    for folder in root.iterdir():
        shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
    code, _, err = check("task.options.all=true")
    assert code == 4
    assert f"paths.published={root}: nothing is published there" in err


def test_where_only_the_package_is_installed_its_contracts_are_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that is verified holds at least what is verified of the one product."""
    monkeypatch.chdir(tmp_path)
    assert main("contracts", usage="", arguments=["task=check", "task.options.all=true"]) == 0
    assert f"{PRODUCT} {VERSION}" in capsys.readouterr().out


def test_a_word_is_no_truth_value(check: Run) -> None:
    """On the command line `no` is a text, and a text that is not empty would count as true."""
    code, _, err = check("task.options.all=no")
    assert code == 2
    assert "task.options.all: Expected `bool`, got `str`: 'no' → true or false" in err


def test_a_touched_contract_fails(check: Run, root: Path) -> None:
    """Every published version of the product is verified, and the broken one named."""
    with (root / PRODUCT / VERSION / "contract.yaml").open("a") as file:
        file.write("# an afterthought\n")
    code, _, err = check()
    assert code == 4
    assert f"{PRODUCT} {VERSION}: " in err


def test_other_products_are_verified_where_asked(check: Run, root: Path) -> None:
    """Another team's broken contract is theirs, unless all are asked for."""
    shutil.copytree(root / PRODUCT / VERSION, root / "other" / VERSION)
    assert check()[0] == 0
    code, _, err = check("task.options.all=true")
    assert code == 4
    assert f"other {VERSION}: " in err
