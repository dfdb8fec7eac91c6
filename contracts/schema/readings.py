"""Whether a check reads a frame as it reads records, one by one: tried before it is published."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.schema import edges
from contracts.schema.frame import frame
from contracts.schema.registration import reading
from contracts.schema.values import ORDERED, ORDERS, fits, neighbours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from contracts.schema.columns import Column, Columns


def disagreements(columns: Columns) -> Iterator[str]:
    """Yield a line for each check, except pandera's own, that no proof could rely on.

    Such a check gives a frame another verdict than a record that no other check refuses; or it
    names no value for which it does not hold. Tried are the edges of the columns' checks, their
    arguments, the neighbours of both, and values that are extreme or refused by most.
    """
    for column in columns:
        for check, condition in zip(column.checks, column.conditions, strict=True):
            if not hasattr(condition, "pandera"):
                for fault in _column_faults(column, condition):
                    yield f"column {column.name!r}: {check} {fault}"
    by_name = columns.by_name
    for check, condition in zip(columns.row_checks, columns.row_conditions, strict=True):
        mine = [by_name[name] for name in condition.columns]
        tried = _tried(mine, condition)
        accepted = [[value for value in tried if edges.accepts(column, value)] for column in mine]
        for fault in _differences(mine, condition, islice(edges.spread(accepted), edges.SOUGHT)):
            yield f"the frame: {check} {fault}"


def _column_faults(column: Column, condition: Any) -> Iterator[str]:
    if condition.name not in {name for name, _ in edges.violations(column)}:
        yield "its method `outside` returned no value that violates it"
    others = [each for each in column.conditions if each != condition]
    tried = [
        (value,)
        for value in _tried([column], condition)
        if all(edges.holds(each, edges.decoded(column, value)) for each in others)
    ]
    yield from _differences([column], condition, tried)


def _differences(
    columns: Sequence[Column], condition: Any, tried: Iterable[tuple[Any, ...]]
) -> Iterator[str]:
    """Yield the first record for which a condition reads a frame in another way than records."""
    names = [column.name for column in columns]
    records = [dict(zip(names, values, strict=True)) for values in tried]
    if not records:
        return
    rows: Any = frame(columns, records)
    in_frame = _read(condition, [rows[name] for name in names])
    for record, holds in zip(records, in_frame, strict=True):
        values = [edges.decoded(column, record[column.name]) for column in columns]
        if holds is not edges.holds(condition, *values):
            yield f"differs over {record}: {'only' if holds else 'not'} in a frame it holds"
            return


def _read(condition: Any, series: Sequence[Any]) -> list[bool]:
    """Return where a condition holds in Series; where it raises, it holds for no row of them."""
    size = len(series[0])
    try:
        verdicts = np.asarray(reading(condition, *series), dtype=bool)
    except Exception:  # noqa: BLE001 - whatever a package's check raises
        rows = [[each.iloc[at : at + 1] for each in series] for at in range(size)]
        return [False] if size == 1 else [_read(condition, row)[0] for row in rows]
    return [bool(each) for each in np.broadcast_to(verdicts, size)]


def _tried(columns: Iterable[Column], condition: Any) -> list[Any]:
    """Return values of the columns' kinds at which a condition could be read in two ways."""
    tried: list[Any] = []
    for column in columns:
        kind, order = column.kind, ORDERS[column.kind] if column.kind in ORDERED else None
        some = [*edges.ALIEN, *_arguments(condition)]
        some += [order.write(order.low), order.write(order.high)] if order else []
        for each in column.conditions:
            some += [*each.inside(kind), *each.outside(kind)]
        some = [value for value in some if fits(kind, value)]
        some += [near for value in some for near in neighbours(kind, value)] if order else []
        tried += [value for value in some if fits(kind, value)]
    return edges.distinct(tried)


def _arguments(condition: Any) -> Iterator[Any]:
    """Yield a condition's arguments, and of a fraction the whole number below it too."""
    for value in msgspec.structs.astuple(condition):
        yield value
        if isinstance(value, float) and math.isfinite(value):
            yield math.floor(value)
