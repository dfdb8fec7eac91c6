"""A small product and its whole operation: a real database, real artifacts, virtual time."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace
from omegaconf import OmegaConf
from sqlalchemy import select

from contracts.config.compose import TREE, compose
from contracts.config.entry import Request
from contracts.config.product import Side
from contracts.contract.golden import Golden
from contracts.contract.provenance import Provenance
from contracts.contract.terms import ClauseTerm, Learning, MetricTerm, Specification
from contracts.data.baseline import YesterdaysRate
from contracts.data.memory import Memory
from contracts.data.rows import INSTANT, content_digest
from contracts.host.clock import VirtualClock
from contracts.moment import DAY, END_OF_TIME, HOUR
from contracts.publication.draft import write_draft
from contracts.schema.columns import Column, Columns
from contracts.score.bootstrap import Interval
from production.assembly.assemble import open_assembly
from production.assembly.product import OpenProduct
from production.backtest.history import History
from production.backtest.lifecycle_run import run_lifecycle
from production.backtest.result import score_run
from production.backtest.score import Resampling, Scoring
from production.backtest.state import run_state
from production.database.tables import METADATA
from production.feedback.feed import Replay
from production.settings import Liaison, Production, declared_lifecycle
from tests.suites.check import finite, ge, isin, le

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from types import ModuleType

    from contracts.contract import Contract
    from contracts.ports import Source
    from production.assembly.assemble import Assembly
    from production.backtest.lifecycle_run import LifecycleRun
    from production.backtest.result import RunResult
    from production.database.database import Database
    from production.operation import Step

TOY = Path(__file__).parent / "toy"
DAYS, EACH, FIRST = 48, 40, 12
INPUTS = Columns(
    [
        Column(name="colour", kind="category", checks=(isin(["red", "green", "blue"]),)),
        Column(name="size", kind="float", nullable=True, checks=(finite(), ge(0), le(1))),
    ]
)
OUTPUTS = Columns([Column(name="late", kind="float", checks=(finite(), ge(0), le(1)))])
METRICS = (("log_loss", "lower"), ("roc_auc", "higher"), ("brier", "lower"))
#: What says how long something took, and so differs from run to run.
TIMINGS = {"seconds"}
#: The groups of options there are.
GROUPS = {path.name for path in TREE.iterdir() if path.is_dir()}


@pytest.fixture(scope="session")
def toy() -> Iterator[ModuleType]:
    """The module of the small product's code, installed as a package while tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(TOY)
        yield import_module("production_toy")
    sys.modules.pop("production_toy", None)


