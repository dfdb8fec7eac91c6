"""A process that ends while it trains: nothing of it shows in what the finished run says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from production.agents.generation_trainer import GenerationTrainer
from production.artifacts.store import LocalArtifacts
from production.backtest.result import report_data
from production.database.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("toy")]

WORDS = ("trigger=volume", "trigger.outcomes=110", "training_takes=7h", "gate.margin=0.02")


class Killed(BaseException):
    """The process ends here."""


def finished(case: Any) -> Any:
    """Run to the end, and return what the report's data say, but for how long things took."""
    return untimed(msgspec.json.decode(msgspec.json.encode(report_data(case.score()))))


def untimed(value: Any) -> Any:
    """Return a value without what says how long something took, a verdict's words included."""
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if "seconds" not in key and key != "words"}
        return {key: untimed(each) for key, each in kept.items()}
    return [untimed(each) for each in value] if isinstance(value, list) else value


def rows(state: Path, query: str) -> list[Any]:
    """Return what another connection reads of a run's database."""
    with closing(sqlite3.connect(f"file:{state / 'liaison.db'}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def artifacts(state: Path) -> list[str]:
    """Return every published artifact, verified."""
    store = LocalArtifacts(state / "artifacts")
    digests = sorted(path.name for path in (state / "artifacts" / "published").iterdir())
    for digest in digests:
        store.open(digest)
    return digests


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_killed_while_it_trains_trains_anew_and_counts_once(
    operations: Callable[..., Any],
    content: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    """Between request and result no transaction is open; the request is committed and resumed."""
    whole = operations(tmp_path, *WORDS, until=24, state="whole")
    broken = operations(tmp_path, *WORDS, until=24, state="broken")
    expected = finished(whole)
    original, requests = GenerationTrainer.train, []

    def dying(self: Any, moment: int, reason: str) -> Any:
        requests.append((moment, reason))
        if when == "before" and len(requests) == 3:
            raise Killed
        trained = original(self, moment, reason)
        # Another connection may write while a model is trained.
        with (
            closing(Database(f"sqlite:///{broken.state / 'liaison.db'}")) as other,
            other.transaction(),
        ):
            pass
        if when == "after" and len(requests) == 3:
            raise Killed
        return trained

    monkeypatch.setattr(GenerationTrainer, "train", dying)
    with pytest.raises(Killed):
        finished(broken)
    ((document,),) = rows(broken.state, "select document from checkpoints where name = 'training'")
    request = msgspec.json.decode(document)["request"]
    assert (request["at"], request["reason"]) == requests[2]
    assert rows(broken.state, "select count(*) from trainings") == [(2,)]
    assert finished(broken) == expected
    assert requests[3] == requests[2]
    assert len(requests) == expected["trainings"] + 1 > 4
    assert artifacts(broken.state) == artifacts(whole.state)
    tables = []
    for case in (whole, broken):
        with closing(Database(f"sqlite:///{case.state / 'liaison.db'}")) as database:
            tables.append(content(database))
    assert tables[0] == tables[1]
