from __future__ import annotations

from typing import Any

from production.agents.track_record import track_record
from production.registry.trainings import Training


def training(verdict: Any, **measures: float) -> Training:
    """Return a training on record with what was measured."""
    return Training(
        product="toy",
        release="1.0.0",
        requested_at=0,
        reason="schedule",
        known_by=0,
        rows=1,
        seconds=0.0,
        verdict=verdict,
        detail={"measures": measures} if measures else {},
    )


def test_promoted_steps_and_holdouts_beyond_doubt_make_the_record() -> None:
    """A step that was refused was no usual one; its champion's score was as honest as any."""
    record = track_record(
        [
            training("promoted"),
            training("promoted", step=0.1, easiest=0.3),
            training("refused", step=0.9, easiest=0.4),
            training("alarmed", step=0.2, easiest=0.9),
            training("failed"),
            training("promoted", step=0.3, easiest=0.5),
        ]
    )
    assert (record.steps, record.easiest, record.alarmed) == ((0.1, 0.3), (0.3, 0.4, 0.5), False)


def test_the_last_training_says_whether_there_is_an_alarm() -> None:
    """Not one before it."""
    assert track_record([training("promoted", step=0.1), training("alarmed", step=0.1)]).alarmed
    assert not track_record([]).alarmed


def test_paces_are_the_steps_of_resumed_models_for_each_row_that_they_learned() -> None:
    """Those of models fitted anew, and of an older form, say nothing about them."""
    trainings = [
        training("promoted", step=0.1),
        training("promoted", step=0.1, news=10.0),
        training("promoted", step=0.9, centred=0.2, news=10.0),
    ]
    assert track_record(trainings).paces == (0.02,)
