"""Requests that the contract's input schema refuses: no model predicts them or learns from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.data.memory import Memory
from contracts.data.rows import instants
from contracts.moment import DAY, END_OF_TIME
from contracts.ports import ID, TIME
from production.backtest.pages import run_page
from production.backtest.result import report_data
from production.backtest.tables import monthly_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.backtest.result import RunResult

pytestmark = pytest.mark.usefixtures("toy")

#: The day, of the small product's epoch, on which every size is out of bounds.
BROKEN, UNTIL = 15, 22
CHECK = "size: le(max_value=1)"


@pytest.fixture(scope="session")
def broken(history: pa.Table) -> pa.Table:
    """The small product's events; on one day every size is 1,000 where the schema says le(1)."""
    times = instants(history[TIME])
    inside = (times >= BROKEN * DAY) & (times < (BROKEN + 1) * DAY)
    sizes = pa.array(np.where(inside, 1000.0, 0.5))
    return history.set_column(history.column_names.index("size"), "size", sizes)


@pytest.fixture
def invalid(broken: pa.Table) -> list[str]:
    """The ids of the events that are invalid."""
    return broken.filter(pa.compute.greater(broken["size"], 1))[ID].to_pylist()


@pytest.fixture
def result(operation: Callable[..., Any], broken: pa.Table) -> Callable[..., tuple[Any, RunResult]]:
    """Runs the product to its end with an answer to invalid requests, and scores it."""

    def run(answer: str, **options: Any) -> tuple[Any, RunResult]:
        options = {"source": Memory(broken), **options}
        case = operation("gate=open", f"invalid={answer}", until=UNTIL, **options)
        scored = case.score(repeats=10)
        return case.build(), scored

    return run


def test_a_refused_request_has_no_prediction_and_no_score(
    result: Callable[[str], tuple[Any, RunResult]], invalid: list[str]
) -> None:
    """Its outcome waits for an event that never comes."""
    assembly, scored = result("refuse")
    served = assembly.events.served("toy", 0, END_OF_TIME)
    assert not {*invalid} & {*served.id}
    assert {*invalid} >= {*assembly.feedback.quarantined("toy")} != set()
    times = scored.run.predictions.times
    assert not ((times >= BROKEN * DAY) & (times < (BROKEN + 1) * DAY)).any()
    assert assembly.progress.serving.load().served == len(served.id)


def test_a_fallback_is_the_naive_baselines_and_logged_as_such(
    result: Callable[[str], tuple[Any, RunResult]], invalid: list[str]
) -> None:
    """Its events are of no generation, and are not scored as a model's."""
    assembly, scored = result("fallback")
    served = assembly.events.served("toy", 0, END_OF_TIME)
    mine = served.generation == 0
    assert np.array(served.id)[mine].tolist() == invalid
    # The naive baseline predicts one rate for a whole day.
    assert len({*served.prediction[mine].ravel().tolist()}) == 1
    times = scored.run.predictions.times
    assert not ((times >= BROKEN * DAY) & (times < (BROKEN + 1) * DAY)).any()
    windows = {window.start // DAY: window.rows for window in scored.run.windows}
    assert BROKEN not in windows
    assert windows[BROKEN - 1] > 0


@pytest.mark.parametrize("answer", ["refuse", "fallback"])
def test_invalid_requests_are_counted_by_check_wherever_a_run_reports(
    result: Callable[[str], tuple[Any, RunResult]], invalid: list[str], answer: str
) -> None:
    """In the table, the page, report.json and among the warnings."""
    _, scored = result(answer)
    count = len(invalid)
    expected = {"answer": answer, "requests": count, "checks": {CHECK: count}}
    assert report_data(scored)["invalid"] == expected
    assert any(f"{count} requests are invalid" in text for text in scored.warnings)
    table = monthly_table(scored)
    names = [heading.name for heading in table.headings]
    assert table.rows[-1][names.index("invalid")] == count
    head: Any = None
    titles = [section.title for section in run_page(scored, head).sections]
    assert "Invalid requests" in titles


def test_a_run_without_invalid_requests_has_no_column_for_them(
    results: dict[str, RunResult],
) -> None:
    """Where there is nothing to count, nothing is shown."""
    names = [heading.name for heading in monthly_table(results["adaptive"]).headings]
    assert "invalid" not in names


def test_no_model_learns_from_invalid_rows_or_is_judged_by_them(
    operation: Callable[..., Any], broken: pa.Table, invalid: list[str]
) -> None:
    """A training after that day takes the other rows alone, and so does its holdout."""
    trainer = operation(source=Memory(broken)).build().agents.training.trainer
    rows, holdout = trainer.rows((BROKEN + 2) * DAY)
    assert not {*invalid} & {*rows.events[ID].to_pylist(), *holdout.events[ID].to_pylist()}
    assert len(rows)
    assert len(holdout)


@pytest.mark.parametrize("answer", ["refuse", "fallback"])
def test_a_model_that_fails_on_some_requests_serves_the_others(
    result: Callable[..., tuple[Any, RunResult]], history: pa.Table, answer: str
) -> None:
    """Those it fails on are counted by how it failed, and answered as invalid ones are."""
    assembly, scored = result(
        answer,
        source=Memory(history),
        model="production_toy.Brittle",
    )
    times = instants(history[TIME])
    inside = (times >= 12 * DAY) & (times < UNTIL * DAY)
    sizes = history["size"].to_numpy(zero_copy_only=False)
    failing = set(history.filter(pa.array(inside & (np.nan_to_num(sizes) > 0.9)))[ID].to_pylist())
    served = assembly.events.served("toy", 0, END_OF_TIME)
    by_model = np.array(served.id)[served.generation > 0].tolist()
    assert failing
    assert not failing & {*by_model}
    assert len(by_model) == inside.sum() - len(failing)
    assert scored.run.invalid.checks == {"model: ValueError": len(failing)}
    assert any("the model failed on them" in text for text in scored.warnings)
