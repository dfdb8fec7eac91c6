"""One step of a lifecycle: who or what acts, what the step takes and what it gives."""

from typing import Literal

import msgspec

from contracts.lifecycle.lifecycle import Lifecycle


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who or what acts in a stage."""

    name: str
    kind: Literal["person", "agent", "engine"]


DATA_SCIENTIST = Actor(name="data scientist", kind="person")
ENGINEER = Actor(name="engineer", kind="person")
INTEGRATION_AGENT = Actor(name="integration agent", kind="agent")
TRAINING_AGENT = Actor(name="training agent", kind="agent")
EVALUATION_AGENT = Actor(name="evaluation agent", kind="agent")
BUNDLED_ENGINE = Actor(name="bundled engine", kind="engine")
GENERIC_ENGINE = Actor(name="generic engine", kind="engine")


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One step, drawn as one box.

    Args:
        name: The step, as a verb.
        side: The sub-group it belongs to where the liaison is dual.
        actor: Who or what acts.
        does: What happens, in one line.
        takes: The things it needs. Those that no stage of a lifecycle gives, and that do not come
            from outside, fall away in that lifecycle.
        gives: The things it makes.
        when: The options under which the step exists; an attribute not named may have any.
    """

    name: str
    side: Literal["research", "development", "production"]
    actor: Actor
    does: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    when: dict[str, str]

    def belongs(self, lifecycle: Lifecycle) -> bool:
        """Return whether the step is part of a lifecycle."""
        return all(lifecycle.choice(name) == option for name, option in self.when.items())
