"""A process may end anywhere: the next one resumes, and the records do not show the break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.data.memory import Memory
from contracts.moment import DAY
from production.agents.generation_trainer import GenerationTrainer
from production.agents.records import TrainingRecords
from production.artifacts.store import LocalArtifacts
from production.feedback.events import EventLog
from production.feedback.outcomes import OutcomeLog
from production.registry.checkpoints import Checkpoints
from production.registry.evaluations import Evaluations
from production.registry.manifests import Manifests

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("toy")]

WORDS = ("trigger.every=3d", "training_takes=20h", "evaluation.every=36h", "gate.margin=0.02")


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def gappy_source(history: pa.Table) -> Memory:
    """A history with three days without events, so with empty windows."""
    silent = history["time"].to_numpy().astype("datetime64[D]").astype(int)
    return Memory(history.filter((silent < 16) | (silent > 18)))


@pytest.fixture(scope="module")
def whole(
    operations: Callable[..., Any],
    content: Callable[..., Any],
    gappy_source: Memory,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, list[Any]]:
    """What the database holds after a run without interruption."""
    folder = tmp_path_factory.mktemp("whole")
    assembly, _ = operations(folder, *WORDS, source=gappy_source, until=21).run()
    return content(assembly.database)


def test_a_run_interrupted_after_every_wake_up_ends_as_one_that_was_not(
    operation: Callable[..., Any],
    content: Callable[..., Any],
    whole: dict[str, list[Any]],
    gappy_source: Memory,
) -> None:
    """Each wake-up in a process of its own: equal tables, evaluations and progress included."""
    case = operation(*WORDS, source=gappy_source, until=21)
    done, wakes = False, 0
    while not done:
        assembly = case.build()
        steps = assembly.loop.steps()
        done = next(steps, None) is None
        wakes += not done
        steps.close()
        found = content(assembly.database)
        assembly.database.close()
    assert found == whole
    assert wakes > 8


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        (OutcomeLog, "record"),
        (Evaluations, "record"),
        (GenerationTrainer, "train"),
        (LocalArtifacts, "publish"),
        (TrainingRecords, "register"),
        (Manifests, "publish"),
        (EventLog, "record"),
        (Checkpoints, "save"),
    ],
    ids=[
        "outcomes",
        "evaluation",
        "training",
        "artifact",
        "result",
        "promotion",
        "requests",
        "checkpoint",
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_killed_in_the_middle_of_a_wake_up_leaves_no_trace_of_it(  # noqa: PLR0917 - fixtures are arguments
    operation: Callable[..., Any],
    content: Callable[..., Any],
    whole: dict[str, list[Any]],
    gappy_source: Memory,
    monkeypatch: pytest.MonkeyPatch,
    kind: type,
    method: str,
    when: str,
) -> None:
    """What was not committed is rolled back; the next process does it, and only it, once more."""
    case = operation(*WORDS, source=gappy_source, until=21)
    original, calls = getattr(kind, method), 0

    def dying(self: Any, *args: Any, **given: Any) -> Any:
        nonlocal calls
        calls += 1
        if when == "before" and calls == 3:
            raise Killed
        result = original(self, *args, **given)
        if when == "after" and calls == 3:
            raise Killed
        return result

    monkeypatch.setattr(kind, method, dying)
    assembly = case.build()
    with pytest.raises(Killed):
        list(assembly.loop.steps())
    assembly.database.close()
    again, _ = case.run()
    assert content(again.database) == whole


def test_a_finished_run_has_no_further_wake_up(operation: Callable[..., Any]) -> None:
    """Running it again only reads its records."""
    case = operation(until=16)
    case.run()
    assert case.run()[1] == []


def test_what_is_in_service_at_the_restart_serves_on(operation: Callable[..., Any]) -> None:
    """The next process deploys the manifest of the last one before it serves anything."""
    case = operation("gate=open", until=30)
    steps = case.build().loop.steps()
    while next(steps).until < 20 * DAY:
        pass
    steps.close()
    assembly = case.build()
    next(assembly.loop.steps())
    assert assembly.engine.deployed.manifest.champion.generation == 2
    assert assembly.engine.deployed.revision == 2
