from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace

from contracts.data.memory import Memory
from contracts.data.rows import instants, with_outcome
from contracts.moment import DAY, END_OF_TIME, HOUR
from production.database.database import Database
from production.evaluation import (
    ScoredWindows,
    rewards,
    scores,
    window_metrics,
    windows,
)
from production.feedback.batch import Outcomes
from production.feedback.feedback import Scored
from production.feedback.outcomes import OutcomeLog
from production.known_outcomes import KnownOutcomes
from production.metrics import (
    NO_REWARDS,
    PARTS,
    Rewards,
    ScoredWindow,
    SliceScores,
    WindowCalibration,
    WindowEstimate,
    WindowFeedback,
)
from production.registry.evaluations import Evaluations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.contract import Contract

METRICS = ("log_loss", "roc_auc")
WINDOW = ScoredWindow(
    start=0,
    end=5,
    rows=7,
    served={"log_loss": 0.5, "roc_auc": 0.7},
    baseline={"log_loss": 0.6},
    rewards={"1.0.0/3": Rewards(count=5, mean=-0.5, variance=0.1)},
    segments={"JFK": 4, "": 0},
    feedback=WindowFeedback(served=9, median=5.0, late=8.5),
    calibration=WindowCalibration(predicted=0.4, observed=0.3, low=0.05, high=0.15, error=0.1),
    slices={
        "origin=JFK": SliceScores(rows=3, scores={"log_loss": 0.4}),
        "origin=LGA": SliceScores(rows=1, scores={}),
    },
    estimate=WindowEstimate(metric="log_loss", value=0.5, error=0.1, rows=9),
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
    assert len(records) == 8 + 3 + 5 + 2 + 2 * 2
    assert {each.computed_at for each in records} == {9}
    # PostgreSQL takes no list of integers and floats.
    assert {type(each.value) for each in records} == {float, type(None)}
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


def events(*rows: tuple[str, int, float]) -> Scored:
    """Return scored events, each of a key, a generation and a prediction."""
    keys, numbers, predictions = zip(*rows, strict=True)
    return Scored(
        id=[f"e{at}" for at in range(len(rows))],
        key=[*keys],
        time=np.zeros(len(rows), np.int64),
        release=["1.0.0"] * len(rows),
        generation=np.array(numbers, np.int64),
        prediction=np.array(predictions, np.float64)[:, None],
        outcome=pa.array([True] * len(rows)),
        arrived=np.zeros(len(rows), np.int64),
    )


def test_a_generation_earns_the_mean_of_its_keys() -> None:
    """By the first metric that is a mean, negated where lower is better; a key is one unit."""
    served = events(("a", 1, 1.0), ("a", 1, 0.0), ("b", 1, 1.0), ("b", 2, 0.0))
    earned = rewards(["roc_auc", "brier"], np.ones(4), served)
    assert {name: replace(each, parts=()) for name, each in earned.items()} == {
        "1.0.0/1": Rewards(count=2, mean=-0.25, variance=0.0625),
        "1.0.0/2": Rewards(count=1, mean=-1.0, variance=0.0),
    }


def test_parts_of_keys_are_told_where_generations_are_compared() -> None:
    """They add up to all units; a key is in the same part, whichever generation served it."""
    served = events(*((f"k{at}", 1 + at % 2, at / 100) for at in range(100)))
    one, two = rewards(["mae"], np.ones(100), served).values()
    for each in (one, two):
        counts, sums = zip(*each.parts, strict=True)
        assert (len(counts), sum(counts)) == (PARTS, each.count)
        assert sum(sums) / each.count == pytest.approx(each.mean)
    again = events(("k1", 1, 0.5), ("k1", 2, 0.5))
    parts = [[n for n, _ in each.parts] for each in rewards(["mae"], np.ones(2), again).values()]
    assert parts[0] == parts[1]
    alone = events(("a", 1, 1.0), ("b", 1, 0.0))
    assert rewards(["mae"], np.ones(2), alone)["1.0.0/1"].parts == ()


def test_parts_read_back_and_add_up(database: Database) -> None:
    """Through the database; of a sum they are those of both."""
    served = events(*((f"k{at}", 1 + at % 2, at / 100) for at in range(100)))
    earned = rewards(["mae"], np.ones(100), served)
    window = ScoredWindow(start=0, end=5, rows=100, served={}, baseline={}, rewards=earned)
    reader = ScoredWindows(product="toy", evaluations=Evaluations(database))
    reader.record([window], METRICS, 9)
    assert reader.all() == (window,)
    one, two = earned.values()
    assert sum(count for count, _ in (one + two).parts) == 100
    assert (one + replace(two, parts=())).parts == ()
    assert one + NO_REWARDS == NO_REWARDS + one == one


@pytest.mark.parametrize(("name", "sign"), [("mae", -1), ("rmse", -1), ("accuracy", 1)])
def test_a_reward_is_better_the_more_it_is(name: str, sign: int) -> None:
    """A loss is negated, a score is not; a root is earned by its squares."""
    served = events(("a", 1, 1.0), ("b", 1, 0.0))
    truth = np.array([1.0, 1.0])
    assert rewards([name], truth, served)["1.0.0/1"].mean == sign * 0.5


def test_metrics_of_which_none_is_a_mean_earn_nothing() -> None:
    """An area belongs to no single event."""
    assert rewards(["roc_auc"], np.ones(1), events(("a", 1, 1.0))) == {}


def test_rewards_add_up_as_if_they_had_been_earned_together() -> None:
    """Count, mean and variance of the sum are those of all units."""
    values = np.random.default_rng(0).normal(5, 2, 30)
    parts = [values[:10], values[10:11], values[11:]]
    earned = [Rewards(count=len(p), mean=float(p.mean()), variance=float(p.var())) for p in parts]
    total = sum(earned, NO_REWARDS)
    assert total.count == 30
    assert (total.mean, total.variance) == pytest.approx((values.mean(), values.var()))


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


def test_outcomes_that_are_committed_late_are_known(
    history: pa.Table, contract: Contract, database: Database
) -> None:
    """By a process that read on before they were, as by one that begins after."""
    log, moment = OutcomeLog(database), 14 * DAY
    early = Outcomes(event=["a", "b"], value=[True, False], arrived=[moment - 2, moment - 1])
    log.record("toy", early)
    known = known_outcomes(history, contract, log)
    assert known.before(13 * DAY, moment)[0].tolist()[-2:] == [moment - 2, moment - 1]
    late = Outcomes(event=["c"], value=[True], arrived=[moment - HOUR])
    log.record("toy", late)
    fresh = known_outcomes(history, contract, log).before(13 * DAY, moment + 1)
    for mine, theirs in zip(known.before(13 * DAY, moment + 1), fresh, strict=True):
        assert mine.tolist() == theirs.tolist()
    assert fresh[0].tolist()[-3:] == [moment - HOUR, moment - 2, moment - 1]


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
    for start in (39 * DAY, 20 * DAY, 12 * DAY, 20 * DAY):
        mine, theirs = one.before(start, 45 * DAY), many.before(start, 45 * DAY)
        assert np.array_equal(mine[0], theirs[0])
        assert np.array_equal(mine[1], theirs[1])
        assert mine[0].min() >= start - 5 * DAY
    assert int((one.before(12 * DAY, 45 * DAY)[0] >= 12 * DAY).sum()) == rows.num_rows
