from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from contracts.equivalence.clauses.pointwise import Pointwise

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("binary", "multiclass", "regression")


def shifted(rows: int, by: float) -> Callable[..., Any]:
    """Return a change that moves the first rows' first column."""

    def change(predictions: Any, _rows: Any) -> Any:
        predictions = predictions.copy()
        predictions[:rows, 0] += by
        return predictions

    return change


@pytest.mark.parametrize("kind", KINDS)
def test_sides_that_agree_to_the_bit_are_equivalent(
    looking: Callable[..., Any], toy: Any, kind: str
) -> None:
    """Without any tolerance the same state passes, and there is no worst row."""
    with looking(toy.Learner(kind), kind) as case:
        verdict = Pointwise()(case)
    assert (verdict.status, verdict.observed) == ("equivalent", 1.0)
    assert verdict.evidence["worst"] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("tolerance", "status"),
    [
        ({"absolute": 0.01}, "different"),
        ({"absolute": 0.021}, "equivalent"),
        ({"relative": 99.0}, "equivalent"),
        ({"absolute": 0.01, "fraction": 0.995}, "equivalent"),
        ({"absolute": 0.01, "fraction": 0.996}, "different"),
        ({"absolute": 0.01, "fraction": 0.995, "largest": 0.019}, "different"),
        ({"absolute": 0.01, "fraction": 0.995, "largest": 0.021}, "equivalent"),
    ],
)
def test_each_field_loosens_what_is_equivalent(
    looking: Callable[..., Any],
    answering: Callable[..., Any],
    kind: str,
    tolerance: dict[str, float],
    status: str,
) -> None:
    """With three of 600 rows moved by .02, each field can allow it or forbid it."""
    with looking(answering(shifted(3, 0.02), kind), kind) as case:
        assert len(case.predicted) == 600
        assert Pointwise(**tolerance)(case).status == status


def test_evidence_shows_sizes_and_the_worst_rows(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """Quantiles say how many rows differ by how much; the worst rows have ids and inputs."""
    with looking(answering(shifted(3, 0.02))) as case:
        verdict = Pointwise(absolute=0.01)(case)
        ids = case.sample.ids.to_pylist()
    evidence = msgspec.json.decode(msgspec.json.encode(verdict.evidence))
    assert evidence["outside"] == 3
    assert evidence["quantiles"]["0.99"] == 0
    assert evidence["quantiles"]["1"] == pytest.approx(0.02)
    assert [row["id"] for row in evidence["worst"]] == ids[:3]
    assert {*evidence["worst"][0]["inputs"]} == {"colour", "size"}
    gaps = [abs(row["candidate"][0] - row["reference"][0]) for row in evidence["worst"]]
    assert gaps == pytest.approx([0.02] * 3)
    assert "3 of 600 rows differ from the reference by more than 0.01, at most 0" in verdict.message


def test_a_relative_tolerance_ranks_the_worst_rows_by_what_it_allows(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """The worst row is the one furthest beyond its own tolerance, not the largest difference."""

    def change(predictions: Any, _rows: Any) -> Any:
        return predictions * np.where(np.arange(len(predictions)) == 5, 1.5, 1.01)[:, None]

    with looking(answering(change, "regression"), "regression") as case:
        verdict = Pointwise(absolute=1e-9, relative=0.02)(case)
    assert verdict.evidence["outside"] == 1
    assert verdict.evidence["worst"][0]["row"] == 5


@pytest.mark.parametrize("bad", [{"absolute": -1}, {"largest": float("nan")}, {"fraction": 0}])
def test_a_malformed_tolerance_is_refused(bad: dict[str, float]) -> None:
    """Negative sizes, a share of 0 and NaN are refused."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(bad, Pointwise)
