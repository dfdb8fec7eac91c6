"""From a table to a verdict, on a few hundred rows: two commands, and no edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from benchmarks.afternoon_tables import afternoons, parquet, table
from benchmarks.first_afternoon import AfternoonFailedError, run, timed
from tests.suites.postgresql import SERVER

if TYPE_CHECKING:
    from pathlib import Path

#: One lifecycle, and no second implementation to prove: the same way in a fraction of the time.
SHORT = (
    "compute.processes=1",
    *(f"~task.options.lifecycles.{name}" for name in ("open", "adaptive", "dual")),
)


@pytest.mark.e2e
@pytest.mark.long
def test_odd_csv_to_a_verdict() -> None:
    """An unsorted CSV with odd headers is compared without an edit."""
    afternoon = afternoons(SERVER, "none")["odd CSV"]
    afternoon = afternoon._replace(words=(*afternoon.words, "implementation=none"))
    went = run(afternoon, 500, 1, short=SHORT)
    assert len(went.commands) == 2
    assert "task=compare" in went.commands[1]
    assert went.verdict


def test_tables_are_the_same_again(tmp_path: Path) -> None:
    """A seed draws the same rows; a label that is late is there only after more than half."""
    assert pa.table(table("regression", 50, 3)) == pa.table(table("regression", 50, 3))
    parquet("open")(tmp_path, 400, 0)
    labels = pq.read_table(tmp_path / "events.parquet")["ends"].to_pylist()
    assert "repair" not in labels[:240]
    assert "repair" in labels[240:]
    afternoons(SERVER, "none")["odd CSV"].write(tmp_path, 60, 0)
    read = csv.read_csv(tmp_path / "export (final).csv")
    assert read.column_names[:3] == ["Datum & Zeit", "customer no", "Größe (m²)"]
    times = read["Datum & Zeit"].cast(pa.string()).to_pylist()
    assert times != sorted(times)


def test_a_command_that_fails_is_named(tmp_path: Path) -> None:
    """With what it printed."""
    with pytest.raises(AfternoonFailedError, match=r"(?s)exit 3\nended with 3\nwhy"):
        timed("echo why; exit 3", tmp_path)
