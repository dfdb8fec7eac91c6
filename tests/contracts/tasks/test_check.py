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
    """A copy of the contracts published in this repository."""
    root = tmp_path / "published"
    shutil.copytree(TREE.parent / "contracts" / "published", root)
    return root


@pytest.fixture
def check(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the task, and returns its exit code and output."""

    def run(*overrides: str) -> tuple[int, str, str]:
        words = ["task=check", f"paths.published={root}", f"paths.output={tmp_path / 'out'}"]
        code = main("contracts", usage="", arguments=[*words, *overrides])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_the_code_would_publish_what_is_published(check: Run) -> None:
    """The repository itself has no drift."""
    code, out, _ = check()
    assert code == 0
    assert f"{PRODUCT}: {VERSION} is published, and is what the code would publish" in out


def test_another_solution_is_noticed(check: Run, root: Path, tmp_path: Path) -> None:
    """A warning, and no failure: the contract says of which solution its figures are."""
    file = root / PRODUCT / VERSION / "provenance.json"
    origin = msgspec.json.decode(file.read_bytes())
    file.write_bytes(msgspec.json.encode({**origin, "solution": "0" * 64}))
    code, out, _ = check()
    assert code == 0
    assert f"{PRODUCT}: the solution is another one than {VERSION} was made with" in out
    report = msgspec.json.decode((tmp_path / "out" / "report.json").read_bytes())
    assert "another one" in report["solution"]


def test_drift_fails_and_names_whom_it_breaks(check: Run, tmp_path: Path) -> None:
    """Output and report name the change, the side it breaks and the version it needs."""
    code, out, err = check(EASED)
    assert code == 4
    assert "threshold eased" in out
    assert f"{VERSION} is published, and the code would publish another: major: the consumer" in err
    assert f"set product.contract to {raised(VERSION, 'major')}, then specify and publish" in err
    found = msgspec.json.decode((tmp_path / "out/report.json").read_bytes())
    assert found["drift"] is True
    assert [each["rule"] for each in found["changes"]] == ["threshold_eased"]


def test_a_large_enough_bump_passes(check: Run) -> None:
    """A changed contract under the version it needs is not published yet, and no drift."""
    code, out, _ = check(EASED, f"product.contract={raised(VERSION, 'major')}")
    assert code == 0
    assert f"is not published yet; to {VERSION} it is major: the consumer breaks" in out


def test_a_bump_that_is_too_small_fails(check: Run) -> None:
    """CI fails before anything is learned or drafted that could not be published."""
    minor = raised(VERSION, "minor")
    code, _, err = check(EASED, f"product.contract={minor}")
    assert code == 4
    assert f"{minor} is a minor version after {VERSION}, but the change is major" in err


def test_nothing_published_is_no_drift(check: Run, root: Path) -> None:
    """A product's first contract differs from nothing."""
    shutil.rmtree(root / PRODUCT)
    code, out, _ = check()
    assert code == 0
    assert f"{VERSION} is not published yet, and nothing before it is" in out
    assert f"verified: nothing is published under {root}" in out


def test_a_missing_folder_is_an_error(check: Run, root: Path) -> None:
    """Otherwise a misspelt folder would let anything pass."""
    code, _, err = check(f"paths.published={root}s")
    assert code == 4
    assert f"paths.published={root}s: there is no such folder" in err


def test_all_contracts_of_an_empty_folder_is_an_error(check: Run, root: Path) -> None:
    """Verifying every product where there is none does not pass."""
    for folder in root.iterdir():
        shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
    code, _, err = check("task.options.all=true")
    assert code == 4
    assert f"paths.published={root}: nothing is published there" in err


def test_in_an_installed_package_its_contracts_are_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is verified of all products includes what is verified of one."""
    monkeypatch.chdir(tmp_path)
    assert main("contracts", usage="", arguments=["task=check", "task.options.all=true"]) == 0
    assert f"{PRODUCT} {VERSION}" in capsys.readouterr().out


def test_a_string_is_not_coerced_to_a_bool(check: Run) -> None:
    """`no` on the command line is a string, and a non-empty string would count as true."""
    code, _, err = check("task.options.all=no")
    assert code == 2
    assert "task.options.all: Expected `bool`, got `str`: 'no' → true or false" in err


def test_an_edited_contract_fails(check: Run, root: Path) -> None:
    """Every published version of the product is verified, and the edited one named."""
    with (root / PRODUCT / VERSION / "contract.yaml").open("a") as file:
        file.write("# an afterthought\n")
    code, _, err = check()
    assert code == 4
    assert f"{PRODUCT} {VERSION}: " in err


def test_other_products_are_verified_on_request(check: Run, root: Path) -> None:
    """Another product's broken contract fails only if all are verified."""
    shutil.copytree(root / PRODUCT / VERSION, root / "other" / VERSION)
    assert check()[0] == 0
    code, _, err = check("task.options.all=true")
    assert code == 4
    assert f"other {VERSION}: " in err
