"""The last look before a training: do these rows know more than their moment allows?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from contracts.errors import LeakError
from contracts.moment import iso
from contracts.ports import ARRIVED, ID, KNOWN, OUTCOME, TIME
from contracts.source.rows import at

if TYPE_CHECKING:
    import pyarrow as pa


def check_known(rows: pa.Table, known_by: int) -> None:
    """Check that every outcome arrived before a moment, and every feature before its event.

    An outcome that does not say when it arrived counts as a leak: nobody can show it is none.

    Raises:
        LeakError: Some did not; the message names how many and the first of them.
    """
    early = pc.fill_null(pc.less(rows[ARRIVED], at(known_by)), fill_value=False)
    leaks = rows.filter(pc.and_(pc.is_valid(rows[OUTCOME]), pc.invert(early)))
    _refuse(leaks, f"outcomes that had not arrived before {iso(known_by)}")
    ahead = pc.fill_null(pc.greater(rows[KNOWN], rows[TIME]), fill_value=True)
    _refuse(rows.filter(ahead), "features that were not known at the time of their event")


def _refuse(leaks: pa.Table, what: str) -> None:
    if leaks.num_rows:
        raise LeakError(
            f"{leaks.num_rows} rows hold {what}",
            hint="ask the source for the window with known_by set to the moment of training",
            details=leaks[ID].to_pylist(),
        )
