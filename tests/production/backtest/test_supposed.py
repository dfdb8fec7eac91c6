"""Backtests of other feedback than there was: later, or not all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from contracts.data.rows import arrived_before, instants, with_outcome, within
from contracts.errors import ConfigError
from contracts.moment import DAY, END_OF_TIME
from contracts.ports import ARRIVED, ID
from production.backtest.supposed import SupposedSource, supposed_events
from production.feedback_settings import HttpFeedback
from production.registry.evaluations import Evaluations
from production.settings import Production, check_lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


def missing(events: pa.Table) -> set[str]:
    """Return the ids of the events without an outcome."""
    return {*events.filter(pc.is_null(events[ARRIVED]))[ID].to_pylist()}


def supposed(events: pa.Table, *, seed: int = 0, **given: Any) -> pa.Table:
    """Return events by feedback that is supposed."""
    return supposed_events(events, HttpFeedback(**given), seed=seed)


def test_a_delay_is_added_to_the_real_latency(history: pa.Table) -> None:
    """Outcomes stay what they are, and those that never came do not come now."""
    late = supposed(history, delay="3d")
    assert missing(late) == missing(history)
    moved = instants(with_outcome(late)[ARRIVED]) - instants(with_outcome(history)[ARRIVED])
    assert {*moved.tolist()} == {3 * DAY}
    assert late.drop_columns([ARRIVED]).equals(history.drop_columns([ARRIVED]))


def test_an_id_alone_decides_whether_its_outcome_is_missing(history: pa.Table) -> None:
    """In whatever order and company; a larger share misses those of a smaller one, too."""
    never, few = missing(history), missing(supposed(history, missing=0.2))
    shuffled = history.take(np.random.default_rng(0).permutation(history.num_rows)).slice(0, 300)
    assert missing(supposed(shuffled, missing=0.2)) == few & {*shuffled[ID].to_pylist()}
    assert never < few < missing(supposed(history, missing=0.4))
    assert few != missing(supposed(history, missing=0.2, seed=1))
    assert (len(few) - len(never)) / (history.num_rows - len(never)) == pytest.approx(0.2, abs=0.04)


def test_a_source_answers_as_it_would_have_known(operation: Callable[..., Any]) -> None:
    """An outcome is seen once its supposed arrival has passed, and not before."""
    source = operation().product.source
    late = SupposedSource(source, HttpFeedback(delay="2d", missing=0.1), seed=0)
    whole = late.window(0, 20 * DAY, known_by=END_OF_TIME)
    for known_by in (10 * DAY, 15 * DAY):
        seen = late.window(0, 20 * DAY, known_by=known_by)
        assert pc.is_valid(seen[ARRIVED]).equals(arrived_before(whole, known_by))
        assert (
            0
            < len(with_outcome(seen))
            < len(with_outcome(source.window(0, 20 * DAY, known_by=known_by)))
        )


WORDS = ("feedback.delay=2d", "feedback.missing=0.3", "gate=open")


def test_nothing_in_a_run_sees_more_than_came_back(operation: Callable[..., Any]) -> None:
    """Each training, and each evaluation, has just the outcomes that had arrived by then."""
    case = operation(*WORDS, until=30)
    run = case.backtest()
    fed = supposed(case.history.events, delay="2d", missing=0.3, seed=case.config.seed)
    assert len(run.trainings) == 3
    for each in run.generations:
        known = fed.filter(arrived_before(fed, each.known_by))
        assert each.rows == within(known, each.start, each.known_by).num_rows
    with case.open() as assembly:
        scored = [
            each
            for each in Evaluations(assembly.database).all("toy")
            if (each.source, each.metric) == ("served", "brier")
        ]
        assert scored
        for each in scored:
            known = fed.filter(arrived_before(fed, each.computed_at))
            assert each.rows == within(known, each.start, each.end).num_rows
    assert run.received.accepted == len(with_outcome(within(fed, 12 * DAY, 30 * DAY)))


def test_all_are_scored_by_what_came_true(operation: Callable[..., Any]) -> None:
    """So their events pair, whatever never came back to what was trained."""
    plain = operation("gate=open", until=24, state="plain").backtest()
    other = operation(*WORDS, until=24, state="other").backtest()
    for name in ("times", "truth", "naive"):
        one, two = (getattr(run.predictions, name) for run in (plain, other))
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(plain.predictions.served, other.predictions.served)


@pytest.mark.parametrize("word", ["feedback.delay=1h", "feedback.missing=0.1"])
@pytest.mark.parametrize("task", ["operate", "serve", "evaluate", "tick"])
def test_it_is_not_supposed_of_a_product_in_service(
    request_for: Callable[..., Any], word: str, task: str
) -> None:
    """That has the feedback that it has; the hint says where it can be supposed."""
    request = request_for(f"task={task}", word)
    with pytest.raises(ConfigError, match=word) as raised:
        check_lifecycle(request, request.settings(Production))
    assert "task=run" in raised.value.hint


@pytest.mark.parametrize("word", ["feedback.missing=1", "feedback.missing=-1", "feedback.delay=x"])
def test_what_no_feedback_can_be_is_refused(request_for: Callable[..., Any], word: str) -> None:
    """Nothing would ever come back, or more than all."""
    with pytest.raises(ConfigError, match=word.partition("=")[0]):
        request_for(word).settings(Production)
