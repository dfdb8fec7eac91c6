from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from contracts.equivalence.probes.timing import TURN, WARMING, batch, one_row

if TYPE_CHECKING:
    from collections.abc import Callable


class Paced:
    """Takes a set time for each answer, on a hand that it moves itself."""

    def __init__(self, hand: list[float], pace: Callable[[int], float], log: list[Any]) -> None:
        self.hand, self.pace, self.log, self.calls = hand, pace, log, 0

    def one(self, record: Any) -> tuple[float, ...]:
        """Let time pass."""
        self.hand[0] += self.pace(self.calls)
        self.calls += 1
        self.log.append((self, record))
        return (0.0,)

    predict = one


class Hand:
    """Reads the hand."""

    def __init__(self, hand: list[float]) -> None:
        self.hand, self.start = hand, hand[0]

    def seconds(self) -> float:
        """Return what passed."""
        return self.hand[0] - self.start


def test_each_model_has_its_own_median() -> None:
    """A time is the model's own, in microseconds, however slow the other is."""
    hand, log = [0.0], []
    models = [Paced(hand, lambda _: 2e-6, log), Paced(hand, lambda _: 3e-3, log)]
    times = one_row(models, ["a", "b", "c"], rounds=3, watch=lambda: Hand(hand))
    assert times == pytest.approx([2.0, 3000.0])


def test_models_take_turns_on_the_same_records() -> None:
    """Both answer the same records, a turn each in every round, so drift hits both."""
    hand, log = [0.0], []
    models = [Paced(hand, lambda _: 1e-6, log), Paced(hand, lambda _: 1e-6, log)]
    one_row(models, ["a", "b", "c"], rounds=2, watch=lambda: Hand(hand))
    size = WARMING + TURN
    turns = [log[at : at + size] for at in range(0, len(log), size)]
    assert [{model for model, _ in turn} for turn in turns] == [{each} for each in models * 2]
    assert [r for _, r in turns[0]] == [r for _, r in turns[1]] != [r for _, r in turns[2]]


def test_the_first_answers_of_a_turn_are_not_counted() -> None:
    """What warms up is slow, and no part of the median."""
    hand, log = [0.0], []
    size = WARMING + TURN
    model = Paced(hand, lambda call: 1.0 if call % size < WARMING else 1e-6, log)
    (time,) = one_row([model], ["a"], rounds=1, watch=lambda: Hand(hand))
    assert time == pytest.approx(1.0)


def test_a_batch_is_timed_a_row_without_its_first_round() -> None:
    """Four rows in eight microseconds are two a row; the first answer, slower, does not count."""
    hand, log = [0.0], []
    model = Paced(hand, lambda call: 8e-6 if call else 1.0, log)
    (time,) = batch([model], pa.table({"x": [1, 2, 3, 4]}), rounds=1, watch=lambda: Hand(hand))
    assert time == pytest.approx(2.0)
