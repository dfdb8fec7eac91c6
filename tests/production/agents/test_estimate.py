from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError
from contracts.moment import DAY
from contracts.score.metric.registry import metric
from production.agents.estimate import LEAST, Estimator
from production.backtest.estimate_section import estimate_parts, honesty, words
from production.database.database import Database
from production.feedback.batch import Outcomes
from production.feedback.events import EventLog
from production.feedback.feedback import Feedback
from production.feedback.outcomes import OutcomeLog
from production.metrics import ScoredWindow
from tests.suites.events import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contracts.contract import Contract

EACH, DAYS, MEMORY, CHANGE = 120, 30, 6, 18


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    database = Database(f"sqlite:///{tmp_path / 'liaison.db'}")
    yield database
    database.close()


def serve(database: Database, *, drifts: bool) -> None:
    """Log days whose inputs move day by day; from one on they may mean the opposite."""
    rng = np.random.default_rng(3)
    log, outcomes = EventLog(database), OutcomeLog(database)
    with database.transaction():
        for day in range(DAYS):
            ids = [f"{day:02d}-{at:03d}" for at in range(EACH)]
            times = day * DAY + np.arange(EACH) * (DAY // EACH)
            edge = 0.1 + 0.25 * (1 + np.sin(day)) / 2
            risk = np.where(rng.random(EACH) < 0.5, edge, 1 - edge)
            true = 1 - risk if drifts and day >= CHANGE else risk
            given = np.clip(0.5 + (risk - 0.5) * 0.8, 0, 1)[:, None]
            log.record("toy", events(ids, time=times, prediction=given))
            value = (rng.random(EACH) < true).tolist()
            revision, arrived = [0] * EACH, (times + DAY // 4).tolist()
            came = Outcomes(event=ids, revision=revision, value=value, arrived=arrived)
            outcomes.record("toy", came)


def watched(database: Database, contract: Contract) -> list[ScoredWindow]:
    """Return each day's estimate beside what came true."""
    feedback = Feedback(database)
    estimator = Estimator(
        contract=contract, feedback=feedback, events=EventLog(database), memory=MEMORY * DAY
    )
    windows = []
    for start in range(0, DAYS * DAY, DAY):
        scored = feedback.scored("toy", start, start + DAY)
        truth = scored.outcome.to_numpy(zero_copy_only=False).astype(np.float64)
        loss = metric("log_loss").value(truth, scored.prediction)
        window = ScoredWindow(
            start=start, end=start + DAY, rows=EACH, served={"log_loss": loss}, baseline={}
        )
        windows.append(replace(window, estimate=estimator.window(start, start + DAY)))
    assert [each.estimate is None for each in windows[:3]] == [True, True, False]
    assert 2 * EACH >= LEAST > EACH
    return [each for each in windows if each.estimate]


def test_the_estimate_follows_inputs_that_move(database: Database, contract: Contract) -> None:
    """The model is not calibrated, and its inputs differ from day to day: outcomes correct it."""
    serve(database, drifts=False)
    windows = watched(database, contract)
    found = honesty(windows)
    assert found.reasons == ()
    assert found.distance < found.before
    assert found.correlation is not None
    assert found.correlation > 0.7
    assert "They followed the truth here" in words(windows)


def test_the_estimate_cannot_know_that_inputs_mean_something_else(
    database: Database, contract: Contract
) -> None:
    """The truth becomes worse at once, the estimate stays, and the report says why."""
    serve(database, drifts=True)
    windows = watched(database, contract)
    day = next(each for each in windows if each.start == CHANGE * DAY)
    before = [each.estimate.value for each in windows if each.estimate and each.start < day.start]
    assert day.estimate
    assert day.estimate.value < max(before) + day.estimate.error
    assert day.served["log_loss"] > day.estimate.value + 3 * day.estimate.error
    text = words(windows)
    assert "They cannot be trusted: from 1970-01-" in text
    assert "concept drift" in text
    count, first, _ = honesty(windows).stretch
    assert count > 5
    assert first >= CHANGE * DAY
    note, table = estimate_parts(windows, 0)
    assert getattr(note, "tone", None) == "warning"
    assert len(getattr(table, "rows", ())) == 2


def test_nothing_is_said_of_few_windows(database: Database, contract: Contract) -> None:
    """Neither that they follow nor that they do not."""
    serve(database, drifts=False)
    windows = watched(database, contract)[:9]
    assert "too few" in words(windows)


def test_a_regression_has_no_estimate(database: Database, contract: Contract) -> None:
    """The refusal says what needs no outcomes either."""
    terms = replace_kind(contract)
    with pytest.raises(ConfigError, match=r"evaluation\.estimate: .*regression"):
        Estimator(
            contract=terms, feedback=Feedback(database), events=EventLog(database), memory=DAY
        )


def replace_kind(contract: Contract) -> Any:
    """Return something of a contract's look that predicts a value."""

    class Regression:
        kind, k, metrics = "regression", 1, contract.metrics

    return Regression()


def test_an_estimate_stands_as_it_was_made(operation: Callable[..., Any], toy: Any) -> None:
    """At the close of its window; outcomes that come later change the score beside it alone."""
    assert toy
    case = operation("evaluation.estimate=10d", until=22)
    with case.open() as assembly:
        seen: dict[int, Any] = {}
        for _ in assembly.loop.steps():
            for window in assembly.windows.all():
                assert seen.setdefault(window.start, window.estimate) == window.estimate
        made = [each for each in seen.values() if each]
        assert {each.metric for each in made} == {"log_loss"}
        assert 0 < len(made) < len(seen)
