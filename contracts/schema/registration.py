"""Registers each check that pandera does not have as a method of pandera's ``Check``."""

from __future__ import annotations

from functools import cached_property
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandera.pandas as pandera
from pandera import extensions

from contracts.errors import ContractError
from contracts.schema.checks.registry import BUILT_IN, find, names

if TYPE_CHECKING:
    from collections.abc import Callable

#: The checks that are registered with pandera, by name.
METHODS = pandera.Check.REGISTERED_CUSTOM_CHECKS


def register() -> None:
    """Let pandera know the checks of this package and of those installed, by name.

    A package's check is loaded when its method is first called, so that a broken one does not
    keep others from being used.

    Raises:
        ContractError: Another check of pandera has the name already.
    """
    for name in names():
        if hasattr(BUILT_IN.get(name), "pandera") or isinstance(METHODS.get(name), Method):
            continue
        if hasattr(pandera.Check, name):
            raise ContractError(
                f"check {name!r}: pandera has another check of that name",
                hint="give the check a name of its own",
            )
        METHODS[name] = Method(name)


class Method:
    """A method of pandera's ``Check`` that makes a check of ours or of a package.

    Args:
        name: The check's.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *args: Any, **options: Any) -> pandera.Check:
        """Return the check of these arguments, as pandera's own methods do.

        Raises:
            ContractError: What a package registered is not a check, or cannot be loaded.
        """
        return self._method(*args, **options)

    @cached_property
    def _method(self) -> Callable[..., pandera.Check]:
        kind: Any = find(self._name)
        function = _column(kind) if hasattr(kind, "kinds") else _row(kind)
        function.__name__ = self._name
        function.__doc__ = kind.__doc__
        function.__signature__ = _signature(kind.__struct_fields__)
        del METHODS[self._name]  # pandera refuses a name that is registered
        try:
            extensions.register_check_method(function, statistics=[*kind.__struct_fields__])
            method: Callable[..., pandera.Check] = METHODS[self._name]
        finally:
            METHODS[self._name] = self
        return method


def _column(kind: type[Any]) -> Any:
    def check(series: Any, **args: Any) -> Any:
        return reading(msgspec.convert(_given(args), kind), series)

    return check


def reading(condition: Any, *series: Any) -> Any:
    """Return where a condition holds in Series without nulls, as booleans with the Series' index.

    A condition without ``rows`` reads value by value, each as a record holds it.
    """
    if hasattr(condition, "rows"):
        return condition.rows(*series)
    verdicts = series[0].notna()  # booleans with the index, to be overwritten
    rows = zip(*map(_values, series), strict=True)
    verdicts[:] = np.fromiter((bool(condition.holds(*row)) for row in rows), bool, len(verdicts))
    return verdicts


def _values(series: Any) -> list[Any]:
    """Return a Series' values in Python's own types, as a record has them."""
    values: list[Any] = series.tolist()
    return [each.to_pydatetime() if hasattr(each, "to_pydatetime") else each for each in values]


def _row(kind: type[Any]) -> Any:
    def check(frame: Any, **args: Any) -> Any:
        condition = msgspec.convert(_given(args), kind)
        mine = frame[[*condition.columns]]
        complete = mine.notna().all(axis=1).to_numpy()
        series = [mine[name][complete] for name in condition.columns]
        verdicts = frame.isna().any(axis=1)  # booleans with the index, to be overwritten
        verdicts[:] = True
        verdicts[complete] = np.asarray(reading(condition, *series), dtype=bool)
        return verdicts

    return check


def _given(args: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if value is not None}


def _signature(names: tuple[str, ...]) -> Signature:
    first = Parameter("rows", Parameter.POSITIONAL_ONLY)
    return Signature([first, *(Parameter(name, Parameter.KEYWORD_ONLY) for name in names)])
