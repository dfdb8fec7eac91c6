"""The rows on which acceptance is tried: real ones, and every edge of the contract's schema."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.equivalence.probes.differences import spread
from contracts.schema.edges import samples

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from contracts.equivalence.case import Case


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One row that is offered.

    Attributes:
        what: What it is, to be read by a person.
        row: Its fields in JSON's types, as they come off the wire.
    """

    what: str
    row: dict[str, Any]


def tries(case: Case, *, rows: int) -> list[Try]:
    """Return the rows to offer: some of the test window, the golden ones, the schema's edges.

    An edge is a golden row with one field changed: to each boundary, each category, each violation
    of a check, and values of other kinds; or left out, or joined by one that is unknown.

    Args:
        case: Where they are taken from.
        rows: At most how many of the test window, evenly spread.
    """
    at = spread(case.sample.rows.num_rows, count=rows)
    ids = case.sample.ids.take(at).to_pylist()
    tested = zip(ids, _listed(case.sample.rows.take(at)), strict=True)
    known = [*_listed(case.golden.rows)]
    return [
        *(Try(what=f"test row {name}", row=row) for name, row in tested),
        *(Try(what=f"golden row {number}", row=row) for number, row in enumerate(known)),
        *(Try(what=w, row=row) for w, row in samples(case.contract.input_columns, base(case))),
    ]


def base(case: Case) -> dict[str, Any]:
    """Return the row that every edge differs from: the first golden one."""
    return next(_listed(case.golden.rows.slice(0, 1)))


def _listed(rows: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield rows in JSON's types: an instant is ISO 8601 text."""
    for row in rows.to_pylist():
        yield {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()
        }
