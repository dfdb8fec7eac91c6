"""The ways to ask a model for the same rows: none of them may change what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from contracts.equivalence.probes.differences import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from contracts.equivalence.case import Case
    from contracts.ports import Floats

    Rows = npt.NDArray[np.intp]
    #: From a case and how many rows to take one at a time, to which rows of the test window were
    #: asked for, (m,), and what was answered, (m, k).
    Way = Callable[[Case, int], tuple[Rows, Floats]]

#: How many batches of one size are asked for: a frame costs milliseconds.
BATCHES = 60
CUTS = 20
COPIES = 3


def again(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for the whole window a second time."""
    return _all(case), _predict(case, case.sample.rows)


def reordered(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for the window's rows in a random order."""
    at = _random(case).permutation(_all(case))
    return at, _predict(case, case.sample.rows.take(at))


def batches(size: int) -> Way:
    """Return the way to ask in batches of a size."""

    def way(case: Case, _limit: int) -> tuple[Rows, Floats]:
        at = spread(case.sample.rows.num_rows, count=BATCHES * size)
        return _each(case, at, (at[i : i + size] for i in range(0, len(at), size)))

    return way


def uneven(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for the window in batches of random sizes."""
    at = _all(case)
    return _each(case, at, (part for part in np.split(at, _cuts(case)) if len(part)))


def partly(case: Case, limit: int) -> tuple[Rows, Floats]:
    """Ask for some rows in a batch without the others."""
    at = spread(case.sample.rows.num_rows, count=limit)
    return at, _predict(case, case.sample.rows.take(at))


def alone(case: Case, limit: int) -> tuple[Rows, Floats]:
    """Ask for some rows one record at a time."""
    at = spread(case.sample.rows.num_rows, count=limit)
    return at, case.predict_each(case.candidate, case.sample.rows.take(at))


def backwards(case: Case, limit: int) -> tuple[Rows, Floats]:
    """Ask for the same records the last one first: what one leaves behind, another would meet."""
    at = spread(case.sample.rows.num_rows, count=limit)[::-1]
    return at, case.predict_each(case.candidate, case.sample.rows.take(at))


def after(case: Case, limit: int) -> tuple[Rows, Floats]:
    """Ask for some rows after others: the golden set in a batch, then one of its records."""
    _predict(case, case.golden.rows)
    case.predict_each(case.candidate, case.golden.rows.slice(0, 1))
    return partly(case, limit)


def offset(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for a slice of a larger table: its columns begin past the start of their buffers."""
    skipped = case.sample.rows.num_rows // 3
    return _all(case)[skipped:], _predict(case, case.sample.rows.combine_chunks().slice(skipped))


def chunked(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for a table in many chunks, empty ones among them."""
    parts = [_slice(case.sample.rows, at) for at in np.split(_all(case), _cuts(case))]
    return _all(case), _predict(case, pa.concat_tables(parts))


def copied(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for every row several times in one batch."""
    at = np.repeat(_all(case), COPIES)
    return at, _predict(case, case.sample.rows.take(at))


def empty(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for no row at all."""
    return _all(case)[:0], _predict(case, case.sample.rows.slice(0, 0))


WAYS: dict[str, Way] = {
    "asked again": again,
    "in another order": reordered,
    "in batches of 1": batches(1),
    "in batches of 7": batches(7),
    "in batches of 64": batches(64),
    "in uneven batches": uneven,
    "without the others": partly,
    "one by one": alone,
    "one by one backwards": backwards,
    "after other rows": after,
    "as a slice": offset,
    "in chunks": chunked,
    "beside copies": copied,
    "no rows": empty,
}


def _all(case: Case) -> Rows:
    return np.arange(case.sample.rows.num_rows, dtype=np.intp)


def _random(case: Case) -> np.random.Generator:
    return np.random.default_rng(case.contract.learning.seed)


def _cuts(case: Case) -> Rows:
    """Return random places to cut the window at, two of them the same."""
    rows = case.sample.rows.num_rows
    found = np.sort(_random(case).integers(0, rows + 1, CUTS))
    return np.append(found, rows).astype(np.intp)


def _slice(rows: pa.Table, at: Rows) -> pa.Table:
    return rows.slice(int(at[0]), len(at)) if len(at) else rows.slice(0, 0)


def _predict(case: Case, rows: pa.Table) -> Floats:
    return case.predict(case.candidate, rows)


def _each(case: Case, at: Rows, parts: Iterable[Rows]) -> tuple[Rows, Floats]:
    rows = case.sample.rows
    return at, np.concatenate([_predict(case, rows.take(part)) for part in parts])
