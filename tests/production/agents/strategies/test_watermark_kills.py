"""A process that ends within an incremental refresh: no outcome is learned twice, or skipped."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from production.agents.builder import ModelBuilder
from production.agents.records import TrainingRecords

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("toy")]
WORDS = ("strategy=incremental", "trigger.every=1d", "gate.margin=null", "gate.step=null")


class Killed(BaseException):
    """The process ends here."""


def records(assembly: Any, content: Callable[..., Any]) -> Any:
    """Return all that is on record, and the artifacts of all generations and their bases."""
    return content(assembly.database), [
        (each.artifact, each.lineage) for each in assembly.generations.all("toy")
    ]


def test_a_refresh_killed_anywhere_ends_as_one_that_was_not(
    operations: Callable[..., Any],
    content: Callable[..., Any],
    toy: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed while it learns, between its two artifacts, and before its record is committed."""
    given: dict[str, Any] = {
        "learner": {"_target_": "production_toy.TallyLearner"},
        "model": "production_toy.Tally",
        "until": 18,
    }
    whole, _ = operations(tmp_path, *WORDS, state="whole", **given).run()
    broken = operations(tmp_path, *WORDS, state="broken", **given)
    calls = {"resume": 0, "publish": 0, "register": 0}
    #: The calls that end in a kill: of a challenger, of a refit, after a base, after what serves.
    kills = {"resume": {2, 5}, "publish": {3, 8, 11}, "register": {2, 5}}

    def dying(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            calls[name] += 1
            done = method(*args, **options)
            if calls[name] in kills[name]:
                raise Killed
            return done

        return call

    for owner, name in (
        (toy.TallyLearner, "resume"),
        (ModelBuilder, "publish"),
        (TrainingRecords, "register"),
    ):
        monkeypatch.setattr(owner, name, dying(name, getattr(owner, name)))
    ended = 0
    for _ in range(10):
        with suppress(Killed), broken.open() as assembly:
            list(assembly.loop.steps())
            break
        ended += 1
    assert ended == sum(map(len, kills.values()))
    with broken.open() as assembly:
        assert records(assembly, content) == records(whole, content)
