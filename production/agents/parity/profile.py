"""What the inputs of a training looked like: each column, and how much its windows differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.score.stability import shares
from production.agents.parity.column import ColumnProfile, Mask, Places, column_profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from contracts.ports import Floats, Instants

#: How many of the last windows of a training are compared with all of it.
WINDOWS = 60
#: How many columns of a row are shown, those furthest out.
SHOWN = 3


class InputProfile(msgspec.Struct, frozen=True, kw_only=True):
    """The inputs of one training.

    Attributes:
        format: The format of its file.
        rows: How many rows there were.
        columns: The columns, in the contract's order.
    """

    format: int = 1
    rows: int
    columns: tuple[ColumnProfile, ...]

    def seen(self, rows: pa.Table) -> Mask:
        """Return whether each of n rows lies within what the training saw in every column, (n,)."""
        inside = np.ones(rows.num_rows, bool)
        for each in self.columns:
            inside &= each.seen(rows[each.name])
        return inside

    def furthest(
        self, rows: pa.Table, at: int, *, among: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Return the values of one row that were rarest in the training, the rarest first.

        Args:
            rows: The rows.
            at: Which of them.
            among: The columns to look at; all of them unless given.
        """
        row = rows.slice(at, 1)
        chosen = [each for each in self.columns if among is None or each.name in among]
        rarity = {
            each.name: float(each.rarity(each.places(row[each.name]))[0])
            - (not each.seen(row[each.name])[0])  # what was never seen comes first
            for each in chosen
        }
        names = sorted(rarity, key=lambda name: rarity[name])[:SHOWN]
        return {name: row[name][0].as_py() for name in names}

    def excess(self, rows: pa.Table, *, among: Sequence[str]) -> Floats:
        """Return how much more there is of what each of n rows is than in the training, (n,).

        It is the sum over some columns of the logarithm of the share of the row's bin among the
        rows, over that in the training.
        """
        total = np.zeros(rows.num_rows)
        for each in self.columns:
            if each.name in among:
                places = each.places(rows[each.name])
                total += np.log(shares(each.tally(places))[places] / each.rarity(places))
        return total


def input_profile(
    rows: pa.Table,
    times: Instants,
    *,
    golden: pa.Table,
    end: int,
    over: int,
    least: int,
    chosen: Mask,
) -> InputProfile:
    """Return the profile of a training's rows.

    Args:
        rows: Its n rows of inputs, one at least.
        times: When each event happened, microseconds, (n,).
        golden: The contract's golden rows: what lies within their range is proven, too.
        end: The end of the training's rows.
        over: How long a window is, microseconds.
        least: Windows with fewer rows are left out.
        chosen: Which rows a sample of the log would have, (n,): windows are of these.
    """
    ago = (end - 1 - times) // over
    columns = []
    for name in rows.column_names:
        profile = column_profile(name, rows[name])
        places = profile.places(rows[name])
        windows = [*_windows(places, ago, chosen, least=least)]
        columns.append(
            msgspec.structs.replace(
                _widened(profile, golden[name]),
                past=tuple(map(profile.index, windows)),
                past_nulls=tuple(map(profile.null_index, windows)),
            )
        )
    return InputProfile(rows=rows.num_rows, columns=tuple(columns))


def _windows(places: Places, ago: Instants, chosen: Mask, *, least: int) -> Iterator[Places]:
    """Yield the bins of each of the last windows, the oldest first."""
    for window in reversed(range(min(WINDOWS, int(ago.max()) + 1))):
        inside = chosen & (ago == window)
        if inside.sum() >= least:
            yield places[inside]


def _widened(profile: ColumnProfile, golden: pa.ChunkedArray) -> ColumnProfile:
    """Return a profile whose range holds the golden rows, too."""
    other = column_profile(profile.name, golden)
    lows = [each for each in (profile.low, other.low) if each is not None]
    highs = [each for each in (profile.high, other.high) if each is not None]
    known = profile.known
    if known is not None:
        known = tuple(dict.fromkeys((*known, *(other.known or ()))))
    return msgspec.structs.replace(
        profile,
        low=min(lows, default=None),
        high=max(highs, default=None),
        known=known,
        has_nulls=profile.has_nulls or other.has_nulls,
    )
