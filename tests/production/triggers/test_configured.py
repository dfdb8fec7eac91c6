from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.config import instantiate
from contracts.errors import ConfigError
from contracts.moment import DAY
from tests.suites.trigger import moment, scored_day

if TYPE_CHECKING:
    from contracts.contract import Contract

SCHEDULE = {"_target_": "production.triggers.schedule.Schedule", "name": "schedule", "every": "9d"}
DECLINE = {
    "_target_": "production.triggers.decline.Decline",
    "name": "decline",
    "margin": 0.05,
    "over": 1,
    "cooldown": "1d",
}


@pytest.mark.parametrize("parts", [[SCHEDULE, DECLINE], {"s": SCHEDULE, "d": DECLINE}])
def test_a_part_gets_what_a_trigger_gets(contract: Contract, parts: Any) -> None:
    """In a list or by name, at any depth: a decline that is a part knows the contract too."""
    both = {"_target_": "production.triggers.any_of.AnyOf", "name": "any", "triggers": parts}
    node = {"_target_": "production.triggers.cooldown.Cooldown", "trigger": both, "rests": "1d"}
    trigger = instantiate(node, "trigger", contract=contract)
    fallen = (scored_day(0, skill=0.3), scored_day(1, skill=0.0))
    assert trigger.due(moment(2 * DAY, windows=fallen)) == "decline: skill 0.000 after 0.300"


def test_a_part_that_is_no_trigger_is_refused() -> None:
    """What stands under `triggers` must be declared for the port `trigger`."""
    part = {"_target_": "production.selectors.latest.Latest"}
    node = {"_target_": "production.triggers.any_of.AnyOf", "triggers": {"a": part}}
    with pytest.raises(ConfigError, match=r"trigger\.triggers\.a\._target_: .* not declared"):
        instantiate(node, "trigger")
