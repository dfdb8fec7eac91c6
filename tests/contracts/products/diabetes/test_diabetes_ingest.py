"""The stream of patients: drawn from one table at all times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

from contracts.products.diabetes.ingest import COLUMNS, FOLLOW_UP, INPUTS, ingest, numbers

if TYPE_CHECKING:
    from pathlib import Path

START, UNTIL = "2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"


def test_every_visit_is_a_patient_of_the_table(tmp_path: Path) -> None:
    """Measurements are those of the patient that the key names, and the outcome comes later."""
    counts = ingest(tmp_path / "made", start=START, until=UNTIL, visits=200)
    events = pq.read_table(tmp_path / "made" / "events.parquet")
    table = numbers(INPUTS)
    assert table.shape == (442, len(COLUMNS))
    drawn = [int(each.removeprefix("p")) for each in events["patient"].to_pylist()]
    values = np.column_stack([events[name].to_numpy() for name in COLUMNS])
    assert np.array_equal(values, table[drawn])
    late = events["known"].cast("int64").to_numpy() - events["at"].cast("int64").to_numpy()
    assert {*late.tolist()} == {FOLLOW_UP}
    assert counts == {"visits": 200, "patients": len({*drawn})}


def test_a_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """And another seed others."""
    made = []
    for name, seed in (("one", 0), ("two", 0), ("three", 1)):
        ingest(tmp_path / name, start=START, until=UNTIL, visits=50, seed=seed)
        made.append((tmp_path / name / "events.parquet").read_bytes())
    assert made[0] == made[1] != made[2]
