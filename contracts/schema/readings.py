"""Whether a check reads a frame as it reads records, one by one: asked at publication."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.schema.edges import (
    ALIEN,
    SOUGHT,
    accepts,
    distinct,
    held,
    holds,
    spread,
    violations,
)
from contracts.schema.frame import frame
from contracts.schema.registration import reading
from contracts.schema.values import ORDERED, ORDERS, beside, fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from contracts.schema.columns import Column, Columns, Kind

Record = dict[str, Any]


def disagreements(columns: Columns) -> Iterator[str]:
    """Yield a line for each check, but for pandera's own, that no proof could rely on.

    It says one thing of a frame and another of a record that no other check refuses; or it names
    no value for which it does not hold. Tried are the edges of the columns' checks, arguments, the
    neighbours of both, and what lies far out or is refused by most.
    """
    for column in columns:
        for check, condition in zip(column.checks, column.conditions, strict=True):
            if not hasattr(condition, "pandera"):
                for fault in _column(column, condition):
                    yield f"column {column.name!r}: {check} {fault}"
    known = columns.by_name
    for check, condition in zip(columns.row_checks, columns.row_conditions, strict=True):
        mine = [known[name] for name in condition.columns]
        tried = _tried(mine, condition)
        taken = [[value for value in tried if accepts(column, value)] for column in mine]
        for fault in _apart(mine, condition, islice(spread(taken), SOUGHT)):
            yield f"the frame: {check} {fault}"


def _column(column: Column, condition: Any) -> Iterator[str]:
    if condition.name not in {name for name, _ in violations(column)}:
        yield "names no value for which it does not hold: its method outside gives none"
    others = [each for each in column.conditions if each != condition]
    tried = [
        (value,)
        for value in _tried([column], condition)
        if all(holds(each, held(column, value)) for each in others)
    ]
    yield from _apart([column], condition, tried)


def _apart(
    columns: Sequence[Column], condition: Any, tried: Iterable[tuple[Any, ...]]
) -> Iterator[str]:
    """Yield what is wrong if a condition reads values otherwise in a frame than in records."""
    names = [column.name for column in columns]
    records = [dict(zip(names, values, strict=True)) for values in tried]
    if not records:
        return
    rows: Any = frame(columns, records)
    series = [rows[name] for name in names]
    for record, row in zip(records, _read(condition, series), strict=True):
        if row is not holds(condition, *(held(each, record[each.name]) for each in columns)):
            yield f"differs over {record}: {'only' if row else 'not'} in a frame it holds"
            return


def _read(condition: Any, series: Sequence[Any]) -> list[bool]:
    """Return where a condition holds in Series; where it raises, it holds for no row of them."""
    size = len(series[0])
    try:
        found = np.asarray(reading(condition, *series), dtype=bool)
    except Exception:  # noqa: BLE001 - whatever a package's check raises
        rows = [[each.iloc[at : at + 1] for each in series] for at in range(size)]
        return [False] if size == 1 else [_read(condition, row)[0] for row in rows]
    return [bool(each) for each in np.broadcast_to(found, size)]


def _tried(columns: Iterable[Column], condition: Any) -> list[Any]:
    """Return values of the columns' kinds at which a condition could be read in two ways."""
    found = []
    for column in columns:
        kind, known = column.kind, column.conditions
        edges = [*ALIEN, *_widest(kind), *_arguments(condition)]
        edges += [edge for each in known for edge in (*each.inside(kind), *each.outside(kind))]
        fitting = [edge for edge in edges if fits(kind, edge)]
        found += [*fitting, *(edge for edge in _beside(kind, fitting) if fits(kind, edge))]
    return distinct(found)


def _widest(kind: Kind) -> list[Any]:
    """Return the least and the greatest value of a kind that has an order."""
    order = ORDERS[kind] if kind in ORDERED else None
    return [order.write(order.low), order.write(order.high)] if order else []


def _arguments(condition: Any) -> Iterator[Any]:
    """Yield a condition's arguments, and of a fraction the whole number it lies above."""
    for value in msgspec.structs.astuple(condition):
        yield value
        if isinstance(value, float) and math.isfinite(value):
            yield math.floor(value)


def _beside(kind: Kind, values: Iterable[Any]) -> list[Any]:
    if kind not in ORDERED:
        return []
    return [edge for value in values for up in (False, True) for edge in beside(kind, value, up=up)]
