"""No training ever sees an outcome before it arrived, nor a feature before it was known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from contracts.data.memory import Memory
from contracts.data.rows import INSTANT, instants, with_outcome
from contracts.errors import LeakError
from contracts.moment import DAY, END_OF_TIME

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


class Clairvoyant(Memory):
    """A source that hands over every outcome there will ever be, whatever is known."""

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:  # noqa: ARG002
        """Return the events of a window with their outcomes."""
        return super().window(start, end, known_by=END_OF_TIME)


def test_a_source_that_ignores_known_by_is_caught_before_the_first_training(
    operation: Callable[..., Any], history: pa.Table
) -> None:
    """The loop stops at once, naming the rows; nothing was fitted or deployed."""
    assembly = operation(source=Clairvoyant(history)).build()
    with pytest.raises(LeakError, match="had not arrived before 1970-01-13") as caught:
        next(assembly.loop.steps())
    late = history.filter(
        pc.and_(
            pc.less(history["time"], pa.scalar(12 * DAY, INSTANT)),
            pc.greater_equal(history["arrived"], pa.scalar(12 * DAY, INSTANT)),
        )
    )
    assert set(caught.value.details) == set(late["id"].to_pylist())
    assert assembly.generations.all("toy") == []


def test_a_feature_from_after_its_event_is_caught_in_whichever_training_meets_it(
    operation: Callable[..., Any], history: pa.Table
) -> None:
    """A row of day 15 knows its future: the refresh of day 18 refuses it."""
    times = instants(history["time"])
    bad = int((times < 15 * DAY).sum())
    known = instants(history["known"]).copy()
    known[bad] = times[bad] + 1
    leaky = history.set_column(5, "known", pa.array(known, INSTANT))
    assembly = operation(source=Memory(leaky)).build()
    with pytest.raises(LeakError, match="1 rows hold features") as caught:
        list(assembly.loop.steps())
    assert caught.value.details == (history["id"][bad].as_py(),)
    assert [each.created_at for each in assembly.generations.all("toy")] == [12 * DAY]


@pytest.mark.parametrize("window", ["null", "9d"])
def test_every_generation_was_trained_on_what_had_arrived_and_judged_on_what_it_had_not_seen(
    operation: Callable[..., Any], window: str
) -> None:
    """Replayed from the register: rows arrived before known_by, the holdout from it on."""
    words = ("gate.margin=1.0", "gate.step=null", "gate.refit=false", f"strategy.window={window}")
    case = operation(*words, until=32)
    assembly, _ = case.run()
    generations = assembly.generations.all("toy")
    assert len(generations) == 4
    for each in generations:
        rows = with_outcome(case.product.source.window(each.start, each.end, known_by=END_OF_TIME))
        arrived = instants(rows["arrived"])
        assert int((arrived < each.known_by).sum()) == each.rows
        assert each.known_by == each.created_at - 3 * DAY
        held = (arrived >= each.known_by) & (arrived < each.created_at)
        assert held.any()
    assert {each.start for each in generations} == (
        {0} if window == "null" else {each.end - 9 * DAY for each in generations}
    )


def test_the_learner_is_given_exactly_those_rows(
    operation: Callable[..., Any], toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First what had arrived before the holdout, then all that had; inputs and outcome."""
    seen: list[pa.Table] = []
    fit = toy.Learner.fit

    def watched(self: Any, rows: pa.Table, **given: Any) -> Any:
        seen.append(rows)
        return fit(self, rows, **given)

    monkeypatch.setattr(toy.Learner, "fit", watched)
    case = operation("gate.margin=1.0", "gate.step=null", until=25)
    generations = case.run()[0].generations.all("toy")
    moments = [at for each in generations for at in (each.end - 3 * DAY, each.end)]
    for moment, rows in zip(moments, seen, strict=True):
        known = case.product.source.window(0, moment, known_by=moment)
        assert rows.equals(with_outcome(known).select(["colour", "size", "outcome"]))
