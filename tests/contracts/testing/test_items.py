from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.contract.terms import ClauseTerm
from contracts.host import plugins

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract

pytest_plugins = ["pytester"]
CLAUSES = ("schema", "golden", "ranking", "metric")


def test_each_clause_is_an_item_and_nothing_else_is(
    run: Callable[..., pytest.RunResult],
) -> None:
    """Only the clauses are collected, under the contract's name and version."""
    result = run("--contract=toy", "-v")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines([f"toy-1.0.0::{name} PASSED*" for name in CLAUSES])
    result.stdout.fnmatch_lines(
        [
            "contract: toy 1.0.0 (*), its clauses alone",
            "candidate: toy_product.Learner",
            "*= contract =*",
            " golden *recorded *equivalent *100.0% of 60 golden rows*",
            "equivalent by 4 clauses",
        ]
    )
    assert result.ret == pytest.ExitCode.OK


def test_a_broken_clause_fails_with_its_evidence(run: Callable[..., pytest.RunResult]) -> None:
    """A failure shows the verdict and its rows, not a traceback; the run exits with 1."""
    result = run("--contract=toy", model="swapped")
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines(
        [
            "different: 0.0% of 60 golden rows*",
            "worst:",
            "  row *, recorded *, replayed *, colour *",
            "not equivalent: different by golden, ranking, metric (1 of 4 hold)",
            "FAILED toy-1.0.0::golden - different: 0.0% of 60 golden rows*",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_reference_that_is_not_installed_leaves_recorded_clauses(
    run: Callable[..., pytest.RunResult],
) -> None:
    """Production alone runs the recorded clauses; the others are skipped, each with its reason."""
    absent = {"learner": {"_target_": "research_of_toy.Learner"}, "model": "research_of_toy.Model"}
    result = run("--contract=toy", solution=absent)
    result.assert_outcomes(passed=2, skipped=2)
    result.stdout.fnmatch_lines(
        ["*not run *research is not installed: no module*", "equivalent by 2 clauses, 2 not run"]
    )
    assert result.ret == pytest.ExitCode.OK


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
    """A CI server reads the verdict as properties, and the message before the evidence."""
    run("--contract=toy", "--junit-xml=junit.xml", model="swapped")
    suite = ET.parse(pytester.path / "junit.xml")  # noqa: S314 - written here
    golden = suite.find(".//testcase[@name='golden']")
    assert golden is not None
    properties = {each.get("name"): each.get("value") for each in golden.iter("property")}
    assert properties.keys() == {"clause", "pair", "status", "message", "observed", "limit"}
    assert (properties["pair"], properties["observed"], properties["limit"]) == (
        "recorded",
        "0.0",
        "0.99",
    )
    failure = golden.find("failure")
    assert failure is not None
    assert failure.get("message") == f"different: {properties['message']}"
    assert (failure.text or "").startswith(f"different: {properties['message']}\nway: ")


def test_parts_of_a_clause_are_shown_together(
    run: Callable[..., pytest.RunResult], pytester: pytest.Pytester, write: Callable[..., Contract]
) -> None:
    """One item a part, one row a clause with failed parts below it; its name selects all parts."""
    registered = Path("site/toy_product-1.0.dist-info/entry_points.txt")
    registered.write_text(
        f"{registered.read_text()}[liaison.clauses]\nsegmented = toy_product:Segmented\n"
    )
    folder = pytester.path / "contracts" / "published" / "toy" / "1.0.0"
    shutil.rmtree(folder)
    tolerance = {"segments": ["red", "green", "blue"], "broken": ["blue"]}
    plugins._points.cache_clear()
    try:
        write(folder, clauses=(ClauseTerm(name="segmented", pair="recorded", tolerance=tolerance),))
        words = ("--contract=toy", "-v", "--junit-xml=junit.xml")
        results = [run(*words, *names) for names in ((), ("toy-1.0.0::segmented",), ("toy-1.0.0",))]
    finally:
        plugins._points.cache_clear()
    for result in results:
        result.stdout.fnmatch_lines(
            [
                "toy-1.0.0::segmented[[]colour=red] PASSED*",
                "toy-1.0.0::segmented[[]colour=blue] FAILED*",
                " segmented * different *2 of 3 equivalent, 1 different",
                " ·?colour=blue * different *blue is broken",
                "not equivalent: different by segmented[[]colour=blue] (2 of 3 hold)",
            ]
        )
    text = (pytester.path / "junit.xml").read_text()
    assert '<property name="part" value="colour=blue"' in text


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--candidate=toy_product.Learner",), "candidate: toy_product.Learner"),
        (("--candidate=solution",), "candidate: toy_product.Learner as it is served"),
        (("--reference=implementation",), "reference: toy_product.Learner"),
    ],
)
def test_a_side_is_named_on_the_command_line(
    run: Callable[..., pytest.RunResult], words: tuple[str, ...], line: str
) -> None:
    """A class, the solution as it is served, and another reference replace the defaults."""
    result = run("--contract=toy", *words, model="cells" if "implement" in words[0] else "swapped")
    result.stdout.fnmatch_lines([line, "equivalent by 4 clauses"])
