from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.config.product import Side
from contracts.equivalence.parties import Parties
from contracts.equivalence.report.account import Account, account, form
from contracts.equivalence.report.page import data, lead, page, table
from contracts.equivalence.report.pictures import ROWS, forests
from contracts.equivalence.verdict import Status, Verdict
from contracts.report.html import html
from contracts.report.page import Head

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract

HEAD = Head(product="toy", task="prove")
SIDE = Side(learner={"_target_": "mine.Learner"}, model="mine.Model")
DUAL = Parties(liaison="dual", candidate=SIDE, reference=SIDE)
JOINT = Parties(liaison="joint", candidate=SIDE, reference=SIDE)
FIGURES = {"value": 0.0, "low": -0.1, "high": 0.1, "margin": 0.2, "status": "equivalent"}


def verdict(clause: str, status: Status = "equivalent", **given: Any) -> Verdict:
    """Return a clause's verdict."""
    return Verdict(clause=clause, pair="recorded", status=status, message=f"{clause} says", **given)


@pytest.fixture
def told(write: Callable[..., Contract], tmp_path: Path) -> Callable[..., Account]:
    """Makes the account of a small product's proof."""
    contract = write(tmp_path)

    def make(*verdicts: Verdict, parties: Parties = DUAL, **given: Any) -> Account:
        return account(contract, parties, verdicts, at="2013-03-01T00:00:00Z", **given)

    return make


def whole(*changed: Verdict) -> list[Verdict]:
    """Return verdicts of all clauses of the small product, some of them changed."""
    names = {name: verdict(name) for name in ("schema", "golden", "ranking", "metric")}
    return [*(names | {each.clause: each for each in changed}).values()]


@pytest.mark.parametrize(
    ("changed", "title", "said"),
    [
        ((), "toy 1.0.0: equivalent", "keeps contract 1.0.0 of toy: equivalent by 4 clauses."),
        (
            (verdict("golden", "different"),),
            "toy 1.0.0: not equivalent",
            "does not keep contract 1.0.0 of toy. It is not equivalent: different by golden",
        ),
        (
            tuple(verdict(n, "not_run") for n in ("schema", "golden", "ranking", "metric")),
            "toy 1.0.0: nothing proven",
            "is not proven: nothing proven, 4 not run.",
        ),
    ],
)
def test_the_page_begins_with_the_verdict(
    told: Callable[..., Account], changed: tuple[Verdict, ...], title: str, said: str
) -> None:
    """A reader learns in the first sentence whether the contract is kept."""
    found = told(*whole(*changed))
    assert page(found, HEAD).title == title
    assert said in lead(found)


def test_a_clause_that_failed_has_its_evidence_open(told: Callable[..., Account]) -> None:
    """Evidence of what failed stands in a section of its own; of what holds it is folded."""
    failed = verdict("golden", "different", evidence={"largest": 0.25})
    held = verdict("ranking", evidence={"spearman": 0.9999})
    found = page(told(*whole(failed, held)), HEAD)
    assert [each.title for each in found.sections] == [
        "Verdicts",
        "golden: different",
        "Every item",
    ]
    written = html(found)
    assert written.index("0.25") < written.index("<details>") < written.index("0.9999")


def test_parts_that_failed_stand_below_their_clause() -> None:
    """One row a clause, and one for each part that does not hold."""
    parts = [verdict("subgroup", part=f"colour={name}") for name in ("red", "green")]
    failed = verdict("subgroup", "inconclusive", part="colour=blue")
    rows = table([*parts, failed, verdict("schema")]).texts()
    assert [row[0] for row in rows] == ["subgroup", "·\N{NO-BREAK SPACE}colour=blue", "schema"]
    assert rows[0][2:] == ("inconclusive", "2 of 3 equivalent, 1 inconclusive")


def test_a_long_finding_is_cut_where_asked() -> None:
    """A terminal shows the beginning, a page the whole."""
    (row,) = table([verdict("golden")], longest=3).texts()
    assert row[-1] == "gol …"


def test_a_part_of_the_contract_and_what_broke_are_said(told: Callable[..., Account]) -> None:
    """What was not asked for is counted; what could not be judged keeps the whole unproven."""
    found = told(verdict("schema"), errors={"golden": "DataError: no rows"})
    assert (found.left_out, found.holds) == (("ranking", "metric"), False)
    written = html(page(found, HEAD))
    assert "2 of its 4 items were left out (ranking, metric)" in written
    assert "golden could not be judged: DataError: no rows" in written


