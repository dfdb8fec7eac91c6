from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.config.product import Side
from contracts.equivalence.clause import Status, Verdict
from contracts.equivalence.configured import ChosenSides
from contracts.equivalence.report.page import (
    INTERVALS,
    interval_figures,
    lead,
    proof_data,
    proof_page,
    verdict_table,
)
from contracts.equivalence.report.summary import ProofReport, served_form
from contracts.report.html import html
from contracts.report.page import Head

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract

HEAD = Head(product="toy", task="prove")
SIDE = Side(learner={"_target_": "mine.Learner"}, model="mine.Model")
DUAL = ChosenSides(liaison="dual", candidate=SIDE, reference=SIDE)
JOINT = ChosenSides(liaison="joint", candidate=SIDE, reference=SIDE)
FIGURES = {"value": 0.0, "low": -0.1, "high": 0.1, "margin": 0.2, "status": "equivalent"}


def verdict(clause: str, status: Status = "equivalent", **given: Any) -> Verdict:
    """Return a clause's verdict."""
    return Verdict(clause=clause, pair="recorded", status=status, message=f"{clause} says", **given)


@pytest.fixture
def report(write: Callable[..., Contract], tmp_path: Path) -> Callable[..., ProofReport]:
    """Makes the report of a small product's proof."""
    contract = write(tmp_path)

    def make(*verdicts: Verdict, sides: ChosenSides = DUAL, **given: Any) -> ProofReport:
        at = "2013-03-01T00:00:00Z"
        return ProofReport(contract=contract, chosen=sides, verdicts=verdicts, at=at, **given)

    return make


def whole(*changed: Verdict) -> list[Verdict]:
    """Return verdicts of all clauses of the small product, some of them changed."""
    names = {name: verdict(name) for name in ("schema", "golden", "ranking", "metric")}
    return [*(names | {each.clause: each for each in changed}).values()]


@pytest.mark.parametrize(
    ("changed", "title", "text"),
    [
        ((), "toy 1.0.0: equivalent", "fulfils contract 1.0.0 of toy: equivalent by 4 clauses."),
        (
            (verdict("golden", "different"),),
            "toy 1.0.0: not equivalent",
            "does not fulfil contract 1.0.0 of toy. It is not equivalent: different by golden",
        ),
        (
            tuple(verdict(n, "not_run") for n in ("schema", "golden", "ranking", "metric")),
            "toy 1.0.0: nothing proven",
            "It is not proven that `mine.Learner`, as it is served, fulfils contract 1.0.0 of toy",
        ),
    ],
)
def test_the_page_begins_with_the_verdict(
    report: Callable[..., ProofReport], changed: tuple[Verdict, ...], title: str, text: str
) -> None:
    """The first sentence says whether the contract is fulfilled."""
    made = report(*whole(*changed))
    assert proof_page(made, HEAD).title == title
    assert text in lead(made)


def test_a_clause_that_failed_has_its_evidence_open(report: Callable[..., ProofReport]) -> None:
    """Evidence of a failed clause has a section of its own; that of the others is folded."""
    failed = verdict("golden", "different", evidence={"largest": 0.25})
    held = verdict("ranking", evidence={"spearman": 0.9999})
    made = proof_page(report(*whole(failed, held)), HEAD)
    assert [each.title for each in made.sections] == [
        "Verdicts",
        "golden: different",
        "Every item",
    ]
    written = html(made)
    assert written.index("0.25") < written.index("<details>") < written.index("0.9999")


def test_parts_that_failed_are_below_their_clause() -> None:
    """One row a clause, and one for each part that failed."""
    parts = [verdict("subgroup", part=f"colour={name}") for name in ("red", "green")]
    failed = verdict("subgroup", "inconclusive", part="colour=blue")
    rows = verdict_table([*parts, failed, verdict("schema")]).texts()
    assert [row[0] for row in rows] == ["subgroup", "·\N{NO-BREAK SPACE}colour=blue", "schema"]
    assert rows[0][2:] == ("inconclusive", "2 of 3 equivalent, 1 inconclusive")


def test_a_long_finding_is_cut_where_asked() -> None:
    """A terminal shows the beginning, a page the whole."""
    (row,) = verdict_table([verdict("golden")], longest=3).texts()
    assert row[-1] == "gol …"


def test_a_part_of_the_contract_and_errors_are_named(report: Callable[..., ProofReport]) -> None:
    """What was left out is counted; what could not be judged leaves the whole unproven."""
    made = report(verdict("schema"), errors={"golden": "DataError: no rows"})
    assert (made.left_out, made.proven) == (("ranking", "metric"), False)
    written = html(proof_page(made, HEAD))
    assert "2 of its 4 items were left out (ranking, metric)" in written
    assert "golden could not be judged: DataError: no rows" in written


