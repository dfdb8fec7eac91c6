import csv
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from contracts.config.product import Period, Plan
from contracts.data.baseline import YesterdaysRate
from contracts.data.memory import Memory
from contracts.data.rows import INSTANT, with_outcome
from contracts.errors import DataError, LeakError
from contracts.moment import DAY, END_OF_TIME, HOUR, iso
from contracts.ports import Source
from contracts.report.page import Head
from contracts.schema.columns import Columns
from research.learn.result import read
from research.learn.task import learn
from tests.suites.target import Target

START = 1_357_016_400_000_000
CUT, END = START + 28 * DAY, START + 42 * DAY
PLAN = Plan(
    window=Period(start=iso(START), end=iso(CUT)),
    test=Period(start=iso(CUT), end=iso(END)),
    metrics=("log_loss", "roc_auc", "brier"),
    folds=2,
    horizon="7d",
    trials=4,
    seed=0,
    params={"shrink": 500.0},
    space={"shrink": {"low": 1.0, "high": 1000.0, "log": True}},
    repeats=50,
)


@pytest.fixture
def study(
    source: Source,
    columns: Columns,
    target: Target,
    learner: Any,
    head: Callable[[str], Head],
) -> Callable[..., dict[str, Any]]:
    """Learns the small product into a folder."""

    def run(output: Path, **changes: Any) -> dict[str, Any]:
        given: dict[str, Any] = {
            "source": source,
            "inputs": columns,
            "target": target,
            "learner": learner,
            "baseline": YesterdaysRate(kind="binary", offset="5h"),
            "plan": PLAN,
            "output": output,
            "head": head("learn"),
            "day_offset": "5h",
        }
        return learn(**given | changes)

    return run


