"""The clause `invariance`: a row's prediction does not depend on how it is asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from contracts.equivalence.clause import Clause, Count, NonNegative, Result
from contracts.equivalence.probes.differences import evenly_spaced, examples, largest_at, sizes
from contracts.errors import SideError
from contracts.ports import Floats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from contracts.equivalence.case import Case

    Rows = npt.NDArray[np.intp]
    #: From a case, and how many rows to ask for one at a time, to the rows of the test window that
    #: were asked for, (m,), and their predictions, (m, k).
    Way = Callable[[Case, int], tuple[Rows, Floats]]

#: How many batches of one size are asked for: a frame takes milliseconds.
BATCHES = 60
#: Into how many pieces the window is cut at random, and how often a row is repeated.
CUTS, COPIES = 20, 3


class Invariance(Clause, frozen=True, kw_only=True):
    """The candidate predicts the same for a row in whatever order, batch or turn it is asked.

    The predictions of each of `WAYS` are compared with those of the whole test window in one batch:
    other orders, batches and chunks, one record at a time, repeated, and after other rows. Nobody
    asks a model for no rows.

    Attributes:
        absolute: Largest difference allowed, in the prediction's unit. Sums in float32 over a
            batch and over one row differ by about 1e-7.
        rows: At most how many rows are asked for one at a time.
    """

    absolute: NonNegative = 1e-6
    rows: Count = 500

    name = "invariance"
    pairs = ("recorded",)
    eases = {"absolute": "up", "rows": "down"}

    def __call__(self, case: Case) -> Result:
        """Ask for the test window in every way; the way with the largest difference counts."""
        replies = [self._ask(case, way) for way in WAYS]
        worst = max(replies, key=lambda reply: reply.largest)
        return Result(
            status="equivalent" if worst.largest <= self.absolute else "different",
            message=self._message(replies, worst),
            observed=None if worst.failure else worst.largest,
            limit=self.absolute,
            evidence={
                "ways": {r.way: None if r.failure else r.largest for r in replies},
                "failures": {r.way: r.failure for r in replies if r.failure},
                "way": worst.way,
                "worst": _worst_rows(case, worst),
            },
        )

    def _ask(self, case: Case, way: str) -> Reply:
        whole = case.predicted
        try:
            rows, predictions = WAYS[way](case, self.rows)
        except SideError as error:
            return Reply(way=way, failure=error.message)
        size = sizes(whole[rows], predictions)
        return Reply(way=way, rows=rows, predictions=predictions, size=size)

    def _message(self, replies: Sequence[Reply], worst: Reply) -> str:
        broken = [r.way for r in replies if r.largest > self.absolute and r is not worst]
        others = f"; also {', '.join(broken)}" if broken else ""
        if worst.failure:
            return f"{worst.way}: {worst.failure}{others}"
        if worst.largest > self.absolute:
            beyond = int((worst.size > self.absolute).sum())
            return (
                f"{worst.way}, {beyond:,} of {len(worst.size):,} predictions differ from those in "
                f"one batch, by up to {worst.largest:.3g}, at most {self.absolute:g} allowed"
                f"{others}"
            )
        same = f"asked in {len(replies)} ways, every row is predicted the same"
        if not worst.largest:
            return f"{same} to the bit"
        return f"{same} within {worst.largest:.2g} ({worst.way}), at most {self.absolute:g} allowed"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What the candidate predicts, asked in one way.

    Attributes:
        way: The way's name.
        rows: Which rows of the test window were asked for, (m,).
        predictions: Their predictions, (m, k).
        size: How far each is from the row's prediction in one batch, (m,).
        failure: Why there are no predictions.
    """

    way: str
    rows: npt.NDArray[np.intp] = np.empty(0, np.intp)
    predictions: Floats = np.empty((0, 1))
    size: Floats = np.empty(0)
    failure: str = ""

    @property
    def largest(self) -> float:
        """The largest difference, infinite without predictions."""
        return math.inf if self.failure else float(self.size.max(initial=0.0))


