"""The clause `invariance`: a row's prediction is its own, however it is asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import numpy as np
import numpy.typing as npt

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.fields import Count, Size
from contracts.equivalence.probes.differences import examples, sizes, worst
from contracts.equivalence.probes.ways import WAYS
from contracts.equivalence.verdict import Verdict
from contracts.errors import SideError
from contracts.ports import Floats

if TYPE_CHECKING:
    from contracts.equivalence.case import Case


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one way to ask.

    Attributes:
        way: Its name.
        rows: Which rows of the test window were asked for, (m,).
        answered: Their predictions, (m, k).
        size: How far each is from the row's prediction in one batch, (m,).
        failure: Why there is no answer.
    """

    way: str
    rows: npt.NDArray[np.intp] = np.empty(0, np.intp)
    answered: Floats = np.empty((0, 1))
    size: Floats = np.empty(0)
    failure: str = ""

    @property
    def largest(self) -> float:
        """The largest difference, infinite without an answer."""
        return math.inf if self.failure else float(self.size.max(initial=0.0))


class Invariance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The candidate gives a row one answer, in whatever order, batch or turn it is asked.

    The ways are those of `contracts.equivalence.probes.ways`.

    Each way's predictions are compared with those of the whole test window in one batch: other
    orders, batches and chunks, one record at a time, repeated, after other rows, and for no rows,
    where (0, k) is due.

    Attributes:
        absolute: Largest difference allowed, in the prediction's unit. Sums in float32 over a
            batch and over one row differ by about 1e-7.
        rows: At most how many rows are asked for one at a time.
    """

    absolute: Size = 1e-6
    rows: Count = 500

    name: ClassVar[str] = "invariance"
    pairs: ClassVar[tuple[Pair, ...]] = ("recorded",)
    eases: ClassVar[Mapping[str, Ease]] = {"absolute": "up", "rows": "down"}

    def __call__(self, case: Case) -> Verdict:
        """Ask for the test window in every way; the one that parts furthest counts."""
        answers = [self._ask(case, way) for way in WAYS]
        furthest = max(answers, key=lambda answer: answer.largest)
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status="equivalent" if furthest.largest <= self.absolute else "different",
            message=self._message(answers, furthest),
            observed=None if furthest.failure else furthest.largest,
            limit=self.absolute,
            evidence={
                "ways": {a.way: None if a.failure else a.largest for a in answers},
                "failures": {a.way: a.failure for a in answers if a.failure},
                "way": furthest.way,
                "worst": _worst(case, furthest),
            },
        )

    def _ask(self, case: Case, way: str) -> Answer:
        whole = case.predicted
        try:
            rows, answered = WAYS[way](case, self.rows)
        except SideError as error:
            return Answer(way=way, failure=error.message)
        return Answer(way=way, rows=rows, answered=answered, size=sizes(whole[rows], answered))

    def _message(self, answers: list[Answer], furthest: Answer) -> str:
        broken = [a.way for a in answers if a.largest > self.absolute and a is not furthest]
        others = f"; also {', '.join(broken)}" if broken else ""
        if furthest.failure:
            return f"{furthest.way}: {furthest.failure}{others}"
        if furthest.largest > self.absolute:
            beyond = int((furthest.size > self.absolute).sum())
            return (
                f"{furthest.way}, {beyond:,} of {len(furthest.size):,} predictions are others than "
                f"in one batch, by up to {furthest.largest:.3g}, at most {self.absolute:g} "
                f"asked{others}"
            )
        if not furthest.largest:
            return f"asked in {len(answers)} ways, every row is predicted the same to the bit"
        return (
            f"asked in {len(answers)} ways, every row is predicted the same within "
            f"{furthest.largest:.2g} ({furthest.way}), at most {self.absolute:g} asked"
        )


def _worst(case: Case, answer: Answer) -> list[dict[str, Any]]:
    """Return the rows whose answers part furthest from the batch's, of those that do."""
    at = worst(answer.size)
    at = at[answer.size[at] > 0]
    answered = case.predicted.copy()
    answered[answer.rows[at][::-1]] = answer.answered[at][::-1]  # of copies, the worst
    _, first = np.unique(answer.rows[at], return_index=True)
    rows = answer.rows[at][np.sort(first)]
    sample = case.sample
    return examples(
        rows, sample.rows, ids=sample.ids, in_one_batch=case.predicted, asked_so=answered
    )