def test_result_is_written_and_reads_back(
    study: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """What is returned is also read from the folder, which has a page with pictures."""
    steps: list[str] = []
    fits: list[tuple[int, int]] = []

    def show(step: str, *, fits_made: int = 0, of: int = 0) -> None:
        steps.append(step)
        fits.append((fits_made, of))

    data = study(tmp_path, progress=lambda step, fits=0, of=0: show(step, fits_made=fits, of=of))
    written = {**msgspec.to_builtins(read(tmp_path)), "reused": 0, "seconds": data["seconds"]}
    assert written == data
    assert fits[1:] == [(2, 10), (4, 10), (6, 10), (8, 10), (8, 10), (9, 10)]
    assert (tmp_path / "report.html").read_text("utf-8").count("<svg") == 3
    assert steps[4].startswith("trial 4 of 4: log_loss 0.")


def test_intervals_contain_their_values_and_the_solution_beats_the_baseline(
    study: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """Every metric has its interval; colour predicts better than yesterday's rate."""
    study(tmp_path)
    result = read(tmp_path)
    assert [*result.scores] == ["log_loss", "roc_auc", "brier"]
    for score in result.scores.values():
        assert score.solution.low <= score.solution.value <= score.solution.high
    assert result.scores["log_loss"].gain.value > 0
    assert {*result.shuffled} == {*result.scores}


def test_dvc_files_hold_figures_and_no_durations(
    study: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """The files that later stages read are the same when learned again."""
    for name in ("one", "two"):
        study(tmp_path / name)
    plots = [f"plots/{n}.csv" for n in ("calibration", "daily", "trials")]
    for name in ("result.json", "metrics.json", *plots):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    with (tmp_path / "one/plots/trials.csv").open(encoding="utf-8") as file:
        assert [row["trial"] for row in csv.DictReader(file)] == ["0", "1", "2", "3"]


def late(source: Source) -> Source:
    """Return the source with outcomes that arrive up to twelve days after their event."""
    table = source.window(START, END, known_by=END_OF_TIME)
    days = np.arange(table.num_rows) % 13
    arrived = [
        None if was is None else time + timedelta(days=int(lag), hours=1)
        for time, was, lag in zip(
            table["time"].to_pylist(), table["arrived"].to_pylist(), days, strict=True
        )
    ]
    return Memory(table.set_column(4, "arrived", pa.array(arrived, INSTANT)))


@pytest.mark.parametrize("change", [lambda source: source, late])
def test_the_source_is_asked_once_and_every_fit_gets_what_a_fresh_read_gives(
    study: Callable[..., dict[str, Any]],
    learner: Any,
    source: Source,
    tmp_path: Path,
    change: Callable[[Source], Source],
) -> None:
    """Folds and the training window are slices, by event time and by arrival, of one read."""
    windows: list[tuple[int, int, int]] = []
    origin = change(source)

    class Spy:
        def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
            windows.append((start, end, known_by))
            return origin.window(start, end, known_by=known_by)

    study(tmp_path, source=Spy())
    assert windows == [(START, END, END)]
    cuts = [CUT - 14 * DAY, CUT - 7 * DAY] * PLAN.trials + [CUT]
    for rows, cut in zip(learner.seen, cuts, strict=False):
        fresh = with_outcome(origin.window(START, cut, known_by=cut))
        assert rows.equals(fresh.select(["colour", "size", "heat", "outcome"]))
    assert len(learner.seen) == len(cuts) + 1


@pytest.mark.parametrize("change", [lambda source: source, late])
def test_what_is_tested_is_what_a_fresh_read_gives(
    study: Callable[..., dict[str, Any]],
    source: Source,
    tmp_path: Path,
    change: Callable[[Source], Source],
) -> None:
    """No fold is tested on an outcome that arrived after the training window's end."""
    tested: list[pa.Table] = []
    origin = change(source)

    class Flat:
        def fit(self, rows: pa.Table, *, params: Any, seed: int) -> Any:  # noqa: ARG002
            return self

        def predict(self, rows: pa.Table) -> Any:
            tested.append(rows)
            return np.full((rows.num_rows, 1), 0.5)

    study(tmp_path, source=origin, learner=Flat())
    windows = [(CUT - 14 * DAY, CUT - 7 * DAY, CUT), (CUT - 7 * DAY, CUT, CUT)] * PLAN.trials
    for rows, (start, end, known_by) in zip(tested, [*windows, (CUT, END, END)], strict=False):
        fresh = with_outcome(origin.window(start, end, known_by=known_by))
        assert rows.equals(fresh.select(["colour", "size", "heat"]))


def test_final_fit_knows_only_what_had_arrived(
    study: Callable[..., dict[str, Any]], learner: Any, source: Source, tmp_path: Path
) -> None:
    """The fit that is tested has the outcomes known at the training window's end, no more."""
    study(tmp_path)
    known = source.window(START, CUT, known_by=CUT)["outcome"]
    final = learner.seen[-2]
    assert final.num_rows == len(known) - known.null_count
    assert final.column_names == ["colour", "size", "heat", "outcome"]


def test_a_source_that_knows_its_future_is_refused_before_anything_is_fitted(
    study: Callable[..., dict[str, Any]], learner: Any, source: Source, tmp_path: Path
) -> None:
    """An outcome handed over before it arrived, or a feature from after its event, is a leak."""

    class Clairvoyant:
        def window(self, start: int, end: int, *, known_by: int) -> pa.Table:  # noqa: ARG002
            return source.window(start, end, known_by=END_OF_TIME)

    table = source.window(START, END, known_by=END)
    later = pa.array([time + timedelta(hours=1) for time in table["time"].to_pylist()], INSTANT)
    with pytest.raises(LeakError, match="had not arrived"):
        study(tmp_path, source=Clairvoyant())
    with pytest.raises(LeakError, match="features that were not known"):
        study(tmp_path, source=Memory(table.set_column(5, "known", later)))
    assert learner.seen == []


SIZES = pa.array([2.0] * 42 * 40)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop_columns(["heat"]), "source: colour, size$"),
        (lambda table: table.append_column("more", SIZES), "source: colour, size, heat, more"),
        (lambda table: table.select([*range(6), 7, 6, 8]), "source: size, colour, heat"),
        (lambda table: table.set_column(7, "size", SIZES), r"size: less_than_or_equal_to\(1\)"),
        (lambda table: table.set_column(7, "size", SIZES.cast("int64")), "size: dtype"),
        (lambda table: table.set_column(7, "size", pa.nulls(1680, "float64")), "size: not_null"),
    ],
)
def test_rows_that_break_the_schema_are_refused_before_anything_is_fitted(  # noqa: PLR0917
    study: Callable[..., dict[str, Any]],
    learner: Any,
    source: Source,
    tmp_path: Path,
    change: Callable[[pa.Table], pa.Table],
    message: str,
) -> None:
    """A column missing, in excess, elsewhere, out of range, of another type, or null."""
    table = source.window(START, END, known_by=END)
    with pytest.raises(DataError) as caught:
        study(tmp_path, source=Memory(change(table)))
    assert any(re.search(message, line) for line in caught.value.details)
    assert learner.seen == []


