from __future__ import annotations

from typing import Any

import pytest

from contracts.config.compose import compose
from contracts.config.settings import Closed, Task, options, settings
from contracts.errors import ConfigError
from production.settings import Production


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("+colour=red", "colour: no such key"),
        ("+product.strat=now", "product.strat: no such key (did you mean 'start'?)"),
        ("+liaison.side.lerner=x", "did you mean 'learner'?"),
        ("paths.output=", "paths.output: Expected another text"),
        ("paths.data=", "a folder's path has at least one character"),
        ("seed=many", "seed: Expected `int`, got `str`: 'many'"),
        ("seed=many", "'many' → give a whole number, such as 1"),
        ("product.specification.kind=multi", "(did you mean 'multiclass'?) → values: binary, "),
        ("product.learning=3", "product.learning: Expected `object`, got `int`: 3 → give keys"),
    ],
)
def test_a_key_that_was_added_is_refused(override: str, expected: str) -> None:
    """Hydra accepts ``+key``; the typed settings do not."""
    with pytest.raises(ConfigError) as refusal:
        settings(compose("production", [override]), Production)
    assert expected in str(refusal.value)


class Options(Closed, frozen=True, kw_only=True):
    """The options of a task."""

    all: bool
    folder: str


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"all": "no"}, "task.options.all: Expected `bool`, got `str`: 'no' → true or false"),
        ({"folder": 3}, "task.options.folder: Expected `str`, got `int`: 3"),
        ({"folder": 3}, "got `int`: 3 → give a text"),
        ({"alll": True}, "task.options.alll: no such key (did you mean 'all'?) → keys: all"),
    ],
)
def test_a_tasks_options_are_checked_against_their_types(
    given: dict[str, Any], expected: str
) -> None:
    """The error names the key, what was expected and what came."""
    task = Task(name="x", package="y", answer="z", options={"all": True, "folder": "a"} | given)
    with pytest.raises(ConfigError) as refusal:
        options(task, Options)
    assert expected in str(refusal.value)


def test_a_key_added_to_a_component_is_checked_against_its_target() -> None:
    """A component's keys must be parameters of its target."""
    composed = compose("production", ["+trigger.evry=2d"])
    with pytest.raises(ConfigError, match="did you mean 'every'"):
        settings(composed, Production, added=("trigger.evry",))
