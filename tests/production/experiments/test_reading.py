"""The running experiment, read from a real log."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.errors import StateError
from production.experiments.experiment import ExperimentOptions, ExperimentResult
from production.experiments.reading import read_log
from production.selectors.port import Split, only
from tests.production.experiments.live_log import CONTRACT
from tests.production.experiments.test_replay import HALVES, keys

if TYPE_CHECKING:
    from tests.production.experiments.live_log import LiveLog

OPTIONS = ExperimentOptions(every="1h", alpha=0.05, ratio_alpha=0.01, least=50)


def reading(live: LiveLog, shares: dict[str, float], **changes: Any) -> ExperimentResult:
    """Return what the log says of the experiment whose selector has those shares."""
    return read_log(
        live.log,
        CONTRACT,
        live.history,
        current=live.policy("any", Split(shares=shares)),
        options=replace(OPTIONS, **changes),
    )


@pytest.mark.parametrize(
    ("generation", "verdict"), [(2, "better"), (3, "worse"), (4, "cannot_tell_yet")]
)
def test_an_experiment_tells_by_the_effect(live: LiveLog, generation: int, verdict: str) -> None:
    """By an interval that holds at every look, one after each hour."""
    live.publish("s", champion=1, candidate=generation)
    live.serve(keys(600), HALVES)
    result = reading(live, HALVES)
    champion, candidate = result.arms
    assert (result.verdict, candidate.verdict, champion.verdict) == (verdict, verdict, None)
    assert candidate.difference.low < {2: 0.2, 3: -0.3, 4: 0.0}[generation]
    assert candidate.difference.high > {2: 0.2, 3: -0.3, 4: 0.0}[generation]
    assert champion.keys + candidate.keys == champion.scored + candidate.scored == 600
    assert len(candidate.looks) == 10
    assert result.served is not None
    assert not result.served.mismatch


def test_too_few_keys_tell_nothing_yet(live: LiveLog) -> None:
    """However many events they have."""
    live.publish("s", champion=1, candidate=3)
    live.serve(keys(40, each=20), HALVES)
    result = reading(live, HALVES)
    assert (result.verdict, result.arms[1].more) == ("cannot_tell_yet", inf)
    assert result.arms[1].scored_keys < 50


def test_a_small_difference_says_how_many_more_keys_would_tell(live: LiveLog) -> None:
    """About; for as large a difference as it is now."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(220), HALVES, penalty=[3.0 * (at % 2) for at in range(220)])
    candidate = reading(live, HALVES).arms[1]
    assert candidate.verdict == "cannot_tell_yet"
    assert isfinite(candidate.more)
    assert candidate.more > 100


def test_an_arm_whose_keys_go_missing_is_a_mismatch(live: LiveLog) -> None:
    """The log has half of the candidate's keys: the effect is not to be read."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(800), {"champion": 0.75, "candidate": 0.25}, propensity=0.5)
    result = reading(live, HALVES)
    assert result.served is not None
    assert result.served.mismatch
    assert result.verdict == "sample_ratio_mismatch"


def test_an_arm_whose_outcomes_go_missing_is_a_mismatch(live: LiveLog) -> None:
    """Its keys are there, and what came true of them is not."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(1_000), HALVES, lose={"candidate": 0.5})
    result = reading(live, HALVES)
    assert result.served is not None
    assert result.returned is not None
    assert (result.served.mismatch, result.returned.mismatch) == (False, True)
    assert result.verdict == "sample_ratio_mismatch"


def test_keys_count_once(live: LiveLog) -> None:
    """Heavy keys of one arm are no mismatch of the sample ratio."""
    live.publish("s", champion=1, candidate=2)
    live.serve([*keys(300), *["k0"] * 3_000], HALVES)
    result = reading(live, HALVES)
    assert result.served is not None
    assert sum(result.served.keys.values()) == 300
    assert not result.mismatched