def test_predictions_of_another_shape_are_refused_and_not_scored(
    study: Callable[..., dict[str, Any]], source: Source, tmp_path: Path
) -> None:
    """A label without a column is reported with the expected shape, before any metric."""
    table = source.window(START, END, known_by=END)
    outcome = pa.array(
        [
            colour if there.is_valid else None
            for colour, there in zip(table["colour"].to_pylist(), table["arrived"], strict=True)
        ]
    )
    labels = ("red", "green", "blue")

    class Two:
        def fit(self, rows: pa.Table, *, params: Any, seed: int) -> Any:  # noqa: ARG002
            return SimpleNamespace(predict=lambda rows: np.full((rows.num_rows, 2), 0.5))

    with pytest.raises(DataError, match=r"expected float64 \(\d+, 3\), got float64 \(\d+, 2\)"):
        study(
            tmp_path,
            source=Memory(table.set_column(3, "outcome", outcome)),
            target=Target(product="toy", kind="multiclass", labels=labels),
            learner=Two(),
            plan=msgspec.structs.replace(PLAN, metrics=("log_loss",)),
            baseline=YesterdaysRate(kind="multiclass", k=3),
        )


def test_outcomes_that_an_open_set_does_not_list_are_counted_and_not_fitted(
    study: Callable[..., dict[str, Any]], source: Source, tmp_path: Path
) -> None:
    """Each is a miss: accuracy is at most the share of the listed ones. The page says how many."""
    table = source.window(START, END, known_by=END)
    colours = pa.array(table["colour"].to_pylist(), mask=np.asarray(table["outcome"].is_null()))
    fitted: set[str] = set()

    class Red:
        def fit(self, rows: pa.Table, *, params: Any, seed: int) -> Any:  # noqa: ARG002
            fitted.update(rows["outcome"].to_pylist())
            predict = lambda rows: np.full((rows.num_rows, 2), 0.5)  # noqa: E731
            return SimpleNamespace(predict=predict, labels=("red", "green"))

    study(
        tmp_path,
        source=Memory(table.set_column(3, "outcome", colours)),
        target=Target(product="toy", kind="multiclass", labels=("green", "red"), labels_open=True),
        learner=Red(),
        plan=msgspec.structs.replace(PLAN, metrics=("accuracy", "log_loss", "unlisted")),
        baseline=YesterdaysRate(kind="multiclass", k=2, offset="5h"),
    )
    result = read(tmp_path)
    test = table.filter(pc.greater_equal(table["time"], pa.scalar(CUT, INSTANT)))
    late = with_outcome(table)["colour"].to_pylist().count("blue")
    assert fitted == {"red", "green"}
    assert sum(result.unlisted) == late
    assert result.unlisted[1] == with_outcome(test)["colour"].to_pylist().count("blue")
    share = result.unlisted[1] / result.tested
    assert result.scores["unlisted"].solution.value == pytest.approx(share)
    expected = share * -np.log(1e-15) + (1 - share) * np.log(2)
    assert result.scores["log_loss"].solution.value == pytest.approx(expected)
    for score in (result.scores["accuracy"].solution, result.scores["accuracy"].baseline):
        assert score.value <= 1 - share
    assert f"{result.unlisted[1]} of the test window" in (tmp_path / "report.html").read_text()


def test_windows_that_overlap_are_refused() -> None:
    """A test window that begins before training ends is no test."""
    with pytest.raises(ValueError, match=r"test\.start"):
        msgspec.structs.replace(PLAN, test=Period(start=iso(CUT - HOUR), end=iso(END)))


def test_absent_or_foreign_result_is_refused(tmp_path: Path) -> None:
    """Specifying without learning says what to run first."""
    with pytest.raises(DataError, match="task=learn"):
        read(tmp_path)
    (tmp_path / "result.json").write_text('{"plan": 1}')
    with pytest.raises(DataError, match="no result of learning"):
        read(tmp_path)
