"""A replay: what the live log says of a selector before it is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError, DataError
from contracts.moment import HOUR, iso
from production.experiments.evidence import known, verdict
from production.experiments.gates import GateLimits
from production.experiments.replay import ReplayOptions, SelectorReplay, replay_log
from production.selectors.port import Split, only
from tests.production.experiments.live_log import CONTRACT

if TYPE_CHECKING:
    from tests.production.experiments.live_log import LiveLog

HALVES = {"champion": 0.5, "candidate": 0.5}
OPTIONS = ReplayOptions(
    since=None,
    until=None,
    shadows=True,
    alpha=0.05,
    gates=GateLimits(effective=50, largest=0.05, mean=0.05, known=0.95),
)


def replayed(live: LiveLog, proposed: Split, current: Split, **changes: Any) -> SelectorReplay:
    """Return a replay of one split instead of another."""
    return replay_log(
        live.log,
        CONTRACT,
        live.history,
        proposed=live.policy("proposed", proposed),
        current=live.policy("current", current),
        options=replace(OPTIONS, **changes),
    )


def keys(count: int, *, each: int = 1) -> list[str]:
    """Return keys that come back so often, one after the other."""
    return [f"k{at % count}" for at in range(count * each)]


@pytest.mark.parametrize(
    ("generation", "verdict"), [(2, "better"), (3, "worse"), (4, "no_difference")]
)
def test_an_experiment_tells_what_an_arm_alone_would_earn(
    live: LiveLog, generation: int, verdict: str
) -> None:
    """By the events that each arm was drawn for, weighted: the truth is in the interval."""
    live.publish("s", champion=1, candidate=generation)
    live.serve(keys(400), HALVES)
    result = replayed(live, only("candidate"), only("champion"))
    assert (result.verdict, result.reasons, result.basis) == (verdict, (), "weights")
    assert [each.estimator for each in result.evidence["weights"].estimates] == [
        "doubly_robust",
        "self_normalised",
        "ips",
    ]
    truth = {2: 0.2, 3: -0.3, 4: 0.0}[generation]
    for each in result.evidence["weights"].estimates:
        assert each.gain.low < truth < each.gain.high
        assert (each.events, each.keys) == (400, 400)


def test_an_arm_that_never_served_cannot_be_told(live: LiveLog) -> None:
    """Its name is the reason; nothing is estimated."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(400), {"champion": 1.0})
    result = replayed(live, only("candidate"), only("champion"))
    assert result.verdict == "log_cannot_tell"
    assert result.reasons == ("no logged event with an outcome under the arm candidate",)
    assert result.evidence["weights"].estimates == ()


def test_an_empty_log_cannot_tell(live: LiveLog) -> None:
    """Nor one without outcomes."""
    live.publish("s", champion=1, candidate=2)
    assert replayed(live, only("candidate"), only("champion")).verdict == "log_cannot_tell"
    live.serve(keys(99), HALVES, lose={"champion": 1.0, "candidate": 1.0})
    result = replayed(live, only("candidate"), only("champion"))
    assert (result.verdict, result.events) == ("log_cannot_tell", 0)


def test_propensities_that_are_not_those_of_the_draw_cannot_be_told_from(live: LiveLog) -> None:
    """The mean weight is no longer about 1: here half of the events counts double."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(400), {"champion": 0.5, "candidate": 0.5}, propensity=0.9)
    result = replayed(live, only("candidate"), only("champion"))
    assert result.verdict == "log_cannot_tell"
    assert any("mean weight is 0.5" in reason for reason in result.reasons)


def test_many_events_of_few_keys_cannot_tell(live: LiveLog) -> None:
    """Two thousand events of twenty keys are worth ten keys, whatever they say."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(20, each=100), HALVES)
    result = replayed(live, only("candidate"), only("champion"))
    assert result.verdict == "log_cannot_tell"
    assert any("effective sample size" in reason for reason in result.reasons)
    assert any("one key has" in reason for reason in result.reasons)


def test_shadows_tell_without_any_weight(live: LiveLog) -> None:
    """With what both arms predicted for the same events, the gain is known to a fraction."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(400), {"champion": 1.0}, shadows=["candidate"])
    result = replayed(live, only("candidate"), only("champion"))
    (estimate,) = result.evidence["shadows"].estimates
    assert (result.verdict, result.basis, result.reasons) == ("better", "shadows", ())
    assert estimate.gain.low < 0.2 < estimate.gain.high
    assert estimate.gain.high - estimate.gain.low < 0.05
    assert replayed(live, only("candidate"), only("champion"), shadows=False).verdict == (
        "log_cannot_tell"
    )


def test_an_arm_that_was_drawn_is_no_shadow(live: LiveLog) -> None:
    """Events of an experiment are a sample by chance: they are weighted, not taken as known."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(400), HALVES)
    assert "shadows" not in replayed(live, only("candidate"), only("champion")).evidence


