"""A lifecycle: one option for each of the five attributes."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Literal

import msgspec

from contracts.errors import ConfigError, near
from contracts.lifecycle.attributes import ATTRIBUTES, Option, option


class Lifecycle(msgspec.Struct, frozen=True, kw_only=True):
    """The declaration a product runs under."""

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
        for attribute in ATTRIBUTES:
            yield attribute, option(attribute, self.choice(attribute))

    def changes(self, other: "Lifecycle") -> tuple[str, ...]:
        """Return the names of the attributes that ``other`` has differently."""
        return tuple(name for name in ATTRIBUTES if self.choice(name) != other.choice(name))


def declare(choices: Mapping[str, str]) -> Lifecycle:
    """Return the lifecycle that plain words declare, as configuration gives them.

    Raises:
        ConfigError: An attribute is unknown or missing, or an option is none of its options.

    >>> words = {"data_access": "programmatic", "model_sourcing": "unattended"}
    >>> words |= {"model_updating": "autonomous", "deployment": "dynamic", "liaison": "dual"}
    >>> declare(words).liaison
    'dual'
    """
    for word in choices:
        _known("attribute of a lifecycle", word, tuple(ATTRIBUTES))
    for name, attribute in ATTRIBUTES.items():
        if name not in choices:
            raise ConfigError(f"a lifecycle lacks its {name}", hint=attribute.question)
        _known(f"option of {name}", choices[name], tuple(each.name for each in attribute.options))
    return msgspec.convert(dict(choices), Lifecycle)


@cache
def every() -> tuple[Lifecycle, ...]:
    """Return all 32 combinations, in the order of the attributes and their options."""
    names = ((option.name for option in attribute.options) for attribute in ATTRIBUTES.values())
    return tuple(declare(dict(zip(ATTRIBUTES, chosen, strict=True))) for chosen in product(*names))


def _known(role: str, word: str, valid: tuple[str, ...]) -> None:
    if word not in valid:
        raise ConfigError(
            f"{word!r} is no {role}{near(word, valid)}", hint=f"one of: {', '.join(valid)}"
        )
