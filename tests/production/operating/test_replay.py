"""A history that is played through real processes and HTTP, held to its backtest."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec.structs import replace

from benchmarks.live_equals_backtest import differences, records
from contracts.errors import ConfigError
from contracts.host.shared_clock import SharedClock
from contracts.moment import DAY
from production.agents.supervised import operator_record
from production.assembly.code import code_digest
from production.backtest.history import read_history
from production.backtest.lifecycle_run import run_lifecycle
from production.database.database import Database
from production.operating.replay import Director, operate_replay
from production.operating.reports import Ended, Played, Progressed
from production.registry.checkpoints import Checkpoints
from production.service.folder import live_state
from production.settings import Production, ReplayTraffic, declared_lifecycle
from tests.production.operating.small import DAYS, FIRST, small_config

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    import pyarrow as pa

    from contracts.contract import Contract

WORDS = (
    "task=operate",
    "traffic=replay",
    "traffic.then=end",
    "trigger.every=1d",
    "evaluation.every=6h",
    "evaluation.drift=50",
    "serving.port=0",
)


#: Windows scored after so many outcomes, which come between the wake-ups of a clock.
BY_VOLUME = ("evaluation=volume", "evaluation.outcomes=7")


@pytest.fixture
def config(
    toy: ModuleType,
    contract: Contract,
    history: pa.Table,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Production:
    """The small product's configuration, to be played for two days."""
    assert toy
    return small_config(tmp_path, contract, history, *WORDS, *getattr(request, "param", ()))


def played(config: Production, request: Any) -> Path:
    """Play a history, and return the folder of its live state."""
    assert isinstance(config.traffic, ReplayTraffic)
    operate_replay(request, config, config.traffic)
    return Path(config.paths.output) / "state" / "live"


@pytest.mark.e2e
@pytest.mark.parametrize(
    "config",
    [
        pytest.param((), id="by clock"),
        pytest.param(BY_VOLUME, id="by volume", marks=pytest.mark.long),
    ],
    indirect=True,
)
def test_what_is_played_leaves_the_records_of_its_backtest(
    config: Production, request_for: Callable[..., Any], tmp_path: Path
) -> None:
    """Generations by their digests, trainings, promotions, windows, decisions, and each event.

    At the end all processes have ended in order, none having been started twice; the clock stands
    where the last outcome had arrived; and the state of a product in service was never touched.
    """
    live = played(config, request_for(*WORDS))
    (tmp_path / "backtest").mkdir()
    history = read_history(config)
    run_lifecycle(
        config,
        declared_lifecycle(config),
        history,
        tmp_path / "backtest",
        code=code_digest(),
        on_step=lambda _: None,
    )
    expected, found = records(tmp_path / "backtest", "toy"), records(live, "toy")
    assert differences(expected, found) == {name: [] for name in expected}
    assert {name: len(found[name]) for name in ("trainings", "generations")} == {
        "trainings": 2,
        "generations": 2,
    }
    assert len(found["events"]) > 60
    assert not (tmp_path / "live").exists()
    state = live_state(replace(config, paths=replace(config.paths, live=str(live))))
    assert SharedClock(state.clock).now() >= (FIRST + DAYS) * DAY
    with closing(Database(state.database)) as database:
        record = operator_record(Checkpoints(database), "toy").load()
    assert {each.name for each in record.children} == {
        "engine", "outcomes", "evaluation", "training", "promotion", "traffic",
    }  # fmt: skip
    assert all(each.is_over and not each.restarts and not each.error for each in record.children)
    assert [*record.excluded] == ["integration", "parity"]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("serving.workers=2", "serving.workers=1"),
        ("serving.require_token=true", "serving.require_token=false"),
        ("serving.host=0.0.0.0", "serving.host=127.0.0.1"),
        ("serving.durability=queued", "serving.durability=acknowledged"),
    ],
)
def test_an_engine_that_a_history_cannot_be_played_to_is_refused(
    word: str, hint: str, request_for: Callable[..., Any]
) -> None:
    """Before anything is read or made; the hint says what to set."""
    request = request_for("traffic=replay", word)
    config = request.settings(Production)
    with pytest.raises(ConfigError) as raised:
        operate_replay(request, config, config.traffic)
    assert hint in raised.value.hint


class Told:
    """A supervisor that takes note of what it is told."""

    def __init__(self) -> None:
        self.words: list[object] = []

    async def end_group(self, at: int) -> None:
        """Take note that a group is to end."""
        self.words.append(at)

    def say(self, name: str, line: str) -> None:
        """Take note of what a process is told."""
        self.words.append((name, line))

    def end(self) -> None:
        """Take note that all is to end."""
        self.words.append("end")


def hear(told: Told, *reports: Any, then: str = "end") -> list[tuple[int, int, str]]:
    """Let a director hear reports; return what it showed."""
    shown: list[tuple[int, int, str]] = []

    async def run() -> None:
        director = Director(lambda *words: shown.append(words), then=then)  # type: ignore[arg-type]
        for each in reports:
            director.hear(told, "traffic", msgspec.json.encode(each).decode())  # type: ignore[arg-type]
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    asyncio.run(run())
    return shown


def test_the_agents_end_before_the_last_outcomes_are_taken() -> None:
    """So nothing is trained by what comes after the history's end, as in a backtest."""
    told = Told()
    assert hear(told, Progressed(at=5, served=7, by="1.0.0/1"), Played()) == [(5, 7, "1.0.0/1")]
    assert told.words == [1, ("traffic", "settle")]


@pytest.mark.parametrize(("then", "words"), [("end", ["end"]), ("serve", [])])
def test_at_the_end_all_ends_or_the_engine_serves_on(
    then: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What happened is printed either way."""
    told = Told()
    hear(told, Ended(lines=("toy: 5 requests served",)), then=then)
    assert told.words == words
    assert "toy: 5 requests served\n" in capsys.readouterr().out
