from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from contracts.data.rows import instants, with_outcome
from contracts.moment import DAY, END_OF_TIME
from production.generation.description import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.feedback.batch import Receipt

pytestmark = pytest.mark.usefixtures("toy")


def test_an_event_says_who_served_it_and_how_likely_that_was(
    operation: Callable[..., Any], toy: Any
) -> None:
    """Two candidates by halves: each event's generation predicted what was logged, key by key."""
    asked = operation("gate=open", until=22)
    built = asked.build()
    built.loop._parts.promotion._keep = 2
    built.engine._selector = toy.Halves()
    list(built.loop.steps())
    events = built.events.served("toy", 0, END_OF_TIME)
    both = events.time >= 18 * DAY
    assert set(events.generation[~both].tolist()) == {1}
    assert set(events.propensity[~both].tolist()) == {1.0}
    assert set(events.generation[both].tolist()) == {1, 2}
    assert set(events.propensity[both].tolist()) == {0.5}
    pairs = set(zip(np.array(events.key)[both], events.generation[both].tolist(), strict=True))
    assert len(pairs) == len(set(events.key))
    inputs = asked.feed.table.select(["colour", "size"])
    for made in built.generations.all("toy"):
        candidate = Candidate(release=made.release, generation=made.number, artifact=made.artifact)
        mine = events.generation == made.number
        expected = built.loader.load(candidate).predict(inputs.filter(mine))
        assert np.array_equal(events.prediction[mine], expected)


def test_an_event_names_where_its_features_are_and_by_which_manifest_it_was_served(
    operation: Callable[..., Any],
) -> None:
    """Features go by reference; the manifest's revision says what was on offer."""
    built, _ = operation("gate=open", until=20).run()
    events = built.events.served("toy", 0, END_OF_TIME)
    assert set(events.features) == {"source:toy"}
    late = events.time >= 18 * DAY
    assert set(events.manifest[late].tolist()) == {2}
    assert set(events.manifest[~late].tolist()) == {1}


def test_every_outcome_is_taken_once_and_says_whether_it_was_late(
    operation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late is what arrives when the window of its event has closed."""
    asked = operation(until=20)
    built = asked.build()
    journal, receipts = built.loop._parts.journal, []
    take = journal.take

    def taking(arrivals: Any) -> Receipt:
        receipts.append(take(arrivals))
        return receipts[-1]

    monkeypatch.setattr(journal, "take", taking)
    list(built.loop.steps())
    total = sum(receipts[1:], receipts[0])
    rows = with_outcome(asked.feed.table)
    assert total.received == total.accepted == rows.num_rows
    times, arrived = (instants(rows[name]) for name in ("time", "arrived"))
    assert total.late == int((arrived >= times - times % DAY + DAY).sum()) > 0
