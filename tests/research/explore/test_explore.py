from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from contracts.data.memory import Memory
from contracts.data.rows import INSTANT
from contracts.errors import DataError, LeakError
from contracts.moment import DAY, HOUR
from contracts.ports import Source
from contracts.report.page import Head
from research.explore.drift import SHIFT, psi
from research.explore.events import explored_events
from research.explore.task import explore
from tests.suites.target import Target

START = 1_357_016_400_000_000
END = START + 42 * DAY


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the report goes."""
    return tmp_path_factory.mktemp("explore")


@pytest.fixture(scope="module")
def report(source: Source, target: Target, head: Callable[[str], Head], output: Path) -> Any:
    """The results of exploring the whole small product."""
    return explore(
        source=source,
        target=target,
        start=START,
        end=END,
        output=output,
        head=head("explore"),
        day_offset="5h",
    )


def test_report_is_written_for_people_and_machines(report: Any, output: Path) -> None:
    """The page has its sections and pictures; the JSON holds what the call returns."""
    page = (output / "report.html").read_text("utf-8")
    written = msgspec.json.decode((output / "report.json").read_bytes())
    for section in ("Rows", "Target over time", "Missing values and drift", "Distributions"):
        assert section in page
    assert page.count("<svg") >= 8
    assert {**written, **msgspec.json.decode(msgspec.json.encode(report))} == written


def test_rows_outcomes_and_missing_values_are_counted(report: Any) -> None:
    """Every tenth event has no outcome, every fifth no heat."""
    assert report["events"] == 42 * 40
    assert report["outcomes"] == pytest.approx(0.9 * report["events"], abs=10)
    assert report["missing"]["size"] == {"2013-01": 0, "2013-02": 0}
    assert report["missing"]["heat"]["2013-01"] == pytest.approx(0.2, abs=0.01)
    assert report["lag"]["0.5"] == 120


def test_drift_separates_what_moved_from_what_did_not(report: Any) -> None:
    """Heat begins in February, which is a shift; size and colour stay the same."""
    assert report["drift"]["heat"]["2013-02"] > SHIFT
    assert report["drift"]["size"]["2013-02"] < 0.1
    assert report["drift"]["colour"]["2013-02"] < 0.1


def test_rates_by_period_and_category_agree_with_the_rows(report: Any, source: Source) -> None:
    """Counts over months sum to all outcomes, and red's rate is the mean of the red rows."""
    assert sum(rate["events"] for rate in report["months"]) == report["outcomes"]
    assert sum(rate["events"] for rate in report["weeks"]) == report["outcomes"]
    table = source.window(START, END, known_by=END)
    outcomes = zip(table["colour"].to_pylist(), table["outcome"].to_pylist(), strict=True)
    reds = [late for colour, late in outcomes if colour == "red" and late is not None]
    red = next(rate for rate in report["categories"]["colour"] if rate["group"] == "red")
    assert red["value"] == pytest.approx(np.mean(reds))
    assert red["low"] < red["value"] < red["high"]


def test_later_arrivals_are_not_seen(source: Source, target: Target) -> None:
    """An outcome that arrives after the window's end does not count."""
    end = START + DAY
    events = explored_events(source, target=target, start=START, end=end, inputs=None)
    whole = source.window(START, end, known_by=END)
    assert len(events.y) < whole.num_rows - whole["outcome"].null_count


def test_a_source_that_knows_its_future_is_refused(source: Source, target: Target) -> None:
    """A feature that became known after its event is refused."""
    table = source.window(START, END, known_by=END)
    later = pa.array([time + timedelta(hours=1) for time in table["time"].to_pylist()], INSTANT)
    leaky = Memory(table.set_column(5, "known", later))
    with pytest.raises(LeakError, match="features that were not known"):
        explored_events(leaky, target=target, start=START, end=END, inputs=None)


def test_unknown_input_and_empty_window_are_refused(source: Source, target: Target) -> None:
    """A misspelt input is named with the near match; a window without events is refused."""
    with pytest.raises(DataError, match="did you mean 'size'"):
        explored_events(source, target=target, start=START, end=END, inputs=["sise"])
    with pytest.raises(DataError, match="no events"):
        explored_events(source, target=target, start=END + DAY, end=END + 2 * DAY, inputs=None)


