"""What one refresh starts from: the rows known at its moment, and what is on record before it."""

from __future__ import annotations

import msgspec

from contracts.data.labelled import LabelledRows
from production.agents.hashed_rows import HashedRows
from production.agents.origin import RefreshOrigin
from production.agents.row_digests import HistoryChange, RowDigests
from production.agents.track_record import TrackRecord


class Refresh(msgspec.Struct, frozen=True, kw_only=True):
    """What one refresh starts from; times in microseconds.

    Attributes:
        moment: When it was asked for.
        reason: What asked for it.
        origin: What its models are made from.
        cut: Where the holdout begins.
        known: The rows whose outcome had arrived by the moment.
        hashed: Their hashes; none where nothing is compared with earlier ones.
        rows: Those of them whose outcome had arrived by the cut.
        holdout: Those whose outcome arrived later.
        record: What earlier refreshes came to.
        history: What became of the rows known at the last one; none where nothing is compared.
        digests: The digests of the rows known now; none where nothing is compared.
    """

    moment: int
    reason: str
    origin: RefreshOrigin
    cut: int
    known: LabelledRows
    hashed: HashedRows | None
    rows: LabelledRows
    holdout: LabelledRows
    record: TrackRecord
    history: HistoryChange | None
    digests: RowDigests | None

    @property
    def news(self) -> int | None:
        """How many rows the challenger learns that the champion has not: 1 at least.

        None where a challenger is fitted anew each time, so that the number says nothing.
        """
        since = self.origin.since
        return None if since is None else max(1, len(self.rows.arrived_from(since)))