def events(*, days: int = DAYS, each: int = EACH) -> pa.Table:
    """Days from the epoch on: what each colour means drifts; one in twenty is cancelled."""
    rng = np.random.default_rng(11)
    n = days * each
    times = np.sort(rng.choice(days * DAY // 1_000_000, n, replace=False)) * 1_000_000
    colour = rng.integers(0, 3, n)
    phase = 2 * np.pi * (times / (40 * DAY) + colour / 3)
    late = rng.random(n) < 0.5 + 0.35 * np.sin(phase)
    lag = (HOUR + 4 * HOUR * rng.exponential(size=n)).astype(np.int64)
    lag[rng.random(n) < 0.02] += 3 * DAY
    settled = rng.random(n) >= 0.05
    return pa.table(
        {
            "id": [f"{at:06d}" for at in range(n)],
            "key": [f"k{at % 17}" for at in range(n)],
            "time": pa.array(times, INSTANT),
            "outcome": pa.array(late.tolist(), pa.bool_(), mask=~settled),
            "arrived": pa.array(times + lag, INSTANT, mask=~settled),
            "known": pa.array(times - HOUR, INSTANT),
            "colour": np.array(["red", "green", "blue"])[colour].tolist(),
            "size": pa.array(rng.random(n), mask=rng.random(n) < 0.1),
        }
    )


@pytest.fixture(scope="session")
def history() -> pa.Table:
    """The small product's events."""
    return events()


@pytest.fixture(scope="session")
def contract(
    toy: ModuleType, history: pa.Table, tmp_path_factory: pytest.TempPathFactory
) -> Contract:
    """The small product's contract."""
    return small_contract(toy, history, tmp_path_factory.mktemp("contract"))


def small_contract(toy: ModuleType, history: pa.Table, folder: Path) -> Contract:
    """Write the small product's contract, with a skill that a model without drift reaches."""
    rows, cut = history.slice(0, 30), 8 * DAY
    terms = Specification(
        product="toy",
        version="1.0.0",
        kind="binary",
        labels=("in_time", "late"),
        metrics=tuple(
            MetricTerm(
                name=name,
                direction=direction,
                threshold=0.5,
                skill=-1.0,
                observed=Interval(value=0.5, low=0.5, high=0.5),
            )
            for name, direction in METRICS
        ),
        clauses=(ClauseTerm(name="schema", pair="recorded"),),
        input_columns=INPUTS,
        output_columns=OUTPUTS,
        learning=Learning(
            params={}, seed=3, start=0, end=cut, known_by=cut, test_start=cut, test_end=FIRST * DAY
        ),
    )
    inputs = rows.select([column.name for column in INPUTS])
    model = toy.Rates(np.array([0.2, 0.4, 0.6]))
    return write_draft(
        folder / "toy" / "1.0.0",
        terms,
        recorded=Golden(rows=inputs, expected=model.predict(inputs)),
        origin=Provenance(
            commit="a", data="b", libraries={}, seed=3, created="1970-01-09T00:00:00Z"
        ),
        header="",
    )


#: The operations that a test has open: a connection that is not closed is an error.
OPEN_OPERATIONS = ExitStack()


@pytest.fixture(autouse=True)
def close_operations() -> Iterator[None]:
    """Close the operations that a test opened."""
    with OPEN_OPERATIONS:
        yield


class Operation:
    """The small product's operation under a configuration, in a state folder of its own."""

    def __init__(self, config: Production, history: History, state: Path) -> None:
        self.config, self.history, self.state = config, history, state
        self.product = history.product
        self.feed = Replay(history.events, start=self.product.start, until=history.until)
        self.given: dict[str, Any] = {"code": "c0de", "on_step": lambda _: None}

    def open(self) -> AbstractContextManager[Assembly]:
        """Return an assembly as a new process would make it; its caller closes it."""
        return open_assembly(
            self.config,
            self.product,
            state=run_state(self.config, self.state),
            clock=VirtualClock(self.product.start),
            feed=self.feed,
            code="c0de",
            until=self.history.until,
        )

    def build(self) -> Assembly:
        """Return an assembly that is closed at the end of the test."""
        return OPEN_OPERATIONS.enter_context(self.open())

    def run(self) -> tuple[Assembly, list[Step]]:
        """Run to the end."""
        assembly = self.build()
        return assembly, list(assembly.loop.steps())

    def backtest(self) -> LifecycleRun:
        """Run to the end as a backtest does, which goes on where an earlier one stopped."""
        declared = declared_lifecycle(self.config)
        return run_lifecycle(self.config, declared, self.history, self.state, **self.given)

    def score(self, *, repeats: int = 20, warnings: tuple[str, ...] = ()) -> RunResult:
        """Run a backtest and score it."""
        run, scoring = self.backtest(), Scoring(bootstrap=Resampling(repeats=repeats, seed=0))
        return score_run(run, self.history, scoring=scoring, warnings=warnings, proof=None)


@pytest.fixture
def operation(operations: Callable[..., Operation], tmp_path: Path) -> Callable[..., Operation]:
    """Makes the small product's operation, below the test's own folder."""
    return partial(operations, tmp_path)


@pytest.fixture(scope="session")
def operations(contract: Contract, history: pa.Table) -> Callable[..., Operation]:
    """Makes the small product's operation in a folder.

    Overrides are those of the command line; the product's own parts come as arguments.
    """

    def make(
        folder: Path,
        *overrides: str,
        source: Source | None = None,
        learner: dict[str, Any] | None = None,
        model: str = "production_toy.Rates",
        until: int = DAYS,
        skill: float | None = None,
        state: str = "state",
    ) -> Operation:
        config = configuration(overrides)
        if "every" in config.trigger and not any("trigger" in word for word in overrides):
            config = replace(config, trigger={**config.trigger, "every": "6d"})
        side = Side(learner={"_target_": "production_toy.Learner", **(learner or {})}, model=model)
        config = replace(config, liaison=Liaison(name=config.liaison.name, side=side))
        case = contract
        if skill is not None:
            case = replace(
                contract, metrics=tuple(replace(m, skill=skill) for m in contract.metrics)
            )
        given = source or Memory(history)
        all_of_it = given.window(0, until * DAY, known_by=END_OF_TIME)
        product = OpenProduct(
            contract=case,
            source=given,
            baseline=YesterdaysRate(kind="binary", offset="0"),
            golden=history.slice(0, 30).select([column.name for column in INPUTS]),
            data_start=0,
            start=FIRST * DAY,
        )
        digest, end = content_digest(all_of_it), until * DAY
        past = History(product=product, events=all_of_it, digest=digest, until=end, offset=0)
        (folder / state).mkdir(exist_ok=True)
        return Operation(config, past, folder / state)

    return make


def configuration(overrides: tuple[str, ...]) -> Production:
    """Return the configuration that overrides make.

    Composing takes longer than some runs: only the options of groups are composed, once each set,
    and values are laid over them.
    """
    chosen = tuple(word for word in overrides if word.partition("=")[0] in GROUPS)
    values = [word for word in overrides if word not in chosen]
    made = composed(chosen)
    merged = OmegaConf.merge(made.config, OmegaConf.from_dotlist(values))
    return replace(made, config=merged).settings(Production)


@cache
def composed(overrides: tuple[str, ...]) -> Request:
    """Return a request for options of groups."""
    return request(*overrides)


def request(*overrides: str) -> Request:
    """Return the request that words of a command line make: its lifecycle first, or adaptive."""
    first = () if overrides and overrides[0].startswith("lifecycle=") else ("lifecycle=adaptive",)
    words = (*first, *overrides)
    return Request(
        entry="production", config=compose("production", words), overrides=words, config_dir=None
    )


@pytest.fixture(scope="session")
def configure() -> Callable[[tuple[str, ...]], Production]:
    """Makes configurations from words of the command line."""
    return configuration


@pytest.fixture
def request_for() -> Callable[..., Request]:
    """Makes requests from words of the command line."""
    return request


@pytest.fixture(scope="session")
def content() -> Callable[[Database], dict[str, list[tuple[Any, ...]]]]:
    """Reads all that a database holds, but for how long things took and in which row they lie."""

    def tables(database: Database) -> dict[str, list[tuple[Any, ...]]]:
        found = {}
        for table in METADATA.sorted_tables:
            columns = [c for c in table.columns if c.name not in {*TIMINGS, "row"}]
            with database.reading() as connection:
                found[table.name] = sorted(
                    map(tuple, connection.execute(select(*columns))), key=repr
                )
        return found

    return tables
