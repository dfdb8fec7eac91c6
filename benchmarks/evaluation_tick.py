"""What one tick of evaluation costs, by the number of logged events.

    python benchmarks/evaluation_tick.py --events 10000 100000 1000000 10000000

Logs days of events with their outcomes, of one length, and then scores the newest day and a day
that a late outcome reopens: the work is the same, only the log is longer. What lies further back
than a baseline looks, the database makes by itself. ``warm`` is a tick of an agent that goes on
working, ``cold`` the first one of a process. On SQLite and on the PostgreSQL server of the tests,
where one answers. Exits with 1 where a tick costs more than twice that with the shortest log.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from sqlalchemy import text

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from contracts.contract.contract import load  # noqa: E402 - found once the path above is
from contracts.data.baseline import YesterdaysRate  # noqa: E402
from contracts.data.memory import Memory  # noqa: E402
from contracts.data.rows import INSTANT  # noqa: E402
from contracts.moment import DAY, HOUR  # noqa: E402
from contracts.report.table import Table, text_headings  # noqa: E402
from contracts.report.terminal import console, rich_table  # noqa: E402
from production.agents.evaluation import EvaluationAgent  # noqa: E402
from production.agents.progress import EvaluationProgress, progress  # noqa: E402
from production.database.database import Database  # noqa: E402
from production.evaluation import ScoredWindows  # noqa: E402
from production.feedback.batch import Events, Outcomes  # noqa: E402
from production.feedback.counts import LogCounts  # noqa: E402
from production.feedback.events import EventLog  # noqa: E402
from production.feedback.feedback import Feedback  # noqa: E402
from production.feedback.outcomes import OutcomeLog  # noqa: E402
from production.known_outcomes import MEMORY, KnownOutcomes  # noqa: E402
from production.registry.checkpoints import Checkpoints  # noqa: E402
from production.registry.evaluations import Evaluations  # noqa: E402
from tests.suites.postgresql import fresh_schema  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACT = load(ROOT / "contracts" / "published" / "flights" / "1.1.0")
PRODUCT = CONTRACT.product
#: Events a day: the shortest log is longer than a baseline looks back. How many ticks are timed.
EACH, TICKS = 500, 7
#: The last days are logged as in service, those before are made by the database, so many at once.
LOGGED, BATCH = 60, 2_000
#: Days of events numbered from 0, as `log_day` logs them; predictions are taken from a few.
MADE = {
    "sqlite": "WITH RECURSIVE made(i) AS (VALUES(:first) UNION ALL SELECT i + 1 FROM made "
    "WHERE i + 1 < :last) ",
    "postgresql": "WITH made(i) AS (SELECT generate_series(:first, :last - 1)) ",
}
IDS = {
    "sqlite": "printf('%05d-%04d', i / :each, i % :each)",
    "postgresql": "lpad((i / :each)::text, 5, '0') || '-' || lpad((i % :each)::text, 4, '0')",
}
TIMES = "(i / :each) * :day + (i % :each) * (:day / :each)"
MAKE_EVENTS = (
    "INSERT INTO events (product, id, key, time, release, generation, manifest, propensity, "
    "prediction, shadow) {made} SELECT :product, {id}, {id}, {time}, '1.0.0', 1, 1, 1.0, "
    "substr(:predictions, 1 + 8 * ((i * 7) % 64), 8), 0 FROM made"
)
MAKE_OUTCOMES = (
    "INSERT INTO outcomes (product, event, revision, value, arrived, occurred) {made} "
    "SELECT :product, {id}, 0, CASE WHEN (i * 13) % 7 < 3 THEN 'true' ELSE 'false' END, "
    "{time} + :lag, {time} + :lag FROM made"
)
#: A tick may cost so many times that with the shortest log.
MOST = 2.0


def log_day(database: Database, day: int) -> None:
    """Log a day of events and outcomes, which come two hours later."""
    rng = np.random.default_rng(day)
    ids = [f"{day:05d}-{at:04d}" for at in range(EACH)]
    times = day * DAY + np.arange(EACH) * (DAY // EACH)
    events = Events(
        id=ids,
        key=ids,
        time=times,
        release="1.0.0",
        generation=1,
        manifest=1,
        propensity=1.0,
        prediction=rng.random((EACH, 1)),
    )
    EventLog(database).record(PRODUCT, events)
    outcomes = Outcomes(
        event=ids,
        revision=np.zeros(EACH, np.int64).tolist(),
        value=(rng.random(EACH) < 0.5).tolist(),
        arrived=(times + 2 * HOUR).tolist(),
        occurred=(times + 2 * HOUR).tolist(),
    )
    OutcomeLog(database).record(PRODUCT, outcomes)


def make_days(database: Database, days: int) -> None:
    """Let the database make the events and outcomes of the first days, as `log_day` logs them."""
    predictions = np.random.default_rng(0).random(64).astype("<f8").tobytes()
    for first in range(0, days, BATCH):
        with database.transaction() as connection:
            dialect = connection.dialect.name
            words = {"made": MADE[dialect], "id": IDS[dialect], "time": TIMES}
            given = {
                "first": first * EACH,
                "last": min(days, first + BATCH) * EACH,
                "each": EACH,
                "day": DAY,
                "lag": 2 * HOUR,
                "product": PRODUCT,
            }
            made = {**given, "predictions": predictions}
            connection.execute(text(MAKE_EVENTS.format(**words)), made)
            connection.execute(text(MAKE_OUTCOMES.format(**words)), given)


def agent(database: Database) -> EvaluationAgent:
    """Return an evaluation agent as a process that starts builds it."""
    words, at = pa.array([], pa.string()), pa.array([], INSTANT)
    columns = {"id": words, "key": words, "time": at, "outcome": pa.array([], pa.bool_())}
    source = Memory(pa.table({**columns, "arrived": at, "known": at}))
    nothing: Any = partial(lambda *_: None)
    return EvaluationAgent(
        every="1d",
        counts=LogCounts(product=PRODUCT, database=database),
        start=0,
        contract=CONTRACT,
        baseline=YesterdaysRate(kind="binary", offset="0"),
        known=KnownOutcomes(source, OutcomeLog(database), CONTRACT, start=0, memory=MEMORY),
        feedback=Feedback(database),
        windows=ScoredWindows(product=PRODUCT, evaluations=Evaluations(database)),
        counted=lambda: None,
        taken=lambda: 2**62,
        progress=progress(Checkpoints(database), PRODUCT, start=0),
        database=database,
        watch=nothing,
        inputs=nothing,
        estimator=nothing,
    )


def tick(database: Database, works: EvaluationAgent, day: int) -> float:
    """Return the seconds to score a day that was logged, and one that a late outcome reopens."""
    log_day(database, day)
    late = Outcomes(
        event=[f"{day - 7:05d}-0000"],
        revision=[1],
        value=[True],
        arrived=[(day + 1) * DAY - 1],
        occurred=[(day + 1) * DAY - 1],
    )
    OutcomeLog(database).record(PRODUCT, late)
    start = perf_counter()
    works.step((day + 1) * DAY)
    return perf_counter() - start


def measure(database: Database, events: int) -> tuple[float, float]:
    """Return the median seconds of a cold and of a warm tick after so many events."""
    days = events // EACH
    made = max(0, days - LOGGED)
    make_days(database, made)
    for first in range(made, days, 10):
        with database.transaction():
            for day in range(first, min(days, first + 10)):
                log_day(database, day)
        _analyze(database)
    _analyze(database)
    stored = progress(Checkpoints(database), PRODUCT, start=0).evaluation
    stored.save(EvaluationProgress(until=days * DAY), days * DAY)
    cold = [tick(database, agent(database), days + at) for at in range(TICKS)]
    works = agent(database)
    tick(database, works, days + TICKS)
    warm = [tick(database, works, days + TICKS + 1 + at) for at in range(TICKS)]
    return median(cold), median(warm)


def _analyze(database: Database) -> None:
    """Gather the statistics that PostgreSQL gathers by itself within minutes."""
    with database.transaction() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE events, outcomes"))


def databases() -> Iterator[tuple[str, str]]:
    """Yield the name and the URL of an empty database of each kind."""
    with TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{folder}/liaison.db"
    with ExitStack() as stack:
        try:
            url = stack.enter_context(fresh_schema())
        except BaseException as error:  # noqa: BLE001 - pytest's skip is none of Exception
            print(f"PostgreSQL: {error}")
            return
        yield "PostgreSQL", url


def main() -> int:
    """Measure, print a table, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    given = parser.parse_args()
    rows, grows = [], False
    first: dict[str, tuple[float, float]] = {}
    for events in given.events:
        for name, url in databases():
            database = Database(url)
            cold, warm = measure(database, events)
            database.close()
            was = first.setdefault(name, (cold, warm))
            ratios = cold / was[0], warm / was[1]
            grows |= max(ratios) > MOST
            print(f"{name}, {events:,}: cold {cold:.3f} s, warm {warm:.3f} s", flush=True)
            rows.append(
                (
                    name,
                    f"{events:,}",
                    *(f"{1000 * each:.0f} ms" for each in (cold, warm)),
                    *(f"{each:.2f}" for each in ratios),
                )
            )
    headings = text_headings("database", "events", "cold", "warm", "cold, ratio", "warm, ratio")
    console().print(rich_table(Table(headings=headings, rows=tuple(rows))))
    return int(grows)


if __name__ == "__main__":
    sys.exit(main())