def test_shadows_that_often_fail_cannot_tell(live: LiveLog) -> None:
    """Those that are missing may be the hard ones."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(300), {"champion": 1.0}, shadows=["candidate"])
    live.serve(keys(100), {"champion": 1.0})
    result = replayed(live, only("candidate"), only("champion"))
    assert result.verdict == "log_cannot_tell"
    assert any("shadows predicted 75.0%" in reason for reason in result.reasons)


def test_a_segment_has_shares_of_its_own(live: LiveLog) -> None:
    """The candidate is worse by night alone: the selector that keeps it from there is better."""
    live.publish("s", champion=1, candidate=2)
    records = ['{"shift":"day"}', '{"shift":"night"}', '{"shift":null}'] * 267
    night = [2.0 if "night" in record else 0.0 for record in records]
    live.serve(keys(801), HALVES, features=records, penalty=night)
    split = Split(shares={"champion": 1.0}, column="shift", segments={"day": {"candidate": 1.0}})
    estimate = replayed(live, split, only("champion")).evidence["weights"].estimates[0]
    assert estimate.gain.low < 0.2 / 3 < estimate.gain.high
    everywhere = replayed(live, only("candidate"), only("champion"))
    gain = everywhere.evidence["weights"].estimates[0].gain
    assert estimate.gain.high - estimate.gain.low < gain.high - gain.low


def test_a_log_without_the_input_is_refused(live: LiveLog) -> None:
    """The message says which input, and how it is logged."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(100), HALVES, features=["{}"] * 100)
    split = Split(shares={"champion": 1.0}, column="shift", segments={"a": {"candidate": 1.0}})
    with pytest.raises(DataError, match="'shift'") as caught:
        replayed(live, split, only("champion"))
    assert "serving.features=value" in caught.value.hint


def test_an_arm_goes_back_through_refreshes_and_no_farther_than_its_name(live: LiveLog) -> None:
    """What had the name before it was retired is another arm: those events do not count."""
    live.publish("a", champion=1, candidate=3)
    live.serve(keys(400), HALVES)
    live.publish("b", champion=1)
    live.publish("c", champion=1, candidate=1)
    live.serve(keys(100), HALVES)
    live.publish("c", champion=4, candidate=2)
    live.serve(keys(300), HALVES)
    result = replayed(live, only("candidate"), only("champion"))
    assert result.revisions == range(3, 5)
    assert result.evidence["weights"].estimates[0].events == 400


def test_the_window_of_event_time_can_be_chosen(live: LiveLog) -> None:
    """Both ends, half open."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(300), HALVES)
    result = replayed(
        live, only("candidate"), only("champion"), since=iso(2 * HOUR), until=iso(4 * HOUR)
    )
    assert (result.events, result.start, result.end) == (120, 2 * HOUR, 4 * HOUR - HOUR // 60)


def test_the_same_selector_gains_nothing(live: LiveLog) -> None:
    """Exactly, and without any spread."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(300), HALVES)
    result = replayed(live, Split(shares=HALVES), Split(shares=HALVES))
    gain = result.evidence["weights"].estimates[0].gain
    assert (gain.value, gain.low, gain.high) == (0.0, 0.0, 0.0)
    assert result.verdict == "no_difference"


def test_rounding_is_no_difference() -> None:
    """The same rewards, summed with other shares, differ in their last digits alone."""
    earned = -np.random.default_rng(0).uniform(1e5, 3e6, 400)
    shared = earned * (1 / 3) + earned * (2 / 3)
    assert (shared != earned).any()
    key = np.arange(400)
    assert verdict(known(earned, shared, key, OPTIONS.gates, 0.05)) == "no_difference"
    assert verdict(known(earned * (1 - 1e-6), shared, key, OPTIONS.gates, 0.05)) == "better"


def test_a_contract_without_a_mean_of_losses_is_refused(live: LiveLog) -> None:
    """Nothing says what one event earns."""
    live.publish("s", champion=1, candidate=2)
    live.serve(keys(100), HALVES)
    contract = type(CONTRACT)(**{**vars(CONTRACT), "metrics": (type(CONTRACT)(name="roc_auc"),)})
    with pytest.raises(ConfigError, match="mean of losses"):
        replay_log(
            live.log, contract, live.history, options=OPTIONS,
            proposed=live.policy("p", only("candidate")),
            current=live.policy("c", only("champion")),
        )  # fmt: skip
