from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

# Loaded here, so that sessions within this one leave the loaded modules as they found them.
import contracts.pytest_items  # noqa: F401

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from contracts.contract import Contract

pytest_plugins = ["pytester"]

TOY = Path(__file__).parent / "toy"
CLAUSES = ("schema", "golden", "ranking", "metric")


def side(model: str, prior: float) -> dict[str, object]:
    """Return one side of the product's configuration."""
    learner = {"_target_": "toy_product.Learner", "model": model, "prior": prior}
    return {"learner": learner, "model": f"toy_product.{model.capitalize()}"}


def product(model: str, solution: dict[str, object]) -> dict[str, object]:
    """Return the configuration of a user's own product."""
    period = {"start": "1970-01-01T00:00:00Z", "end": "1970-01-31T00:00:00Z"}
    return {
        "name": "toy",
        "contract": "1.0.0",
        "history": period["start"],
        "start": period["end"],
        "until": "1970-02-10T00:00:00Z",
        "day_offset": "0",
        "ingest": {"_target_": "toy_product.Events"},
        "source": {"_target_": "toy_product.Events"},
        "baseline": {"_target_": "contracts.baseline.YesterdaysRate", "period": "1d"},
        "solution": solution,
        "implementation": side(model, 1.001),
        "learning": {
            "window": period,
            "test": {"start": period["end"], "end": "1970-02-10T00:00:00Z"},
            "metrics": ["log_loss"],
            "folds": 2,
            "horizon": "1d",
            "trials": 1,
            "seed": 3,
            "params": {},
            "space": {},
        },
        "specification": {
            "kind": "binary",
            "schema": {"_target_": "toy_product.Events"},
            "labels": ["in_time", "late"],
            "labels_open": False,
            "metrics": [],
            "clauses": [],
            "golden": 60,
        },
    }


@pytest.fixture
def run(
    pytester: pytest.Pytester, write: Callable[..., Contract], toy: ModuleType
) -> Callable[..., pytest.RunResult]:
    """Runs pytest in a repository that only installs this package and holds a product."""
    assert toy.DAYS
    write(pytester.path / "contracts" / "published" / "toy" / "1.0.0")
    pytester.mkdir("tests")
    (pytester.path / "tests" / "test_own.py").write_text("def test_own(): assert False\n")
    (pytester.path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    (pytester.path / "conf" / "product").mkdir(parents=True)
    site = pytester.mkdir("site")
    (site / "toy_product.py").write_text((TOY / "toy_product.py").read_text())
    info = site / "toy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[liaison.components]\ntoy = toy_product:Learner\n")
    pytester.syspathinsert(site)

    def call(
        *words: str, model: str = "cells", solution: dict[str, object] | None = None
    ) -> pytest.RunResult:
        node = product(model, solution or side("cells", 1.0))
        (pytester.path / "conf" / "product" / "toy.yaml").write_text(yaml.safe_dump(node))
        return pytester.runpytest_inprocess(
            "--contract-config-dir=conf", "-p", "no:xdist", "-p", "no:cacheprovider", *words
        )

    return call


def test_each_clause_is_an_item_and_nothing_else_is(
    run: Callable[..., pytest.RunResult],
) -> None:
    """The clauses alone are collected, under the contract's name and version."""
    result = run("--contract=toy", "-v")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines([f"toy-1.0.0::{name} PASSED*" for name in CLAUSES])
    result.stdout.fnmatch_lines(
        ["*= contract =*", "toy-1.0.0::golden *recorded *equivalent *100.0% of 60 golden rows*"]
    )
    assert result.ret == pytest.ExitCode.OK


def test_a_broken_clause_fails_with_its_evidence(run: Callable[..., pytest.RunResult]) -> None:
    """A failure is the verdict and the rows behind it, not a traceback; the run exits with 1."""
    result = run("--contract=toy", model="swapped")
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines(["different: 0.0% of 60 golden rows*", '*"worst": *'])
    result.stdout.no_fnmatch_line("*Traceback*")
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_reference_that_is_not_installed_leaves_recorded_clauses(
    run: Callable[..., pytest.RunResult],
) -> None:
    """Production alone runs what was recorded; the rest is skipped, each with its reason."""
    absent = {"learner": {"_target_": "research_of_toy.Learner"}, "model": "research_of_toy.Model"}
    registered = Path("site/toy-1.0.dist-info/entry_points.txt")
    registered.write_text(registered.read_text() + "other = research_of_toy:Learner\n")
    result = run("--contract=toy", solution=absent)
    result.assert_outcomes(passed=2, skipped=2)
    result.stdout.fnmatch_lines(["*not_run *research is not installed: no module*"])


def test_a_mistake_in_the_reference_is_no_absence(run: Callable[..., pytest.RunResult]) -> None:
    """A misspelt name of what is installed is refused, not taken for production alone."""
    wrong = {"learner": {"_target_": "toy_product.Lerner"}, "model": "toy_product.Cells"}
    result = run("--contract=toy", solution=wrong)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no 'Lerner' in toy_product (did you mean 'Learner'?)*"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--contract=tou",), "*no such option (did you mean 'toy'?)*"),
        (("--contract=toy", "--contract-version=2.0.0"), "*2.0.0: no contract there*"),
        (("--contract=toy", "--contract-override=product.contarct=1"), "*did you mean*"),
        (("--contract=toy", "--contract-config-dir=cnf"), "*no folder 'cnf'*"),
        (("--contract=toy", "tests"), "*tests: no clause of the contract; there are*"),
    ],
)
def test_what_cannot_be_run_is_a_usage_error(
    run: Callable[..., pytest.RunResult], words: tuple[str, ...], said: str
) -> None:
    """An unknown product, version, key or clause ends in one message, exit code 4."""
    result = run(*words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


@pytest.mark.parametrize("words", [("-k", "golden"), ("toy-1.0.0::golden",)])
def test_a_clause_can_be_run_alone(
    run: Callable[..., pytest.RunResult], words: tuple[str, ...]
) -> None:
    """Keywords and an item's own name pick clauses, as they pick tests."""
    result = run("--contract=toy", "-v", *words)
    assert result.parseoutcomes()["passed"] == 1
    result.stdout.fnmatch_lines(["toy-1.0.0::golden PASSED*"])


def test_junit_carries_the_verdicts(
    run: Callable[..., pytest.RunResult], pytester: pytest.Pytester
) -> None:
    """A CI server reads each clause's pair, outcome and message as properties."""
    run("--contract=toy", "--junit-xml=junit.xml")
    text = (pytester.path / "junit.xml").read_text()
    assert text.count('<property name="outcome" value="equivalent"') == 4


def test_without_the_option_nothing_changes(run: Callable[..., pytest.RunResult]) -> None:
    """A session that asks for no contract collects its own tests."""
    run().assert_outcomes(failed=1)


def test_the_plugin_itself_imports_nothing_of_weight() -> None:
    """Every pytest session loads the plugin: it must cost nothing there."""
    program = (
        "import sys, contracts.pytest_plugin; "
        "sys.exit(str({'numpy', 'pandas', 'pandera', 'hydra', 'msgspec'} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == "set()"
