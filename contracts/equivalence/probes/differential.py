"""Asks both sides for the same record: the reference in a batch, the candidate in every way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from contracts.equivalence.probes.counterexample import Answer
from contracts.errors import SideError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.equivalence.case import Case
    from contracts.ports import Floats
    from contracts.score.tolerance import Tolerance


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What the sides say to one record.

    Attributes:
        expected: What the reference predicts.
        predicted: What the candidate predicts, by the way it is asked.
    """

    expected: Answer
    predicted: dict[str, Answer]

    def parted(self, tolerance: Tolerance) -> str:
        """Return the way in which the candidate parts furthest, empty where in none.

        Two sides that both refuse a record agree on it.
        """
        gaps = {way: _gap(self.expected, said, tolerance) for way, said in self.predicted.items()}
        furthest = max(gaps, key=lambda way: gaps[way])
        return furthest if gaps[furthest] > 0 else ""


def together(case: Case, records: Sequence[dict[str, Any]]) -> list[Answers]:
    """Return what the sides say to records asked together; one by one where a side fails."""
    rows = table(case, records)
    ways: dict[str, Callable[[], Floats]] = {
        "in a batch": lambda: case.predict(case.candidate, rows),
        "one by one": lambda: case.predict_each(case.candidate, rows),
    }
    try:
        expected = case.predict(case.reference, rows)
        predicted = {way: ask() for way, ask in ways.items()}
    except SideError:
        if len(records) > 1:
            return [answers for record in records for answers in together(case, [record])]
        said = _answer(lambda: case.predict(case.reference, rows))
        return [Answers(expected=said, predicted={way: _answer(ask) for way, ask in ways.items()})]
    return [
        Answers(
            expected=expected[at].tolist(),
            predicted={way: made[at].tolist() for way, made in predicted.items()},
        )
        for at in range(len(records))
    ]


def table(case: Case, records: Sequence[dict[str, Any]]) -> pa.Table:
    """Return records as rows of the contract's inputs, typed as the golden rows are."""
    rows = [msgspec.structs.asdict(record) for record in case.records(records)]
    return pa.Table.from_pylist(rows, schema=case.golden.rows.schema)


def _answer(ask: Callable[[], Floats]) -> Answer:
    try:
        answer: list[float] = ask()[0].tolist()
    except SideError as error:
        return error.message
    return answer


def _gap(expected: Answer, said: Answer, tolerance: Tolerance) -> float:
    """Return by how much an answer exceeds what the tolerance allows; infinite for a refusal."""
    if isinstance(expected, str) or isinstance(said, str):
        return 0.0 if isinstance(expected, str) and isinstance(said, str) else np.inf
    reference, candidate = np.array([expected]), np.array([said])
    if tolerance.mask(reference, candidate).all():
        return 0.0
    return float(np.abs(candidate - reference).max())
