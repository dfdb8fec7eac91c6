from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.equivalence.clauses.latency import Latency
from contracts.equivalence.probes import timing
from contracts.errors import SideError

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("binary", "multiclass", "regression")


@pytest.fixture
def timed(
    looking: Callable[..., Any], toy: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Judges by times that are given: candidate's and reference's, one row and in a batch."""

    def judge(
        one: tuple[float, float],
        many: tuple[float, float],
        kind: str = "binary",
        **tolerance: Any,
    ) -> Any:
        monkeypatch.setattr(timing, "one_row", lambda *_, **__: [*one])
        monkeypatch.setattr(timing, "batch", lambda *_, **__: [*many])
        with looking(toy.Learner(kind), kind) as case:
            return Latency(**tolerance)(case)

    return judge


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_budget_times_are_reported(timed: Callable[..., Any], kind: str) -> None:
    """Nothing is asked, so nothing is proven, and slow is no failure."""
    verdict = timed((900.0, 3.0), (90.0, 3.0), kind)
    assert (verdict.status, verdict.failed, verdict.limit) == ("reported", False, None)
    assert "one row takes 900 µs, the reference's 3 µs: 300 times, no budget" in verdict.message


@pytest.mark.parametrize(
    ("tolerance", "status", "observed"),
    [
        ({"at_most": 0.5}, "equivalent", 0.25),
        ({"at_most": 0.25}, "equivalent", 0.25),
        ({"at_most": 0.2}, "different", 0.25),
        ({"batch_at_most": 2.0}, "equivalent", 1.5),
        ({"batch_at_most": 1.0}, "different", 1.5),
        ({"at_most": 0.2, "batch_at_most": 9.0}, "different", 0.25),
        ({"at_most": 0.5, "batch_at_most": 1.0}, "different", 1.5),
    ],
)
def test_each_budget_is_held_on_its_own(
    timed: Callable[..., Any], tolerance: dict[str, float], status: str, observed: float
) -> None:
    """The figure that decided is the one nearest to its budget or furthest beyond."""
    verdict = timed((2.0, 8.0), (3.0, 2.0), **tolerance)
    assert (verdict.status, verdict.observed) == (status, pytest.approx(observed))


def test_evidence_has_both_times_of_each_way(timed: Callable[..., Any]) -> None:
    """Microseconds of either side, the ratio and the budget, as JSON."""
    verdict = timed((2.0, 8.0), (3.0, 2.0), at_most=1.0)
    evidence = msgspec.json.decode(msgspec.json.encode(verdict.evidence))
    assert evidence["one row"]["ratio"] == 0.25
    assert {*evidence} == {"one row", "a row in a batch of 600"}


def test_a_side_that_cannot_answer_is_found_before_it_is_timed(
    looking: Callable[..., Any], altered: Callable[..., Any]
) -> None:
    """A failure is the side's finding, not an error of the stopwatch."""

    def one(_model: Any, _record: Any) -> Any:
        raise KeyError("red")

    with (
        looking(altered(one=one)) as case,
        pytest.raises(SideError, match="the candidate fails to predict: KeyError"),
    ):
        Latency()(case)


@pytest.mark.parametrize("bad", [{"at_most": 0}, {"batch_at_most": -1}, {"rounds": 0}])
def test_a_budget_is_a_ratio_above_nothing(bad: dict[str, Any]) -> None:
    """No side answers in no time."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(bad, Latency)
