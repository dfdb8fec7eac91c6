"""Values at a schema's edges: just inside, just outside, and of other kinds altogether.

Pure Python, so that a contract's edges can be tried where no generator of inputs is installed.
Values are JSON's types, as a record has them off the wire.
"""

from __future__ import annotations

import json
import math
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.schema.values import fits, moment

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from contracts.schema.columns import Column, Columns

#: Values that few columns take: each kind refuses most of them.
ALIEN: tuple[Any, ...] = (
    None, True, 0, 1.0, -1, 0.5, 2**63, -(2**63) - 1, 10**400, math.nan, math.inf, -math.inf,
    "", "1", "NaN", "\N{LATIN SMALL LETTER E WITH ACUTE}\N{GRINNING FACE}", "\ud800",
    "2013-01-01T00:00:00", "2013-01-01", "0001-01-01T00:00:00+01:00", [], {},
)  # fmt: skip
#: How many combinations of its columns' edges a check between columns is tried with.
COMBINED = 200
#: How many are searched for one that holds, and one that does not.
SOUGHT = 20_000


def boundaries(column: Column) -> list[Any]:
    """Return the outermost values that a column still accepts."""
    inside = [edge for each in column.conditions for edge in each.inside(column.kind)]
    edges = [edge for edge in distinct(inside) if _accepts_value(column, edge)]
    return [*edges, None] if column.nullable else edges


def violations(column: Column) -> list[tuple[str, Any]]:
    """Return (check, value) for values that just violate a check, at least one for each check."""
    refused = [
        (each.name, value)
        for each in column.conditions
        for value in each.outside(column.kind)
        if not (fits(column.kind, value) and holds(each, decoded(column, value)))
    ]
    return refused if column.nullable else [*refused, ("not null", None)]


def combinations(columns: Columns) -> Iterator[tuple[str, bool, dict[str, Any]]]:
    """Yield (check, whether it holds, values by column) at the edges of checks between columns.

    Each column takes its own boundaries, those of the others and the check's own arguments, as far
    as it accepts them. Where there are very many combinations they are taken evenly; one that holds
    and one that does not are among them if they are found at all.
    """
    by_name = columns.by_name
    for condition in columns.row_conditions:
        mine = [by_name[name] for name in condition.columns]
        edges = [edge for column in mine for edge in boundaries(column)]
        edges = distinct([*edges, *msgspec.structs.astuple(condition)])
        accepted = [[edge for edge in edges if accepts(column, edge)] for column in mine]
        seen: set[bool] = set()
        for turn, values in enumerate(islice(spread(accepted), SOUGHT)):
            record = dict(zip(condition.columns, values, strict=True))
            verdict = rows_hold(columns, record)
            if turn < COMBINED or verdict not in seen:
                yield condition.name, verdict, record
            seen.add(verdict)
            if turn >= COMBINED and len(seen) == 2:
                break


def spread(values: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Yield every combination of one value each, in an order that takes all of them evenly.

    >>> [*spread([[1, 2, 3], "ab"])]
    [(1, 'a'), (3, 'b'), (2, 'b'), (1, 'b'), (3, 'a'), (2, 'a')]
    """
    total = math.prod(map(len, values))
    step = total * 5 // 8 or 1  # near the golden section; without a factor of the total
    while math.gcd(step, total) > 1:
        step += 1
    for turn in range(total):
        at, combined = turn * step % total, []
        for each in values:
            at, index = divmod(at, len(each))
            combined.append(each[index])
        yield tuple(combined)


def samples(columns: Columns, base: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (what it is, record) for what differs from an accepted record in one respect.

    For every column each boundary, each violation, each value of `ALIEN` and the column missing;
    for every check between columns their edges combined; at last a field that is unknown. Some of
    these records the schema accepts, others it refuses.

    Args:
        columns: The contract's columns, with the checks between them.
        base: A record that the contract accepts, in JSON's types: ``msgspec.to_builtins`` makes
            it of a compiled record.
    """
    for column in columns:
        name = column.name
        for value in boundaries(column):
            yield f"{name}: boundary {value!r}", {**base, name: value}
        for check, value in violations(column):
            yield f"{name}: violates {check} {value!r}", {**base, name: value}
        for value in ALIEN:
            yield f"{name}: alien {_shown(value)}", {**base, name: value}
        yield f"{name}: missing", {key: value for key, value in base.items() if key != name}
    for check, accepted, values in combinations(columns):
        yield f"{check}: {'keeps' if accepted else 'violates'} {values}", {**base, **values}
    yield "unknown column", {**base, unknown(base): 1}


def accepts(column: Column, value: Any) -> bool:
    """Return whether a column accepts a value, or null."""
    return column.nullable if value is None else _accepts_value(column, value)


def _accepts_value(column: Column, value: Any) -> bool:
    return fits(column.kind, value) and all(
        holds(each, decoded(column, value)) for each in column.conditions
    )


def rows_hold(columns: Columns, record: Mapping[str, Any]) -> bool:
    """Return whether the checks between columns hold, as far as the record has their columns.

    Args:
        columns: The schema.
        record: Values that their columns accept.
    """
    by_name = columns.by_name
    for condition in columns.row_conditions:
        values = [decoded(by_name[name], record.get(name)) for name in condition.columns]
        if None not in values and not holds(condition, *values):
            return False
    return True


def holds(condition: Any, *values: Any) -> bool:
    """Return whether a condition holds for values as the record holds them.

    One that raises does not, for a frame and for a record alike.
    """
    try:
        return bool(condition.holds(*values))
    except Exception:  # noqa: BLE001 - whatever a package's check raises
        return False


def decoded(column: Column, value: Any) -> Any:
    """Return a value of JSON as the compiled record holds it."""
    if column.kind == "datetime" and value is not None:
        return moment(value)
    return float(value) if column.kind == "float" and value is not None else value


def wire(record: Mapping[str, Any]) -> bytes:
    """Return a record as JSON; NaN and infinities as the words that Python writes for them."""
    return json.dumps(record).encode()


def unknown(names: Container[str]) -> str:
    """Return a field's name that is not among these names."""
    name = "unknown"
    while name in names:
        name += "_"
    return name


def distinct(values: Iterable[Any]) -> list[Any]:
    """Return values without doubles; 0 and -0.0, 1 and True are not doubles of each other."""
    return [*{repr(value): value for value in values}.values()]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
