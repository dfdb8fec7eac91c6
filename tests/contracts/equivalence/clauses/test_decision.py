from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from contracts.equivalence.clauses.decision import Decision
from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable


def first_rows(*scores: float) -> Callable[..., Any]:
    """Return a change that sets the first rows' column to scores, and the others to .9."""

    def change(predictions: Any, _rows: Any) -> Any:
        predictions = np.full_like(predictions, 0.9)
        predictions[: len(scores), 0] = scores
        return predictions

    return change


@pytest.fixture
def decided(looking: Callable[..., Any], answering: Callable[..., Any]) -> Callable[..., Any]:
    """Judges a candidate's scores beside a reference's, given those of the first rows."""

    def judge(reference: Any, candidate: Any, kind: str = "binary", **tolerance: Any) -> Any:
        known = answering(first_rows(*reference), kind)
        with looking(answering(first_rows(*candidate), kind), kind, reference=known) as case:
            return Decision(**tolerance)(case)

    return judge


def test_the_same_decisions_from_other_scores_are_equivalent(decided: Callable[..., Any]) -> None:
    """Scores may differ as much as they like while no decision does."""
    verdict = decided([0.51, 0.1], [0.99, 0.49])
    assert (verdict.status, verdict.observed) == ("equivalent", 0)
    assert "none of 600 rows is decided differently at 0.5" in verdict.message


def test_float32_at_the_threshold_is_explained(decided: Callable[..., Any]) -> None:
    """One half and its float32 neighbour decide differently; the message says how near they are."""
    neighbour = float(np.nextafter(np.float32(0.5), np.float32(0)))
    verdict = decided([0.5] * 3, [neighbour] * 3)
    assert verdict.status == "different"
    assert "3 of 600 rows" in verdict.message
    assert "the furthest lies 3e-08 from the boundary, as float32 rounds" in verdict.message
    tied = decided([0.5] * 3, [neighbour] * 3, band=1e-6)
    assert (tied.status, tied.evidence["cuts"][0]["ties"]) == ("equivalent", 3)


@pytest.mark.parametrize(
    ("tolerance", "status"),
    [
        ({}, "different"),
        ({"band": 0.01}, "different"),
        ({"band": 0.01, "flips": 1 / 600}, "equivalent"),
        ({"flips": 2 / 600}, "different"),
        ({"flips": 3 / 600}, "equivalent"),
        ({"band": 0.01, "flips": 1 / 600, "near": 0.5}, "equivalent"),
        ({"band": 0.01, "flips": 1 / 600, "near": 0.49}, "different"),
        ({"band": 0.5}, "equivalent"),
    ],
)
def test_flips_and_ties_have_their_own_shares(
    decided: Callable[..., Any], tolerance: dict[str, float], status: str
) -> None:
    """One flip lies far beyond, two of four rows in the band are ties: each has its own share."""
    reference = [0.8, 0.501, 0.499, 0.505, 0.495]
    candidate = [0.2, 0.499, 0.501, 0.505, 0.495]
    assert decided(reference, candidate, **tolerance).status == status


def test_a_candidate_far_from_the_threshold_makes_no_tie(
    decided: Callable[..., Any],
) -> None:
    """Rounding does not turn .5001 into .1, so such a flip is no tie."""
    verdict = decided([0.5001], [0.1], band=0.001)
    assert (verdict.status, verdict.evidence["cuts"][0]["beyond"]) == ("different", 1)


def test_each_threshold_is_judged_and_the_worst_decides(decided: Callable[..., Any]) -> None:
    """A candidate has to decide as the reference does at every threshold of the product."""
    verdict = decided([0.25, 0.6], [0.15, 0.6], thresholds=(0.5, 0.2))
    assert verdict.status == "different"
    assert "decided differently at 0.2" in verdict.message
    assert [at["flips"] for at in verdict.evidence["cuts"]] == [0, 1]


def test_examples_are_the_flips_furthest_from_the_threshold(decided: Callable[..., Any]) -> None:
    """The worst flips come first, each with inputs and both sides' scores."""
    verdict = decided([0.51, 0.95, 0.6], [0.49, 0.05, 0.4])
    rows = msgspec.json.decode(msgspec.json.encode(verdict.evidence))["cuts"][0]["examples"]
    assert [row["row"] for row in rows] == [1, 2, 0]
    assert rows[0]["reference"] == [0.95]
    assert {*rows[0]["inputs"]} == {"colour", "size"}


def test_of_several_columns_the_highest_counts(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """Swapped columns change the decision; the lead over the second column says how near it was."""

    def swapped(predictions: Any, _rows: Any) -> Any:
        return predictions[:, [1, 0, 2]]

    with looking(answering(swapped, "multiclass"), "multiclass") as case:
        verdict = Decision()(case)
        lead = np.sort(case.expected, axis=1)
    (at,) = verdict.evidence["cuts"]
    assert verdict.status == "different"
    assert 0 < at["furthest"] <= (lead[:, -1] - lead[:, -2]).max()


def test_a_threshold_cuts_every_column_of_several(looking: Callable[..., Any], toy: Any) -> None:
    """Each column is cut at a threshold, for products that act on the probability of one label."""
    with looking(toy.Learner("multiclass"), "multiclass") as case:
        verdict = Decision(thresholds=(0.3,))(case)
    assert [at["cut"] for at in verdict.evidence["cuts"]] == [
        "at low 0.3",
        "at mid 0.3",
        "at high 0.3",
    ]


def test_a_regression_needs_thresholds(decided: Callable[..., Any]) -> None:
    """A regression without thresholds has no decision to compare: the contract is at fault."""
    verdict = decided([29.0], [31.0], "regression", thresholds=(30.0,))
    assert (verdict.status, verdict.evidence["cuts"][0]["beyond"]) == ("different", 1)
    with pytest.raises(ContractError, match="nothing without thresholds"):
        decided([29.0], [31.0], "regression")


@pytest.mark.parametrize("bad", [{"thresholds": [float("nan")]}, {"flips": 1.1}, {"band": -1}])
def test_a_threshold_is_a_number_and_a_share_a_share(bad: dict[str, Any]) -> None:
    """At a threshold of NaN no row would ever flip."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(bad, Decision)
