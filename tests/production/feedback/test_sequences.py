from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from contracts.moment import END_OF_TIME
from production.database.database import Database
from production.feedback.batch import Outcomes, Receipt
from production.feedback.events import EventLog
from production.feedback.feedback import Feedback
from production.feedback.outcomes import OutcomeLog
from tests.suites.events import events
from tests.suites.feedback import state, total

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: One outcome: event, revision, value, arrived, occurred.
Row = tuple[str, int, bool, int, int]
SEQUENCES, NOW, LATE = 10_000, 1_000, 5_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    database = Database(f"sqlite:///{tmp_path / 'liaison.db'}")
    yield database
    database.close()


def sequence(number: int, rng: np.random.Generator) -> list[Row]:
    """Return what may be reported of one event: plain, again, corrected, otherwise, late, wrong."""
    event = f"e{number:05d}" if rng.random() < 0.9 else f"unknown{number:05d}"
    rows: list[Row] = []
    for _ in range(int(rng.integers(1, 5))):
        occurred = int(rng.integers(100, 900))
        arrived = int(rng.choice([occurred + 10, LATE, NOW + occurred, occurred - 50]))
        rows.append((event, int(rng.integers(3)), bool(rng.integers(2)), arrived, occurred))
    again = rng.integers(len(rows), size=int(rng.integers(2)))
    return [*rows, *(rows[at] for at in again.tolist())]


def record(
    database: Database, product: str, rows: Sequence[Row], rng: np.random.Generator
) -> Receipt:
    """Record outcomes in any order and any batches, and the events in two parts among them."""
    order = rng.permutation(len(rows))
    cuts = np.sort(rng.integers(len(rows), size=4))
    ids = np.array([f"e{at:05d}" for at in range(SEQUENCES)])
    parts = np.array_split(rng.permutation(SEQUENCES), 2)
    appear = dict(zip(rng.choice(3, 2, replace=False).tolist(), parts, strict=True))
    receipt = Receipt()
    with database.transaction():
        for at, places in enumerate(np.split(order, cuts)):
            if at in appear:
                chosen = appear[at]
                log = events(ids[chosen].tolist(), time=chosen)
                assert EventLog(database).record(product, log).accepted == len(chosen)
            names = ("event", "revision", "value", "arrived", "occurred")
            columns: Any = zip(*(rows[place] for place in places.tolist()), strict=True)
            batch = dict(zip(names, map(list, columns), strict=True)) if len(places) else None
            if batch:
                receipt += OutcomeLog(database).record(product, Outcomes(**batch))
    return receipt


def expected(rows: Sequence[Row], known_by: int) -> dict[str, tuple[bool, int]]:
    """Return what stands of each served event, in a simple, slow way."""
    valid: dict[str, list[Row]] = {}
    for row in rows:
        if row[3] >= row[4] and row[3] < known_by and row[0].startswith("e"):
            valid.setdefault(row[0], []).append(row)
    found = {}
    for event, mine in valid.items():
        top = max(row[1] for row in mine)
        values = {row[2] for row in mine if row[1] == top}
        if len(values) == 1:
            found[event] = values.pop(), min(row[3] for row in mine if row[1] == top)
    return found


def test_ten_thousand_sequences_leave_one_state(database: Database) -> None:
    """Whatever is repeated, late, out of order, unknown, in conflict or not yet known."""
    made = np.random.default_rng(20)
    rows = [row for number in range(SEQUENCES) for row in sequence(number, made)]
    feedback = Feedback(database)
    receipts = [
        record(database, product, rows, np.random.default_rng(seed))
        for seed, product in enumerate(("one", "two"))
    ]
    for receipt in receipts:
        assert receipt.received == len(rows) == total(receipt)
        assert min(receipt.accepted, receipt.duplicate, receipt.conflicting) > 500
        assert min(receipt.quarantined, receipt.rejected) > 500
    wrong = sum(row[3] < row[4] for row in rows)
    assert {receipt.rejected for receipt in receipts} == {wrong}
    for known_by in (NOW, END_OF_TIME):
        states = [state(database, product, known_by) for product in ("one", "two")]
        assert states[0] == states[1] == expected(rows, known_by)
        conflicts = [feedback.conflicts(product, known_by=known_by) for product in ("one", "two")]
        assert conflicts[0] == conflicts[1] != []
    unknown = {row[0] for row in rows if row[3] >= row[4] and not row[0].startswith("e")}
    for product in ("one", "two"):
        assert feedback.quarantined(product) == sorted(unknown)