@pytest.mark.parametrize("kind", ["multiclass", "regression"])
def test_other_kinds_are_explored_too(
    kind: Any, source: Source, head: Callable[[str], Head], tmp_path: Path
) -> None:
    """A product of several labels, or of a number, gets the same page."""
    table = source.window(START, END, known_by=END)
    outcomes = table["colour"] if kind == "multiclass" else table["size"]
    arrived = table["arrived"].is_valid().to_numpy()
    outcome = pa.array(outcomes.to_pylist(), outcomes.type, mask=~arrived)
    labels = ("red", "green", "blue") if kind == "multiclass" else ()
    report = explore(
        source=Memory(table.set_column(3, "outcome", outcome)),
        target=Target(product="toy", kind=kind, labels=labels),
        start=START,
        end=END,
        output=tmp_path,
        head=head("explore"),
        inputs=["size", "colour"],
    )
    assert [*report["overall"]] == ([*labels] or ["mean"])


def weekly(days: int, labels: tuple[str, ...] = ("a", "b")) -> Memory:
    """Return events of every hour: what happens and one input depend on the weekday alone."""
    times = START + HOUR * np.arange(days * 24)
    weekday = times // DAY % 7
    at = pa.array(times, INSTANT)
    return Memory(
        pa.table(
            {
                "id": [str(time) for time in times],
                "key": [str(time) for time in times],
                "time": at,
                "outcome": [labels[day % len(labels)] for day in times // HOUR],
                "arrived": pa.array(times + 1, INSTANT),
                "known": at,
                "weekday": weekday.tolist(),
                "part": (weekday / 70).tolist(),
            }
        )
    )


def explored(
    days: int, head: Callable[[str], Head], output: Path, labels: tuple[str, ...] = ("a", "b")
) -> Any:
    """Return the results of exploring some days of a product that repeats every week."""
    kind = "binary" if len(labels) == 2 else "multiclass"
    return explore(
        source=weekly(days, labels),
        target=Target(product="toy", kind=kind, labels=labels),
        start=START,
        end=START + days * DAY,
        output=output,
        head=head("explore"),
        day_offset="5h",
    )


@pytest.mark.parametrize("days", [39, 41, 44, 50])
def test_a_weekday_is_no_drift(days: int, head: Callable[[str], Head], tmp_path: Path) -> None:
    """However many days the last month has: whole weeks are compared."""
    report = explored(days, head, tmp_path)
    assert report["drift"]["weekday"]["2013-02"] == pytest.approx(0, abs=0.01)


def test_a_window_too_short_for_drift_says_so(head: Callable[[str], Head], tmp_path: Path) -> None:
    """Three days of a month are no week."""
    explored(34, head, tmp_path)
    assert "No drift is shown" in (tmp_path / "report.html").read_text("utf-8")


def test_pictures_come_before_long_tables(head: Callable[[str], Head], tmp_path: Path) -> None:
    """A hundred labels are drawn by the most frequent, and their table is cut and folded."""
    labels = tuple(f"label {at:03d}" for at in range(120))
    explored(60, head, tmp_path, labels)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.index("<svg") < page.index("<table")
    assert "The 6 most frequent of 120 outcomes." in page
    assert "The target by month: 360 rows</summary>" in page
    assert "160 more rows are in report.json." in page


def test_small_numbers_keep_their_digits(head: Callable[[str], Head], tmp_path: Path) -> None:
    """An input between 0 and .1 is shown with three digits that count."""
    explored(39, head, tmp_path)
    assert ">0.0857<" in (tmp_path / "report.html").read_text("utf-8")


def test_index_is_zero_for_the_same_and_grows_with_distance() -> None:
    """Equal shares give zero; the further apart, the more, and an empty bin no infinity."""
    same, near, far = ([50.0, 50.0], [60.0, 40.0], [100.0, 0.0])
    values = [psi(np.array(same), np.array(other)) for other in (same, near, far)]
    assert values[0] == 0 < values[1] < values[2] < np.inf
