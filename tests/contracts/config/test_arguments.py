"""Arguments of components, checked against the types that their targets state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pytest

from contracts.config import instantiate
from contracts.config.arguments import check_arguments
from contracts.errors import ConfigError
from contracts.moment import Duration, PositiveDuration  # noqa: TC001 - read as it runs

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Part:
    """A component as a product may have one, with a type that only type checkers know."""

    margin: float
    count: int | None
    names: tuple[str, ...]
    wait: Duration
    every: PositiveDuration
    kind: Literal["binary", "multiclass"] | None
    folder: Path
    anything: Any


def query(path: str, *, times: float = 1, untyped=None) -> tuple[Any, ...]:  # noqa: ANN001 - may be
    """Return what a source's query takes."""
    return path, times, untyped


@pytest.mark.parametrize(
    "arguments",
    [
        {"margin": 0.5, "count": 3, "names": ["a"], "wait": "0", "every": "1d12h"},
        {"margin": 1, "count": None, "names": []},
        {"margin": float("inf")},
        {"folder": "a text", "anything": [1]},
        {"another": 3},
    ],
)
def test_what_fits_passes(arguments: dict[str, Any]) -> None:
    """A whole number is a number; types that cannot be read, and none at all, allow everything."""
    check_arguments(Part, arguments, key="part")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"margin": "abc"}, r"part\.margin: Expected `float`, got `str`: 'abc'"),
        ({"margin": True}, r"part\.margin: Expected `float`, got `bool`: True"),
        ({"margin": float("nan")}, r"part\.margin: expected a number, got nan"),
        ({"anything": float("nan")}, r"part\.anything: expected a number, got nan"),
        ({"count": "3"}, r"part\.count: Expected `int \| null`, got `str`"),
        ({"names": "abc"}, r"part\.names: Expected `array`, got `str`"),
        ({"wait": 7}, r"part\.wait: Expected `str`, got `int`: 7 → a duration with .* 7d"),
        ({"wait": "7 days"}, r"part\.wait: Expected another text: '7 days' → .* 7d"),
        ({"every": "0"}, r"part\.every: Expected another text: '0' → a duration above 0"),
        ({"every": "0d"}, r"part\.every: Expected another text: '0d'"),
        ({"margin": "abc"}, r"'abc' → give a number, such as 0\.5$"),
        ({"count": "3"}, r"'3' → give a whole number, such as 1$"),
        ({"names": "abc"}, r"'abc' → give a list: "),
        (
            {"kind": "multi"},
            r"kind: no such value: 'multi' \(did you mean 'multiclass'\?\) → values",
        ),
        ({"kind": 3}, r"kind: .*: 3 → values: binary, multiclass$"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(
    arguments: dict[str, Any], message: str
) -> None:
    """The argument, the target, what was expected and what came."""
    with pytest.raises(ConfigError, match=message):
        check_arguments(Part, arguments, key="part")


def test_functions_are_checked_too() -> None:
    """A source's query is one; an argument without a type takes everything."""
    check_arguments(query, {"path": "a", "times": 2, "untyped": [3]}, key="query")
    with pytest.raises(ConfigError, match=r"query\.times: Expected `float`, got `str`"):
        check_arguments(query, {"path": "a", "times": "2"}, key="query")


def test_a_component_is_checked_before_it_is_made() -> None:
    """Every component of a configuration is made in one place."""
    node = {"_target_": "production.triggers.schedule.Schedule", "every": 7}
    with pytest.raises(ConfigError, match=r"trigger\.every: .* got `int`: 7 → .*7d"):
        instantiate(node, "trigger")
