"""Serving evaluation of a product in service, one step at a time."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError
from contracts.host.clock import Stopwatch
from contracts.moment import DAY, HOUR
from production.agents.runtime import live_progress, live_runtime
from production.database.database import Database
from production.evaluation import ScoredWindows
from production.feedback.batch import Outcomes
from production.feedback.events import EventLog
from production.feedback.outcomes import OutcomeLog
from production.registry.evaluations import Evaluations
from production.service import evaluating
from production.service.evaluating import OVERLAP, evaluate_live
from tests.production.service.conftest import NOW
from tests.production.service.running import DEADLINE, servers
from tests.suites.events import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contracts.contract import Contract
    from production.metrics import ScoredWindow
    from tests.production.conftest import Operation

#: The day after the deployment, of which four requests are logged.
FIRST = NOW + DAY
PREDICTED = np.array([0.1, 0.2, 0.7, 0.9])
TRUTH = [False, True, True, True]


@pytest.fixture
def case(live: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The small product in service."""
    case = live("gate=open")
    monkeypatch.setattr(evaluating, "open_product", lambda _: case.product)
    case.deploy(at=NOW)
    return case


@pytest.fixture
def database(case: Any) -> Iterator[Database]:
    """Its database, with the four requests."""
    with closing(Database(case.state.database)) as database:
        times = FIRST + HOUR * np.arange(4)
        served = events(list("abcd"), time=times, prediction=PREDICTED[:, None])
        EventLog(database).record("toy", served)
        yield database


def report(database: Database, names: str, *, at: int) -> None:
    """Report what came true of some requests, arrived at a moment."""
    truth = dict(zip("abcd", TRUTH, strict=True))
    outcomes = Outcomes(event=list(names), value=[truth[name] for name in names], arrived=[at] * 4)
    OutcomeLog(database).record("toy", replace(outcomes, arrived=[at] * len(names)))


def losses(rows: slice) -> float:
    """Return the log-loss of some of the requests."""
    right = np.where(TRUTH, PREDICTED, 1 - PREDICTED)
    return float(-np.log(right[rows]).mean())


def of_first(windows: list[ScoredWindow]) -> ScoredWindow:
    """Return the window of the four requests."""
    (window,) = [each for each in windows if each.start == FIRST]
    return window


def test_a_window_is_scored_when_it_has_closed(case: Any, database: Database) -> None:
    """By the outcomes that clients reported until then; said again it changes nothing."""
    report(database, "abc", at=FIRST + 5 * HOUR)
    assert evaluate_live(case.config, now=FIRST + 6 * HOUR) == []
    for _ in range(2):
        window = of_first(evaluate_live(case.config, now=FIRST + DAY + HOUR))
        assert (window.rows, window.served["log_loss"]) == (3, pytest.approx(losses(slice(3))))
    assert set(window.baseline) == set(window.served)


def test_a_late_outcome_reopens_its_window(case: Any, database: Database) -> None:
    """One that was committed after a later evaluation had begun, too: it is looked for again."""
    moment = FIRST + 2 * DAY
    report(database, "abc", at=FIRST + 5 * HOUR)
    assert of_first(evaluate_live(case.config, now=moment)).rows == 3
    report(database, "d", at=moment - OVERLAP)
    window = of_first(evaluate_live(case.config, now=moment + HOUR))
    assert (window.rows, window.served["log_loss"]) == (4, pytest.approx(losses(slice(4))))


def test_an_event_that_is_logged_late_reopens_its_window(case: Any, database: Database) -> None:
    """Hours after its outcome arrived, too: its host could not reach the database until then."""
    moment, early = FIRST + 2 * DAY, FIRST + HOUR
    report(database, "abcd", at=FIRST + 5 * HOUR)
    outcomes = Outcomes(event=["late"], value=[True], arrived=[FIRST + 6 * HOUR])
    OutcomeLog(database).record("toy", outcomes)
    assert of_first(evaluate_live(case.config, now=moment)).rows == 4
    assert evaluate_live(case.config, now=moment + 9 * HOUR)
    late = events(["late"], time=[early], prediction=np.full((1, 1), 0.9))
    EventLog(database).record("toy", late)
    window = of_first(evaluate_live(case.config, now=moment + 10 * HOUR))
    assert (window.rows, window.feedback.served) == (5, 5)


def test_by_volume_it_waits_for_so_many_outcomes(case: Any, database: Database) -> None:
    """However late it is; at the end of a history what is left is scored all the same."""
    values = {**case.config.evaluation, "name": "volume", "requests": None, "outcomes": 4}
    config = replace(case.config, evaluation=values)
    report(database, "abc", at=FIRST + 5 * HOUR)
    assert evaluate_live(config, now=FIRST + 9 * DAY) == []
    report(database, "d", at=FIRST + 9 * DAY + HOUR)
    assert of_first(evaluate_live(config, now=FIRST + 9 * DAY + 2 * HOUR)).rows == 4
    report(database, "a", at=FIRST + 10 * DAY)
    assert len(evaluate_live(config, now=FIRST + 11 * DAY, settle=True)) == 1
    until = live_progress(database, "toy").evaluation.load().until
    assert until == FIRST + 11 * DAY


def test_selectors_see_what_was_scored(case: Any, database: Database) -> None:
    """The rewards of the generations that served, as a serving process reads them."""
    report(database, "abcd", at=FIRST + 5 * HOUR)
    evaluate_live(case.config, now=FIRST + DAY)
    (window,) = live_runtime(database, "toy").at(FIRST + DAY).windows
    assert window.rewards["1.0.0/1"].mean == pytest.approx(-losses(slice(4)))


def test_a_product_that_evaluates_nothing_is_refused(case: Any) -> None:
    """The error says how to."""
    config = replace(case.config, evaluation={"name": "never"})
    with pytest.raises(ConfigError, match=r"evaluation=never scores nothing → evaluation=daily"):
        evaluate_live(config, now=NOW)


@pytest.mark.e2e
def test_a_serving_process_evaluates_by_itself(
    deployed: tuple[Operation, Path], contract: Contract, tmp_path: Path
) -> None:
    """In a process of its own: it never loads what evaluation needs."""
    with (
        servers(deployed, contract, tmp_path) as start,
        closing(Database(f"sqlite:///{tmp_path}/state/liaison.db")) as database,
    ):
        windows = ScoredWindows(product="toy", evaluations=Evaluations(database))
        before = len(windows.all())
        with start("serving.evaluate=1s") as server:
            waited = Stopwatch()
            while len(Evaluations(database).all("toy")) <= before:
                assert waited.seconds() < DEADLINE, server.end()
            server.end()
    modules = json.loads((tmp_path / "modules.json").read_text())
    assert {"ibis", "duckdb", "pandas"}.isdisjoint(modules)
