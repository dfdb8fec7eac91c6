"""The taxonomy as typed data: attributes, options, patterns and stages, read from taxonomy.yaml."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Literal

import msgspec

from contracts.errors import ConfigError, did_you_mean


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The root of what taxonomy.yaml contains: a struct that refuses fields it does not know."""


class Limitation(Row, frozen=True, kw_only=True):
    """One thing an option makes impossible, and why."""

    what: str
    why: str


class Option(Row, frozen=True, kw_only=True):
    """One choice for an attribute.

    Attributes:
        name: The option's name in configuration.
        summary: What the choice means.
        cost: What it demands of a team that chooses it.
        anti_pattern: Why nobody should choose it; empty for a sound choice.
        change: The option to take instead; empty for a sound choice.
        cannot: What it makes impossible.
    """

    name: str
    summary: str
    cost: str
    anti_pattern: str = ""
    change: str = ""
    cannot: tuple[Limitation, ...] = ()


class Attribute(Row, frozen=True, kw_only=True):
    """One property of a lifecycle, named as the config group that sets it."""

    name: str
    question: str
    options: tuple[Option, ...]


class Lifecycle(Row, frozen=True, kw_only=True):
    """One option for each of the five attributes: what a product declares it runs under."""

    data_access: Literal["programmatic", "ad_hoc_dump"]
    model_sourcing: Literal["unattended", "interactive"]
    model_updating: Literal["autonomous", "release_enforced"]
    deployment: Literal["dynamic", "wrapped"]
    liaison: Literal["joint", "dual"]

    def choice(self, attribute: str) -> str:
        """Return the name of the option chosen for an attribute."""
        return str(getattr(self, attribute))

    def options(self) -> Iterator[tuple[str, Option]]:
        """Yield each attribute's name and the option chosen for it, in the taxonomy's order."""
        for name, attribute in ATTRIBUTES.items():
            yield name, next(each for each in attribute.options if each.name == self.choice(name))

    def changes(self, other: "Lifecycle") -> tuple[str, ...]:
        """Return the names of the attributes for which ``other`` has another option."""
        return tuple(name for name in ATTRIBUTES if self.choice(name) != other.choice(name))


class Need(Row, frozen=True, kw_only=True):
    """The option of another attribute that autonomous updating needs."""

    attribute: str
    option: str
    why: str


class Pattern(Row, frozen=True, kw_only=True):
    """A lifecycle that has a name.

    Attributes:
        name: The lifecycle's name in configuration.
        summary: What it is, in one line.
        preset: The combination the name stands for when nothing is overridden.
        deciding: The attributes that make it this pattern; the others may vary coherently.
    """

    name: str
    summary: str
    preset: Lifecycle
    deciding: tuple[str, ...]


class Actor(Row, frozen=True, kw_only=True):
    """Who or what acts in a stage."""

    name: str
    kind: Literal["person", "agent", "engine"]


class Stage(Row, frozen=True, kw_only=True):
    """One step of a lifecycle, drawn as one box.

    Attributes:
        name: The step, as a verb.
        side: The part it belongs to where the liaison is dual.
        actor: Who or what acts.
        does: What happens, in one line.
        takes: The things it needs. In a lifecycle where no stage gives one of them, and it does not
            come from outside, the step does without it.
        gives: The things it makes.
        when: The options under which the step exists; an attribute that is absent may have any.
    """

    name: str
    side: Literal["research", "development", "production"]
    actor: Actor
    does: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    when: dict[str, str]


class Taxonomy(Row, frozen=True, kw_only=True):
    """Everything in taxonomy.yaml."""

    attributes: tuple[Attribute, ...]
    autonomous_needs: tuple[Need, ...]
    patterns: tuple[Pattern, ...]
    actors: tuple[Actor, ...]
    stages: tuple[Stage, ...]


TAXONOMY = msgspec.yaml.decode(
    Path(__file__).with_name("taxonomy.yaml").read_bytes(), type=Taxonomy
)
#: By name, in the order of every table and message.
ATTRIBUTES = {attribute.name: attribute for attribute in TAXONOMY.attributes}
PATTERNS = {pattern.name: pattern for pattern in TAXONOMY.patterns}


def declare(choices: Mapping[str, str]) -> Lifecycle:
    """Return the lifecycle with the given option for each attribute.

    Args:
        choices: Names of options by attribute, as configuration has them.

    Raises:
        ConfigError: An attribute is unknown or missing, or has no such option.

    >>> choices = {"data_access": "programmatic", "model_sourcing": "unattended"}
    >>> choices |= {"model_updating": "autonomous", "deployment": "dynamic", "liaison": "dual"}
    >>> declare(choices).liaison
    'dual'
    """
    for name in choices:
        _check_name(name, tuple(ATTRIBUTES), what="attribute of a lifecycle")
    for name, attribute in ATTRIBUTES.items():
        if name not in choices:
            raise ConfigError(f"a lifecycle lacks its {name}", hint=attribute.question)
        options = tuple(option.name for option in attribute.options)
        _check_name(choices[name], options, what=f"option of {name}")
    return msgspec.convert(dict(choices), Lifecycle)


@cache
def all_lifecycles() -> tuple[Lifecycle, ...]:
    """Return all 32 combinations, in the order of the attributes and their options."""
    names = ((option.name for option in attribute.options) for attribute in TAXONOMY.attributes)
    return tuple(declare(dict(zip(ATTRIBUTES, chosen, strict=True))) for chosen in product(*names))


def _check_name(name: str, valid: tuple[str, ...], *, what: str) -> None:
    if name not in valid:
        raise ConfigError(
            f"no {what} is called {name!r}{did_you_mean(name, valid)}",
            hint=f"one of: {', '.join(valid)}",
        )
