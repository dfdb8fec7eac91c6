"""The runs that ``--multirun`` asks for: every combination of the values between commas."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException

from contracts.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydra.core.override_parser.types import Override


def runs(overrides: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the overrides of each run.

    >>> runs(["task=describe", "lifecycle=open,dual"])
    [('task=describe', 'lifecycle=open'), ('task=describe', 'lifecycle=dual')]

    Raises:
        ConfigError: A text is no override, or has values that cannot be listed.
    """
    try:
        parsed = OverridesParser.create().parse_overrides(list(overrides))
        return list(product(*map(_values, parsed)))
    except HydraException as error:
        raise ConfigError(
            f"--multirun: {str(error).strip().splitlines()[0]}",
            hint="values are separated by commas: lifecycle=open,dual",
        ) from error


def _values(override: Override) -> list[str]:
    """Return an override once for each of its values."""
    if not override.is_sweep_override():
        return [str(override.input_line)]
    if not override.is_discrete_sweep():
        raise HydraException(f"{override.input_line}: its values cannot be listed")
    key = override.get_key_element()
    return [f"{key}={value}" for value in override.sweep_string_iterator()]