def test_production_alone_is_said_to_be(told: Callable[..., Account]) -> None:
    """What nothing was compared with is named before the table, and how much was not run for it."""
    alone = msgspec.structs.replace(
        told(*whole(verdict("metric", "not_run"))),
        reference="",
        absent="no reference was asked for",
    )
    written = html(page(alone, HEAD))
    assert written.count("no reference was asked for") == 1
    assert "no reference was asked for. 1 of 4 items were not run" in written


def test_a_part_that_holds_is_not_called_the_whole(told: Callable[..., Account]) -> None:
    """Neither a clause run alone nor production alone keeps the contract."""
    part = told(verdict("schema"))
    alone = msgspec.structs.replace(told(*whole()), absent="no reference was asked for")
    for found in (part, alone):
        assert page(found, HEAD).title == "toy 1.0.0: equivalent in what was run"
        assert "keeps what was run of contract 1.0.0 of toy: equivalent" in lead(found)


def test_joint_names_the_form_that_is_served(told: Callable[..., Account]) -> None:
    """What serves in the joint liaison is the solution, in a form that says why it is that one."""

    class Served:
        form, why = "skops", "ONNX is not the same model"

    assert form(Served()) == "skops: ONNX is not the same model"
    assert form(object()) == ""
    found = msgspec.structs.replace(told(*whole(), parties=JOINT), form=form(Served()))
    assert lead(found).startswith("Research's solution, as it is served, keeps contract")
    assert "ONNX is not the same model" in html(page(found, HEAD))


def test_where_others_hold_the_predictions_the_page_says_so(told: Callable[..., Account]) -> None:
    """A page without pictures of predictions names the reason."""
    assert "no pictures of predictions: other processes" in html(page(told(*whole()), HEAD))


def test_the_record_of_it_is_the_proofs(told: Callable[..., Account]) -> None:
    """The record to keep has the contract's and the code's digest, the statuses, no evidence."""
    found = told(*whole(verdict("metric", "not_run")))
    kept = found.proof({"numpy": "2"}, code="abc")
    assert (kept.digest, kept.holds, kept.unrun) == (found.contract.digest, True, ("metric",))
    assert kept.code == "abc"
    assert data(found)["summary"] == kept.summary == "equivalent by 3 clauses, 1 not run"


def test_what_could_not_be_judged_is_undecided_on_record(told: Callable[..., Account]) -> None:
    """The record holds no more than the page says."""
    found = msgspec.structs.replace(told(*whole()), errors={"ranking": "no rows"})
    kept = found.proof({}, code="abc")
    assert (kept.holds, kept.statuses["ranking"]) == (False, "inconclusive")


def test_intervals_are_drawn_by_clause_and_metric() -> None:
    """Parts of one clause share a picture a metric; metrics of an undivided one share one."""
    parts = [
        verdict(
            "subgroup", part=f"colour={name}", evidence={"rows": 1500, "metrics": {"auc": each}}
        )
        for name, each in (("red", FIGURES), ("blue", FIGURES | {"status": "different"}))
    ]
    whole = verdict("metric", evidence={"metrics": {"auc": FIGURES, "brier": FIGURES}})
    by_margin, segments = forests([whole, *parts, verdict("golden")])
    assert (by_margin.labels, [*by_margin.margins]) == (("auc", "brier"), [1.0, 1.0])
    assert segments.labels == ("colour=red (1,500)", "colour=blue (1,500)")
    assert ([*segments.margins], [*segments.marked]) == ([0.2, 0.2], [False, True])


def test_a_forest_keeps_what_failed_when_it_is_cut() -> None:
    """Of very many segments those that do not hold come first, the others are counted."""
    parts = [
        verdict("subgroup", part=f"x={n}", evidence={"metrics": {"auc": figures}})
        for n in range(ROWS + 10)
        for figures in [FIGURES | {"status": "different" if n == ROWS + 9 else "equivalent"}]
    ]
    (drawn,) = forests(parts)
    assert (len(drawn.labels), drawn.labels[0]) == (ROWS, f"x={ROWS + 9}")
    assert "10 that hold are left out" in drawn.caption


def test_a_forest_says_so_when_it_leaves_out_what_failed() -> None:
    """More failed segments than fit are not said to hold."""
    failed = {"auc": FIGURES | {"status": "different"}}
    parts = [
        verdict("subgroup", part=f"x={n}", evidence={"metrics": failed}) for n in range(ROWS + 3)
    ]
    (drawn,) = forests(parts)
    assert "; 3 more are left out" in drawn.caption
