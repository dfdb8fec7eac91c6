"""A history as it would have come back by other feedback: later, or not all of it.

What learns, judges and evaluates in a run sees outcomes as they are supposed to arrive. The scores
of the report are those of what came true, so that runs of several suppositions can be compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec.structs import replace

from contracts.data.read_ahead import ReadAhead
from contracts.data.rows import INSTANT, as_known, in_microseconds
from contracts.moment import END_OF_TIME, duration
from contracts.ports import ARRIVED, ID, OUTCOME
from production.selectors.draw import uniform

if TYPE_CHECKING:
    from contracts.ports import Source
    from production.backtest.history import History
    from production.feedback_settings import SupposedFeedback

#: Salts the draw of what is missing: it is independent of all other draws.
SALT = "feedback"


class SupposedSource:
    """A source whose outcomes arrive as they are supposed to.

    Args:
        source: The source.
        feedback: What is supposed.
        seed: Draws which outcomes are missing.
    """

    def __init__(self, source: Source, feedback: SupposedFeedback, *, seed: int) -> None:
        self._source, self._feedback, self._seed = source, feedback, seed
        self.increments = getattr(source, "increments", True)

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events of a window as they would have been known by a moment."""
        rows = self._source.window(start, end, known_by=END_OF_TIME)
        return as_known(supposed_events(rows, self._feedback, seed=self._seed), known_by)


def supposed_history(history: History, feedback: SupposedFeedback, *, seed: int) -> History:
    """Return a history whose outcomes come back as they are supposed to.

    Its events stay what came true.

    Args:
        history: The history.
        feedback: What is supposed.
        seed: Draws which outcomes are missing.
    """
    if not feedback.supposed:
        return history
    product = history.product
    fed = supposed_events(history.events, feedback, seed=seed)
    source = ReadAhead(
        SupposedSource(product.source, feedback, seed=seed),
        fed,
        start=product.data_start,
        end=history.until,
    )
    return replace(history, product=replace(product, source=source), supposed=fed)


def supposed_events(events: pa.Table, feedback: SupposedFeedback, *, seed: int) -> pa.Table:
    """Return events whose outcomes arrive later by the delay, or not at all.

    An event's id alone decides whether its outcome is missing; those missing of a small share are
    missing of a larger one, too.

    Args:
        events: The events, with every outcome there will be.
        feedback: What is supposed.
        seed: Draws which outcomes are missing.
    """
    late = pa.scalar(duration(feedback.delay), pa.duration("us"))
    arrived = pc.add(in_microseconds(events[ARRIVED]), late).cast(INSTANT)
    outcomes = events[OUTCOME]
    if feedback.missing:
        salt = f"{SALT}:{seed}"
        ranks = np.array([uniform(salt, each) for each in events[ID].to_pylist()])
        comes = pa.array(ranks >= feedback.missing)
        arrived = pc.if_else(comes, arrived, pa.scalar(None, arrived.type))
        outcomes = pc.if_else(comes, outcomes, pa.scalar(None, outcomes.type))
    for name, column in ((ARRIVED, arrived), (OUTCOME, outcomes)):
        events = events.set_column(events.column_names.index(name), name, column)
    return events


def supposed_note(feedback: SupposedFeedback) -> tuple[str, ...]:
    """Return what a report says of supposed feedback; nothing where none is supposed."""
    if not feedback.supposed:
        return ()
    return (
        (
            f"{feedback.supposed}: what trains, judges and evaluates is supposed to get its "
            "outcomes so; the scores are of what came true"
        ),
    )
