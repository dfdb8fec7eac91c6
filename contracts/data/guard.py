"""The last look before rows are used: do they know more than their moment allows?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from contracts.data.rows import at
from contracts.errors import LeakError
from contracts.moment import iso
from contracts.ports import ARRIVED, ID, KNOWN, OUTCOME, TIME

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.ports import Source


def guarded(source: Source, start: int, end: int, *, known_by: int) -> pa.Table:
    """Return a source's window as it was known by a moment, and the source not believed.

    Raises:
        DataError: The source cannot answer for that window.
        LeakError: It hands over more than was known.
    """
    rows = source.window(start, end, known_by=known_by)
    check_known(rows, known_by)
    return rows


def check_known(rows: pa.Table, known_by: int) -> None:
    """Check that every outcome arrived before a moment, and every feature before its event.

    An outcome that does not say when it arrived counts as a leak: nobody can show it is none.

    Raises:
        LeakError: Some did not; the message names how many and the first of them.
    """
    early = pc.fill_null(pc.less(rows[ARRIVED], at(known_by)), fill_value=False)
    _refuse(
        rows.filter(pc.and_(pc.is_valid(rows[OUTCOME]), pc.invert(early))),
        f"outcomes that had not arrived before {iso(known_by)}",
        hint="ask the source for the window with known_by set to the moment of training",
    )
    ahead = pc.fill_null(pc.greater(rows[KNOWN], rows[TIME]), fill_value=True)
    _refuse(
        rows.filter(ahead),
        "features that were not known at the time of their event",
        hint="derive `known` from when each feature was known, or drop the feature that came later",
    )


def _refuse(leaks: pa.Table, what: str, *, hint: str) -> None:
    if leaks.num_rows:
        raise LeakError(
            f"{leaks.num_rows} rows hold {what}", hint=hint, details=leaks[ID].to_pylist()
        )