def test_a_missing_reference_is_named(report: Callable[..., ProofReport]) -> None:
    """The reason comes before the table, with how many items were not run because of it."""
    alone = msgspec.structs.replace(
        report(*whole(verdict("metric", "not_run"))),
        chosen=msgspec.structs.replace(DUAL, reference=None),
        no_reference="no reference was asked for",
    )
    written = html(proof_page(alone, HEAD))
    assert written.count("no reference was asked for") == 1
    assert "no reference was asked for. 1 of 4 items were not run" in written


def test_a_part_of_the_contract_is_not_called_the_whole(report: Callable[..., ProofReport]) -> None:
    """Neither a clause run alone nor production alone fulfils the contract."""
    part = report(verdict("schema"))
    alone = msgspec.structs.replace(report(*whole()), no_reference="no reference was asked for")
    for made in (part, alone):
        assert proof_page(made, HEAD).title == "toy 1.0.0: equivalent in what was run"
        assert "fulfils what was run of contract 1.0.0 of toy: equivalent" in lead(made)


def test_joint_names_the_form_that_is_served(report: Callable[..., ProofReport]) -> None:
    """In the joint liaison the solution serves, in a form that says why it is that one."""

    class Served:
        form, why = "skops", "ONNX is not the same model"

    assert served_form(Served()) == "skops: ONNX is not the same model"
    assert served_form(object()) == ""
    made = msgspec.structs.replace(report(*whole(), sides=JOINT), form=served_form(Served()))
    assert lead(made).startswith("Research's solution, as it is served, fulfils contract")
    assert "ONNX is not the same model" in html(proof_page(made, HEAD))


def test_a_page_without_pictures_says_why(report: Callable[..., ProofReport]) -> None:
    """The predictions may be in other processes."""
    made = report(*whole(), no_pictures="they are in other processes")
    written = html(proof_page(made, HEAD))
    assert "no pictures of predictions: they are in other processes" in written


def test_the_report_gives_the_record_of_the_proof(report: Callable[..., ProofReport]) -> None:
    """The record has the contract's and the code's digest, the statuses, no evidence."""
    made = report(*whole(verdict("metric", "not_run")))
    record = made.proof({"numpy": "2"}, code="abc")
    assert (record.digest, record.proven, record.not_run) == (
        made.contract.digest,
        True,
        ("metric",),
    )
    assert record.code == "abc"
    assert proof_data(made)["summary"] == record.summary == "equivalent by 3 clauses, 1 not run"


def test_what_could_not_be_judged_is_inconclusive_in_the_record(
    report: Callable[..., ProofReport],
) -> None:
    """The record claims no more than the page."""
    made = msgspec.structs.replace(report(*whole()), errors={"ranking": "no rows"})
    record = made.proof({}, code="abc")
    assert (record.proven, record.statuses["ranking"]) == (False, "inconclusive")


def test_intervals_are_drawn_by_clause_and_metric() -> None:
    """Parts of one clause share a picture for each metric; metrics of a clause without parts do."""
    parts = [
        verdict(
            "subgroup", part=f"colour={name}", evidence={"rows": 1500, "metrics": {"auc": each}}
        )
        for name, each in (("red", FIGURES), ("blue", FIGURES | {"status": "different"}))
    ]
    whole = verdict("metric", evidence={"metrics": {"auc": FIGURES, "brier": FIGURES}})
    by_margin, segments = interval_figures([whole, *parts, verdict("golden")])
    assert (by_margin.labels, [*by_margin.margins]) == (("auc", "brier"), [1.0, 1.0])
    assert segments.labels == ("colour=red (1,500)", "colour=blue (1,500)")
    assert ([*segments.margins], [*segments.marked]) == ([0.2, 0.2], [False, True])


def test_intervals_that_failed_come_first() -> None:
    """Of very many segments those that failed are drawn, and the others are counted."""
    parts = [
        verdict("subgroup", part=f"x={n}", evidence={"metrics": {"auc": figures}})
        for n in range(INTERVALS + 10)
        for figures in [FIGURES | {"status": "different" if n == INTERVALS + 9 else "equivalent"}]
    ]
    (drawn,) = interval_figures(parts)
    assert (len(drawn.labels), drawn.labels[0]) == (INTERVALS, f"x={INTERVALS + 9}")
    assert "10 that hold are left out" in drawn.caption


def test_failed_intervals_that_are_left_out_are_not_said_to_hold() -> None:
    """If more segments failed than are drawn, the others are only counted."""
    failed = {"auc": FIGURES | {"status": "different"}}
    parts = [
        verdict("subgroup", part=f"x={n}", evidence={"metrics": failed})
        for n in range(INTERVALS + 3)
    ]
    (drawn,) = interval_figures(parts)
    assert "; 3 more are left out" in drawn.caption
