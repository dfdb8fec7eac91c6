"""The history of arms: how far back an arm goes, and which arm had a generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tests.production.experiments.live_log import LiveLog


def test_an_arm_goes_back_to_where_its_name_was_missing(live: LiveLog) -> None:
    """The champion to the first manifest, an arm that was retired to where it came again."""
    live.publish("a", champion=1, candidate=2)
    live.publish("b", champion=1)
    live.publish("c", champion=2, candidate=3)
    live.publish("c", champion=4, candidate=3)
    history = live.history
    assert history.lines == {"champion": range(1, 5), "candidate": range(3, 5)}
    assert history.candidate("candidate", 1) is None
    assert history.candidate("champion", 1).name == "1.0.0/1"  # type: ignore[union-attr]


def test_an_experiment_is_a_row_of_manifests_with_one_salt(live: LiveLog) -> None:
    """A refresh goes on with it; the newest is the one that runs."""
    live.publish("a", champion=1)
    live.publish("b", champion=1, candidate=2)
    live.publish("b", champion=3, candidate=2)
    assert live.history.experiments == (range(1, 2), range(2, 4))
    assert live.history.running == range(2, 4)


def test_which_arms_had_a_generation_depends_on_the_manifest(live: LiveLog) -> None:
    """One generation moves from the candidate to the champion, or is of both, or of neither."""
    live.publish("a", champion=1, candidate=2)
    live.publish("a", champion=2, candidate=2)
    live.publish("a", champion=2, candidate=3)
    played = live.history.played(
        np.array([1, 2, 3, 3, 1]), ["1.0.0"] * 4 + ["0.9.0"], np.array([2, 2, 2, 1, 1])
    )
    assert played.tolist() == [
        [False, True],
        [True, True],
        [True, False],
        [False, False],
        [False, False],
    ]
    assert live.history.played(np.array([], np.int64), [], np.array([])).shape == (0, 2)
