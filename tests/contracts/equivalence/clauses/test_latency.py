from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pytest

from contracts.equivalence.clauses import latency
from contracts.equivalence.clauses.latency import (
    TURN,
    WARMING,
    Latency,
    time_batch,
    time_one_row,
)
from contracts.errors import SideError

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("binary", "multiclass", "regression")


@pytest.fixture
def timed(
    looking: Callable[..., Any], toy: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Judges by given times: the candidate's and the reference's, of one row and in a batch."""

    def judge(
        one: tuple[float, float],
        many: tuple[float, float],
        kind: str = "binary",
        **tolerance: Any,
    ) -> Any:
        monkeypatch.setattr(latency, "time_one_row", lambda *_, **__: [*one])
        monkeypatch.setattr(latency, "time_batch", lambda *_, **__: [*many])
        with looking(toy.Learner(kind), kind) as case:
            return Latency(**tolerance)(case)

    return judge


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_budget_times_are_reported(timed: Callable[..., Any], kind: str) -> None:
    """Without a requirement nothing is proven, and slow is no failure."""
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
def test_each_budget_is_checked_on_its_own(
    timed: Callable[..., Any], tolerance: dict[str, float], status: str, observed: float
) -> None:
    """The ratio that takes most of its budget decides."""
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
    """A failure names the side, and is no error of the timing."""

    def one(_model: Any, _record: Any) -> Any:
        raise KeyError("red")

    with (
        looking(altered(one=one)) as case,
        pytest.raises(SideError, match="the candidate fails to predict: KeyError"),
    ):
        Latency()(case)


@pytest.mark.parametrize("bad", [{"at_most": 0}, {"batch_at_most": -1}, {"rounds": 0}])
def test_a_budget_is_a_ratio_above_zero(bad: dict[str, Any]) -> None:
    """A ratio of zero or less is refused."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(bad, Latency)


class Paced:
    """Takes a given time for each answer: it moves a clock's hand."""

    def __init__(self, hand: list[float], pace: Callable[[int], float], log: list[Any]) -> None:
        self.hand, self.pace, self.log, self.calls = hand, pace, log, 0

    def one(self, record: Any) -> tuple[float, ...]:
        """Move the hand."""
        self.hand[0] += self.pace(self.calls)
        self.calls += 1
        self.log.append((self, record))
        return (0.0,)

    predict = one


class Hand:
    """Reads how far the hand moved."""

    def __init__(self, hand: list[float]) -> None:
        self.hand, self.start = hand, hand[0]

    def seconds(self) -> float:
        """Return the seconds."""
        return self.hand[0] - self.start


def test_each_model_has_its_own_median() -> None:
    """A model's time, in microseconds, does not depend on the other model's."""
    hand, log = [0.0], []
    models = [Paced(hand, lambda _: 2e-6, log), Paced(hand, lambda _: 3e-3, log)]
    times = time_one_row(models, ["a", "b", "c"], rounds=3, watch=lambda: Hand(hand))
    assert times == pytest.approx([2.0, 3000.0])


def test_models_take_turns_on_the_same_records() -> None:
    """Both answer the same records, one turn each in every round, so drift affects both."""
    hand, log = [0.0], []
    models = [Paced(hand, lambda _: 1e-6, log), Paced(hand, lambda _: 1e-6, log)]
    time_one_row(models, ["a", "b", "c"], rounds=2, watch=lambda: Hand(hand))
    size = WARMING + TURN
    turns = [log[at : at + size] for at in range(0, len(log), size)]
    assert [{model for model, _ in turn} for turn in turns] == [{each} for each in models * 2]
    assert [r for _, r in turns[0]] == [r for _, r in turns[1]] != [r for _, r in turns[2]]


def test_the_first_answers_of_a_turn_are_not_counted() -> None:
    """The slow answers of warming up are not in the median."""
    hand, log = [0.0], []
    size = WARMING + TURN
    model = Paced(hand, lambda call: 1.0 if call % size < WARMING else 1e-6, log)
    (time,) = time_one_row([model], ["a"], rounds=1, watch=lambda: Hand(hand))
    assert time == pytest.approx(1.0)


def test_a_batch_is_timed_a_row_without_its_first_round() -> None:
    """Four rows in eight microseconds are two a row; the first answer, slower, does not count."""
    hand, log = [0.0], []
    model = Paced(hand, lambda call: 8e-6 if call else 1.0, log)
    (time,) = time_batch([model], pa.table({"x": [1, 2, 3, 4]}), rounds=1, watch=lambda: Hand(hand))
    assert time == pytest.approx(2.0)