def _worst_rows(case: Case, reply: Reply) -> list[dict[str, Any]]:
    """Return the rows whose predictions differ most from those in one batch, if they do at all."""
    at = largest_at(reply.size)
    at = at[reply.size[at] > 0]
    predictions = case.predicted.copy()
    predictions[reply.rows[at][::-1]] = reply.predictions[at][::-1]  # of copies, the worst
    _, first = np.unique(reply.rows[at], return_index=True)
    rows, sample = reply.rows[at][np.sort(first)], case.sample
    sides = {"in_one_batch": case.predicted, "asked_so": predictions}
    return examples(rows, sample.rows, ids=sample.ids, **sides)


def again(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for the whole window a second time."""
    return _all(case), case.predict(case.candidate, case.sample.rows)


def reordered(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for the window's rows in a random order."""
    return _in_batch(case, _random(case).permutation(_all(case)))


def batches(size: int) -> Way:
    """Return the way to ask in batches of a size."""

    def way(case: Case, _limit: int) -> tuple[Rows, Floats]:
        at = evenly_spaced(case.sample.rows.num_rows, count=BATCHES * size)
        return _in_batches(case, at, (at[i : i + size] for i in range(0, len(at), size)))

    return way


def uneven(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for the window in batches of random sizes."""
    at = _all(case)
    return _in_batches(case, at, (part for part in np.split(at, _cuts(case)) if len(part)))


def partly(case: Case, limit: int) -> tuple[Rows, Floats]:
    """Ask for some rows in a batch without the others."""
    return _in_batch(case, _some(case, limit))


def alone(case: Case, limit: int) -> tuple[Rows, Floats]:
    """Ask for some rows one record at a time."""
    return _one_by_one(case, _some(case, limit))


def backwards(case: Case, limit: int) -> tuple[Rows, Floats]:
    """Ask for the same records, the last one first: state left by one would change the next."""
    return _one_by_one(case, _some(case, limit)[::-1])


def after(case: Case, limit: int) -> tuple[Rows, Floats]:
    """Ask for some rows after others: the golden set in a batch, then one of its records."""
    case.predict(case.candidate, case.golden.rows)
    case.predict_each(case.candidate, case.golden.rows.slice(0, 1))
    return partly(case, limit)


def offset(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for a slice of a larger table: its columns begin past the start of their buffers."""
    rows = case.sample.rows.combine_chunks()
    skipped = rows.num_rows // 3
    return _all(case)[skipped:], case.predict(case.candidate, rows.slice(skipped))


def chunked(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for a table in many chunks, empty ones among them."""
    rows, at = case.sample.rows, _all(case)
    parts = [rows.slice(int(p[0]) if len(p) else 0, len(p)) for p in np.split(at, _cuts(case))]
    return at, case.predict(case.candidate, pa.concat_tables(parts))


def copied(case: Case, _limit: int) -> tuple[Rows, Floats]:
    """Ask for every row several times in one batch."""
    return _in_batch(case, np.repeat(_all(case), COPIES))


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
}


def _all(case: Case) -> Rows:
    return np.arange(case.sample.rows.num_rows, dtype=np.intp)


def _some(case: Case, count: int) -> Rows:
    return evenly_spaced(case.sample.rows.num_rows, count=count)


def _random(case: Case) -> np.random.Generator:
    return np.random.default_rng(case.contract.learning.seed)


def _cuts(case: Case) -> Rows:
    """Return random places to cut the window at, two of them the same."""
    rows = case.sample.rows.num_rows
    places = np.sort(_random(case).integers(0, rows + 1, CUTS))
    return np.append(places, rows).astype(np.intp)


def _in_batch(case: Case, at: Rows) -> tuple[Rows, Floats]:
    return at, case.predict(case.candidate, case.sample.rows.take(at))


def _in_batches(case: Case, at: Rows, parts: Iterable[Rows]) -> tuple[Rows, Floats]:
    return at, np.concatenate([_in_batch(case, part)[1] for part in parts])


def _one_by_one(case: Case, at: Rows) -> tuple[Rows, Floats]:
    return at, case.predict_each(case.candidate, case.sample.rows.take(at))
