from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from contracts.data.memory import Memory
from contracts.data.rows import instants, with_outcome
from contracts.moment import DAY, END_OF_TIME
from production.database.database import Database
from production.evaluation import KnownOutcomes, ScoredWindows, scores, window_metrics, windows
from production.feedback.batch import Outcomes
from production.feedback.outcomes import OutcomeLog
from production.registry.evaluations import Evaluations
from production.triggers import ScoredWindow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract

METRICS = ("log_loss", "roc_auc")
WINDOW = ScoredWindow(
    start=0, end=5, rows=7, served={"log_loss": 0.5, "roc_auc": 0.7}, baseline={"log_loss": 0.6}
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    database = Database(f"sqlite:///{tmp_path / 'liaison.db'}")
    yield database
    database.close()


def test_a_window_reads_back_as_it_was_written() -> None:
    """Through the records of the database, metrics that were not defined included."""
    records = list(window_metrics("toy", WINDOW, METRICS, 9))
    assert len(records) == 4
    assert {each.computed_at for each in records} == {9}
    assert list(windows(records)) == [WINDOW]


def test_a_metric_that_rows_no_longer_define_is_written_as_undefined() -> None:
    """An outcome in conflict may take a window's last positive: the old area must not stand."""
    now = ScoredWindow(start=0, end=5, rows=6, served={"log_loss": 0.4}, baseline={"log_loss": 0.6})
    before = list(window_metrics("toy", WINDOW, METRICS, 8))
    after = list(window_metrics("toy", now, METRICS, 9))
    values = {(each.source, each.metric): each.value for each in after}
    assert values["served", "roc_auc"] is None
    assert values["served", "log_loss"] == 0.4
    assert list(windows([*before, *after])) == [WINDOW, now]


def test_a_metric_is_left_out_where_the_rows_do_not_define_it() -> None:
    """One class alone has no area; no rows have nothing at all."""
    chances = np.full((3, 1), 0.5)
    assert scores(METRICS, np.ones(3), chances) == {"log_loss": pytest.approx(np.log(2))}
    assert scores(METRICS, np.zeros(0), np.zeros((0, 1))) == {}


def test_a_reader_of_windows_sees_what_another_process_scored_since(database: Database) -> None:
    """Each window as it was last scored, oldest first, whoever recorded it and when."""
    writer, reader = (
        ScoredWindows(product="toy", evaluations=Evaluations(database)) for _ in range(2)
    )
    later = ScoredWindow(start=5, end=10, rows=1, served={}, baseline={})
    again = ScoredWindow(start=0, end=5, rows=8, served={"log_loss": 0.4}, baseline={})
    writer.record([later], METRICS, 10)
    assert reader.all() == (later,)
    writer.record([WINDOW], METRICS, 11)
    assert reader.all() == (WINDOW, later)
    writer.record([again], METRICS, 12)
    assert reader.all() == writer.all() == (again, later)


def known_outcomes(history: pa.Table, contract: Contract, log: OutcomeLog) -> KnownOutcomes:
    """Return what a baseline of five days' memory knows, operation having begun on day 12."""
    return KnownOutcomes(Memory(history), log, contract, start=12 * DAY, memory=5 * DAY)


def test_at_the_start_what_had_arrived_is_known_and_no_more(
    history: pa.Table, contract: Contract, database: Database
) -> None:
    """The baseline's first day knows what anyone knew then."""
    known = known_outcomes(history, contract, OutcomeLog(database))
    arrived, outcomes = known.before(12 * DAY, 12 * DAY)
    rows = with_outcome(Memory(history).window(7 * DAY, 12 * DAY, known_by=END_OF_TIME))
    expected = np.sort(instants(rows["arrived"]))
    assert np.array_equal(arrived, expected[expected < 12 * DAY])
    assert len(arrived) == len(outcomes) > 100


def test_what_a_window_sees_does_not_depend_on_how_outcomes_came(
    history: pa.Table, contract: Contract, database: Database
) -> None:
    """Read in many pieces or in one, and however much later: an older window sees what it saw."""
    log = OutcomeLog(database)
    rows = with_outcome(Memory(history).window(12 * DAY, 40 * DAY, known_by=END_OF_TIME))
    ids, values = rows["id"].to_pylist(), rows["outcome"].to_pylist()
    log.record("toy", Outcomes(event=ids, value=values, arrived=instants(rows["arrived"])))
    one, many = (known_outcomes(history, contract, log) for _ in range(2))
    for moment in range(13 * DAY, 45 * DAY, DAY // 3):
        many.before(12 * DAY, moment)
    for start in (12 * DAY, 20 * DAY, 39 * DAY):
        mine, theirs = one.before(start, 45 * DAY), many.before(start, 45 * DAY)
        assert np.array_equal(mine[0], theirs[0])
        assert np.array_equal(mine[1], theirs[1])
        assert mine[0].min() >= start - 5 * DAY
    assert int((one.before(12 * DAY, 45 * DAY)[0] >= 12 * DAY).sum()) == rows.num_rows
