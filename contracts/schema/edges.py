"""What lies at a schema's edges: values just inside, just outside, and of other kinds altogether.

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

#: Values that no column, or nearly none, takes: each kind refuses most of them.
ALIEN: tuple[Any, ...] = (
    None,
    True,
    0,
    1.0,
    -1,
    2**63,
    -(2**63) - 1,
    10**400,
    math.nan,
    math.inf,
    -math.inf,
    0.5,
    "",
    "1",
    "\N{LATIN SMALL LETTER E WITH ACUTE}\N{GRINNING FACE}",
    "\ud800",
    "NaN",
    "2013-01-01T00:00:00",
    "2013-01-01",
    "0001-01-01T00:00:00+01:00",
    [],
    {},
)
#: How many combinations of its columns' edges a check between columns is tried with.
COMBINED = 200
#: How many are looked through for one that holds, and one that does not.
SOUGHT = 20_000


def boundaries(column: Column) -> list[Any]:
    """Return the outermost values that a column still accepts."""
    inside = [edge for each in column.conditions for edge in each.inside(column.kind)]
    found = [edge for edge in distinct(inside) if keeps(column, edge)]
    return [*found, None] if column.nullable else found


def violations(column: Column) -> list[tuple[str, Any]]:
    """Return (check, value) for values that just violate a check, at least one for each check."""
    found = [
        (each.name, value)
        for each in column.conditions
        for value in each.outside(column.kind)
        if not (fits(column.kind, value) and holds(each, held(column, value)))
    ]
    return found if column.nullable else [*found, ("not null", None)]


def combinations(columns: Columns) -> Iterator[tuple[str, bool, dict[str, Any]]]:
    """Yield (check, whether it holds, values by column) at the edges of checks between columns.

    Each column takes its own boundaries, those of the others and the check's own arguments, as far
    as it accepts them. Where there are very many combinations they are taken evenly; one that holds
    and one that does not are among them if they are found at all.
    """
    known = columns.by_name
    for each in columns.row_conditions:
        mine = [known[name] for name in each.columns]
        edges = [edge for column in mine for edge in boundaries(column)]
        edges = distinct([*edges, *msgspec.structs.astuple(each)])
        taken = [[edge for edge in edges if accepts(column, edge)] for column in mine]
        found: set[bool] = set()
        for turn, values in enumerate(islice(spread(taken), SOUGHT)):
            record = dict(zip(each.columns, values, strict=True))
            kept = together(columns, record)
            if turn < COMBINED or kept not in found:
                yield each.name, kept, record
            found.add(kept)
            if turn >= COMBINED and len(found) == 2:
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
    for every check between columns their edges combined; at last a field that is unknown. Whether
    a record is to be accepted is the schema's to say.

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
    for check, kept, values in combinations(columns):
        yield f"{check}: {'keeps' if kept else 'violates'} {values}", {**base, **values}
    yield "unknown column", {**base, unknown(base): 1}


def accepts(column: Column, value: Any) -> bool:
    """Return whether a column accepts a value, or null."""
    return column.nullable if value is None else keeps(column, value)


def keeps(column: Column, value: Any) -> bool:
    """Return whether a value is of a column's kind and every check holds for it."""
    return fits(column.kind, value) and all(
        holds(each, held(column, value)) for each in column.conditions
    )


def together(columns: Columns, record: Mapping[str, Any]) -> bool:
    """Return whether the checks between columns hold, as far as the record has their columns.

    Args:
        columns: The schema.
        record: Values that their columns accept.
    """
    known = columns.by_name
    for each in columns.row_conditions:
        values = [record.get(name) for name in each.columns]
        taken = [held(known[n], v) for n, v in zip(each.columns, values, strict=True)]
        if None not in values and not holds(each, *taken):
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


def held(column: Column, value: Any) -> Any:
    """Return a value of JSON as the compiled record holds it."""
    if column.kind == "datetime" and value is not None:
        return moment(value)
    return float(value) if column.kind == "float" and value is not None else value


def wire(record: Mapping[str, Any]) -> bytes:
    """Return a record as JSON; NaN and infinities as the words that Python writes for them."""
    return json.dumps(record).encode()


def unknown(names: Container[str]) -> str:
    """Return the name of a field that is none of these names."""
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