def test_shares_that_change_are_not_tested(live: LiveLog) -> None:
    """A canary's share grows: what it was is in no one place."""
    live.publish("s", champion=1, candidate=2)
    for share in (0.1, 0.3):
        live.serve(keys(300), {"champion": 1 - share, "candidate": share})
    result = reading(live, {"champion": 0.7, "candidate": 0.3})
    assert (result.served, result.returned, result.mismatched) == (None, None, False)
    assert result.moved > 0


@pytest.mark.parametrize("order", [(), ("candidate", "champion")])
def test_arms_of_one_generation_are_told_apart_by_the_draw(
    live: LiveLog, order: tuple[str, ...]
) -> None:
    """An A/A test: the log has one generation, and each key its arm, as it was drawn."""
    live.publish("s", champion=1, candidate=1)
    shares = {"champion": 0.75, "candidate": 0.25}
    live.serve(keys(400), shares, order=order, lose={"candidate": 1.0})
    split = Split(shares=shares, order=order)
    result = read_log(
        live.log, CONTRACT, live.history, current=live.policy("any", split), options=OPTIONS
    )
    champion, candidate = result.arms
    assert (result.unknown, candidate.scored) == (0, 0)
    assert champion.scored == champion.keys == 400 - candidate.keys
    assert 60 < candidate.keys < 140


def test_only_the_running_experiment_counts(live: LiveLog) -> None:
    """A refresh inside an arm goes on with it; another selector or arm began another one."""
    live.publish("a", champion=1, candidate=3)
    live.serve(keys(100), HALVES)
    live.publish("b", champion=1, candidate=2)
    live.serve(keys(100), HALVES)
    live.publish("b", champion=4, candidate=2)
    live.serve(keys(100), HALVES)
    result = reading(live, HALVES)
    assert result.revisions == range(2, 4)
    assert sum(each.events for each in result.arms) == 200


def test_a_segment_that_one_arm_serves_alone_is_not_compared(live: LiveLog) -> None:
    """Nights are hard and the champion's alone: that is no gain of the candidate's by day."""
    live.publish("s", champion=1, candidate=4)
    days, nights = ['{"shift":"day"}'] * 400, ['{"shift":"night"}'] * 400
    live.serve(keys(400), HALVES, features=days)
    live.serve(keys(400), {"champion": 1.0}, features=nights, penalty=[9.0] * 400)
    split = Split(shares={"champion": 1.0}, column="shift", segments={"day": HALVES})
    result = read_log(
        live.log, CONTRACT, live.history, current=live.policy("any", split),
        options=replace(OPTIONS, every="1d"),
    )  # fmt: skip
    assert result.verdict == "cannot_tell_yet"
    assert abs(result.arms[1].difference.value) < 0.1


def test_several_arms_share_alpha(live: LiveLog) -> None:
    """Each is compared at its part; better if any is."""
    thirds = {"champion": 1 / 3, "candidate": 1 / 3, "other": 1 / 3}
    live.publish("s", champion=1, candidate=2, other=3)
    live.serve(keys(1_200), thirds)
    result = reading(live, thirds)
    assert result.alpha == 0.025
    assert [each.verdict for each in result.arms] == [None, "better", "worse"]
    assert result.verdict == "better"


def test_a_champion_alone_is_no_experiment(live: LiveLog) -> None:
    """The hint begins one."""
    live.publish("s", champion=1)
    with pytest.raises(StateError, match="champion alone") as caught:
        reading(live, {"champion": 1.0})
    assert "task=promote" in caught.value.hint


def test_an_arm_that_only_predicts_in_the_shadow_took_no_part(live: LiveLog) -> None:
    """It has no event, and cannot be told."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(200), {"champion": 1.0}, shadows=["candidate"])
    result = read_log(
        live.log, CONTRACT, live.history, options=OPTIONS,
        current=live.policy("shadow", only("champion")),
    )  # fmt: skip
    assert (result.arms[1].events, result.verdict) == (0, "cannot_tell_yet")
