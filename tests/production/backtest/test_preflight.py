"""What is checked of a run before anything in it takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from msgspec.structs import replace

from contracts.config.entry import main
from contracts.data.memory import Memory
from contracts.errors import ConfigError, DataError, IntegrityError
from contracts.moment import DAY, instant
from contracts.ports import ARRIVED
from production.backtest import compare
from production.backtest.preflight import preflight

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

pytestmark = pytest.mark.usefixtures("toy")


def late(events: pa.Table, *, days: int) -> Memory:
    """Return a source of some events whose outcomes arrive so many days later."""
    moved = pc.add(events[ARRIVED], pa.scalar(days * DAY, pa.duration("us")))
    return Memory(events.set_column(events.column_names.index(ARRIVED), ARRIVED, moved))


@pytest.mark.parametrize(
    ("words", "judged"),
    [
        (("lifecycle=interactive",), False),
        (("lifecycle=open",), False),
        (("lifecycle=adaptive",), True),
        (("lifecycle=dual",), True),
        (("lifecycle=adaptive", "gate=open"), False),
        (("gate.holdout=1m", "gate.undecided=promote"), False),
    ],
)
def test_a_line_says_what_was_checked(
    operation: Callable[..., Any], words: tuple[str, ...], *, judged: bool
) -> None:
    """How many rows the first training takes, and how many judge it where there is a gate."""
    case = operation(*words)
    line = preflight(case.config, case.history)
    assert ("judged by" in line) == judged
    assert "fitted, exported, read back and predicted" in line


def test_nothing_of_it_stays(operation: Callable[..., Any]) -> None:
    """The run's own state is not touched."""
    case = operation()
    preflight(case.config, case.history)
    assert [*case.state.iterdir()] == []


@pytest.mark.parametrize("words", [("lifecycle=interactive",), ("lifecycle=open",), ()])
@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"learner": {"breaks": 1}}, DataError, "a prediction breaks the output schema"),
        ({"model": "production_toy.Rounded"}, IntegrityError, "off"),
        ({"model": "production_toy.Unreadable"}, IntegrityError, "does not load"),
    ],
)
def test_a_model_that_could_not_serve_is_refused(
    operation: Callable[..., Any],
    words: tuple[str, ...],
    given: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    """One whose predictions break the schema, that changes as it is read back, or is not read."""
    case = operation(*words, **given)
    with pytest.raises(error, match=message):
        preflight(case.config, case.history)


def test_a_learner_that_raises_is_refused_with_where_it_did(
    operation: Callable[..., Any], toy: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it raises."""

    def fit(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("of nothing")

    monkeypatch.setattr(toy.Learner, "fit", fit)
    case = operation()
    with pytest.raises(DataError, match="ZeroDivisionError: of nothing") as refused:
        preflight(case.config, case.history)
    assert any("in fit" in line for line in refused.value.details)


def test_a_learner_that_needs_more_rows_gets_them(
    operation: Callable[..., Any], toy: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second, larger sample is tried before a run is refused."""
    fit = toy.Learner.fit

    def demanding(self: Any, rows: pa.Table, **others: Any) -> Any:
        if rows.num_rows < 300:
            raise ValueError("too few")
        return fit(self, rows, **others)

    monkeypatch.setattr(toy.Learner, "fit", demanding)
    monkeypatch.setattr("production.backtest.preflight.SIZES", (50, 10_000))
    case = operation()
    assert "fitted" in preflight(case.config, case.history)


def test_a_baseline_of_another_shape_is_refused(operation: Callable[..., Any]) -> None:
    """The report needs it as much as the gate."""

    class Flat:
        def predict(self, times: Any, **_: Any) -> Any:
            return times.astype(float)

    case = operation("lifecycle=open")
    product = replace(case.history.product, baseline=Flat())
    with pytest.raises(DataError, match="expected float64"):
        preflight(case.config, replace(case.history, product=product))


@pytest.mark.parametrize(
    ("words", "delay", "message"),
    [
        (("strategy.window=2d",), 0, "no outcome to train on"),
        (("strategy.window=5d",), 4, "no outcome to train on"),
        ((), 11, "no outcome to train on"),
        ((), 20, "no outcome to train on"),
        (("gate.holdout=20d",), 0, "no outcome to train on"),
        (("lifecycle=open",), 20, "no outcome to train on"),
        (("gate.holdout=1m",), 0, "no outcome to be judged by"),
    ],
)
def test_a_training_without_outcomes_is_refused_with_an_override_that_works(
    operation: Callable[..., Any],
    history: pa.Table,
    words: tuple[str, ...],
    delay: int,
    message: str,
) -> None:
    """The refusal says how late outcomes arrive; with what it suggests the run has them."""
    case = operation(*words, source=late(history, days=delay), state="refused")
    with pytest.raises(DataError, match=message) as refused:
        preflight(case.config, case.history)
    assert "99 of 100 within" in refused.value.message
    key, _, value = refused.value.hint.partition("=")
    if key == "product.start":
        product = replace(case.history.product, start=instant(value))
        assert "fitted" in preflight(case.config, replace(case.history, product=product))
    else:
        mended = operation(*words, f"{key}={value}", source=late(history, days=delay))
        assert "fitted" in preflight(mended.config, mended.history)


def test_a_comparison_checks_every_lifecycle_before_the_first_runs(
    operation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the last of them would fail by is refused before minutes of the first."""
    checked, ran = [], []

    def check(config: Any, _: Any) -> str:
        checked.append(config.liaison.name)
        if config.liaison.name == "dual":
            raise DataError("no")
        return "checked"

    history = operation().history
    monkeypatch.setattr(compare, "read_history", lambda _: history)
    monkeypatch.setattr(compare, "preflight", check)
    monkeypatch.setattr(compare, "run_and_score", lambda *_, **__: ran.append(1))
    words = ["task=compare", "compute.processes=1", f"paths.output={tmp_path / 'output'}"]
    assert main("production", usage="", arguments=words) == 3
    assert (checked, ran) == (["joint", "joint", "joint", "dual"], [])


@pytest.mark.parametrize("what", ["requests", "outcomes"])
def test_an_evaluation_by_a_volume_that_never_comes_is_refused(
    operation: Callable[..., Any], what: str
) -> None:
    """Nothing would be scored before the end; the hint is a number that comes."""
    words = ("evaluation=volume", "evaluation.outcomes=null", f"evaluation.{what}=1000000")
    case = operation(*words)
    with pytest.raises(ConfigError, match="nothing would be scored before the end") as raised:
        preflight(case.config, case.history)
    hint = raised.value.hint.partition(",")[0]
    case = operation(*words, hint)
    assert "fitted" in preflight(case.config, case.history)
