"""Makes every check that pandera has not itself a method of pandera's ``Check``, by its name."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import Any

import msgspec
import numpy as np
import pandera.pandas as pandera
from pandera import extensions

from contracts.errors import ContractError
from contracts.schema.checks.registry import between, registered


def register() -> None:
    """Register the checks of this package and of those installed, each once a process.

    Raises:
        ContractError: Another check of pandera has the name already.
    """
    for name, kind in registered().items():
        if hasattr(kind, "pandera") or getattr(_known(name), "liaison", None) is kind:
            continue
        if hasattr(pandera.Check, name):
            raise ContractError(
                f"check {name!r}: pandera has another check of that name",
                hint="give the check a name of its own",
            )
        function = _row(kind) if between(name) else _column(kind)
        function.__name__ = name
        function.__doc__ = kind.__doc__
        function.__signature__ = _signature(kind.__struct_fields__)
        extensions.register_check_method(function, statistics=[*kind.__struct_fields__])
        pandera.Check.REGISTERED_CUSTOM_CHECKS[name].liaison = kind  # type: ignore[attr-defined]


def _known(name: str) -> Any:
    return pandera.Check.REGISTERED_CUSTOM_CHECKS.get(name)


def _column(kind: type[Any]) -> Any:
    def check(series: Any, **args: Any) -> Any:
        return reading(msgspec.convert(_stated(args), kind), series)

    return check


def reading(condition: Any, series: Any) -> Any:
    """Return where a condition holds in a Series without nulls: boolean, of the same index.

    A condition that cannot read a Series at once reads each of its values, as it does a record's.
    """
    if hasattr(condition, "rows"):
        return condition.rows(series)
    held = series.notna()
    held[:] = np.fromiter((bool(condition.holds(value)) for value in series), bool, len(series))
    return held


def _row(kind: type[Any]) -> Any:
    def check(frame: Any, **args: Any) -> Any:
        condition = msgspec.convert(_stated(args), kind)
        mine = frame[[*condition.columns]]
        there = mine.notna().all(axis=1).to_numpy()
        series = [mine[name][there] for name in condition.columns]
        if hasattr(condition, "rows"):
            found = np.asarray(condition.rows(*series), dtype=bool)
        else:
            found = np.array([bool(condition.holds(*row)) for row in zip(*series, strict=True)])
        held = frame.isna().any(axis=1)
        held[:] = True
        held[there] = found.astype(bool)
        return held

    return check


def _stated(args: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if value is not None}


def _signature(names: tuple[str, ...]) -> Signature:
    first = Parameter("rows", Parameter.POSITIONAL_ONLY)
    return Signature([first, *(Parameter(name, Parameter.KEYWORD_ONLY) for name in names)])
