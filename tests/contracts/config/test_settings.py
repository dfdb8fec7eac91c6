from __future__ import annotations

import pytest

from contracts.config.compose import compose
from contracts.config.settings import settings
from contracts.errors import ConfigError
from production.settings import Production


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("+colour=red", "colour: no such key"),
        ("+product.strat=now", "product.strat: no such key (did you mean 'start'?)"),
        ("+liaison.side.lerner=x", "did you mean 'learner'?"),
        ("seed=many", "seed: Expected `int`, got `str`"),
    ],
)
def test_a_key_that_was_added_is_refused(override: str, expected: str) -> None:
    """Hydra lets ``+key`` through; the typed settings do not."""
    with pytest.raises(ConfigError) as refusal:
        settings(compose("production", [override]), Production)
    assert expected in str(refusal.value)


def test_a_key_added_to_a_component_is_held_to_what_its_target_takes() -> None:
    """A component's keys are the parameters of its target."""
    composed = compose("production", ["+trigger.evry=2d"])
    with pytest.raises(ConfigError, match="did you mean 'every'"):
        settings(composed, Production, added=("trigger.evry",))
