"""The record of a search: what was tried is not tried again, and the result is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import optuna
import pytest

from contracts.data.baseline import YesterdaysRate
from contracts.errors import StateError
from research.learn.task import learn
from tests.research.learn.test_learn import PLAN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.ports import Source
    from contracts.report.page import Head
    from contracts.schema.columns import Columns
    from tests.suites.target import Target


@pytest.fixture
def study(
    source: Source, columns: Columns, target: Target, learner: Any, head: Callable[[str], Head]
) -> Callable[..., dict[str, Any]]:
    """Learns the small product with a record of its trials."""

    def run(output: Path, trials: int, **changes: Any) -> dict[str, Any]:
        given: dict[str, Any] = {
            "source": source,
            "inputs": columns,
            "target": target,
            "learner": learner,
            "baseline": YesterdaysRate(kind="binary", offset="5h"),
            "plan": msgspec.structs.replace(PLAN, trials=trials),
            "output": output,
            "head": head("learn"),
            "study": output / "study.db",
        }
        return learn(**given | changes)

    return run


class StoppedError(Exception):
    """What ends a search in the middle."""


@pytest.mark.parametrize("folder", ["usual", "50% of?it#1 ü"])
def test_an_interrupted_search_goes_on_as_if_it_had_not_been(
    study: Callable[..., dict[str, Any]], tmp_path: Path, learner: Any, folder: str
) -> None:
    """The trials that were made are not made again, and the result has the same bytes."""

    def stop(step: str, **_: int) -> None:
        if step.startswith("trial 3"):
            raise StoppedError

    with pytest.raises(StoppedError):
        study(tmp_path / folder, 5, progress=stop)
    assert len(learner.seen) == 3 * PLAN.folds
    assert study(tmp_path / folder, 5)["reused"] == 3
    assert len(learner.seen) == 5 * PLAN.folds + 2
    study(tmp_path / "at once", 5, study=None)
    results = [(tmp_path / each / "result.json").read_bytes() for each in (folder, "at once")]
    assert results[0] == results[1]
    assert (tmp_path / folder / "study.db").is_file()


def test_more_trials_extend_a_search_and_another_search_stands_beside_it(
    study: Callable[..., dict[str, Any]], source: Source, tmp_path: Path
) -> None:
    """Other code, another start or other rows: nothing on record counts. optuna reads the file."""
    assert [study(tmp_path, trials)["reused"] for trials in (2, 4, 4)] == [0, 2, 4]
    assert study(tmp_path, 2, solution="another")["reused"] == 0
    other = msgspec.structs.replace(PLAN, trials=2, params={"shrink": 400.0})
    assert study(tmp_path, 2, plan=other)["reused"] == 0

    class Fewer:
        def window(self, start: int, end: int, *, known_by: int) -> Any:
            return source.window(start, end, known_by=known_by).slice(2)

    assert study(tmp_path, 2, source=Fewer())["reused"] == 0
    storage = optuna.storages.RDBStorage(f"sqlite:///{tmp_path}/study.db")
    counts = [len(each.trials) for each in storage.get_all_studies() for each in [
        optuna.load_study(study_name=each.study_name, storage=storage)]]  # fmt: skip
    storage.engine.dispose()
    assert sorted(counts) == [2, 2, 2, 4]


def test_a_file_that_is_no_study_is_named(
    study: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """With what to do; learning without trials never opens it."""
    study(tmp_path, 0)
    (tmp_path / "study.db").write_text("no database, but long enough to be taken for one" * 50)
    study(tmp_path, 0)
    with pytest.raises(StateError, match=r"study\.db cannot be read as a study.*study=null"):
        study(tmp_path, 1)
