"""Refreshes that search their parameters, on the small product: what is tried, kept and resumed."""

from __future__ import annotations

import importlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.compute.local import LocalCompute
from contracts.errors import ConfigError, MissingExtraError
from production.agents.strategies.search import fit_and_predict
from production.agents.strategies.study import NAME, StoredStudy, TriedParameters
from production.registry.checkpoints import Checkpoints
from production.registry.lineage import lineage_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract

pytestmark = pytest.mark.usefixtures("toy")
WORDS = (
    "strategy=tuning",
    "strategy.every=6d",
    "strategy.trials=5",
    "strategy.together=2",
    "strategy.folds=2",
    "strategy.horizon=2d",
    "trigger.every=6d",
    "gate.margin=null",
    "compute.processes=1",
)
SPACE = {"share": {"low": 0.05, "high": 0.99}}


@pytest.fixture
def tuned(operation: Callable[..., Any], contract: Contract) -> Callable[..., Any]:
    """Makes the small product's operation with a learner that has something to search."""

    def make(*words: str, space: dict[str, Any] = SPACE, **options: Any) -> Any:
        learner = {"_target_": "production_toy.RecentLearner"}
        made = operation(*WORDS, *words, learner=learner, **options)
        product = made.config.product
        plan = replace(product.learning, space=space)
        made.config = replace(made.config, product=replace(product, learning=plan))
        learning = replace(contract.learning, params={"share": 0.5, "kept": 7})
        made.product = replace(made.product, contract=replace(contract, learning=learning))
        return made

    return make


def study(assembly: Any) -> list[dict[str, Any]]:
    """Return the trials on record, but for their seconds."""
    checkpoint = Checkpoints(assembly.database).load("toy", NAME)
    trials = checkpoint.document["trials"] if checkpoint else []
    return [{k: v for k, v in each.items() if k != "seconds"} for each in trials]


def test_what_a_search_chose_is_on_record_and_later_refreshes_use_it(
    tuned: Callable[..., Any],
) -> None:
    """The contract's parameters are tried first, and what is not in the space keeps its value."""
    assembly, _ = tuned("strategy.every=12d", until=38).run()
    trials = study(assembly)
    moments = [*dict.fromkeys(each["at"] for each in trials)]
    assert len(moments) >= 2
    first = [each for each in trials if each["at"] == moments[0]]
    assert len(first) == 5
    assert first[0]["params"] == {"share": 0.5, "kept": 7}
    best = min((each for each in first if each["value"]), key=lambda each: each["value"])
    generations = assembly.generations.all("toy")
    found = next(each for each in generations if each.created_at == moments[0])
    after = next(each for each in generations if each.created_at > moments[0])
    lineage = lineage_of(found)
    assert best is not first[0]
    assert found.params == after.params == best["params"]
    assert lineage is not None
    assert lineage.params == best["params"]
    assert "the best of 5 tried" in lineage.why
    second = [each for each in trials if each["at"] == moments[1]]
    assert second[1]["params"] == best["params"]


def test_a_search_that_was_killed_goes_on_as_if_it_had_not_been(
    tuned: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trials on record are not made again, and those after them are the same."""
    whole, _ = tuned(until=24, state="whole").run()
    broken, calls = tuned(until=24, state="broken"), [0]

    def dying(*args: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] == 7:
            raise KeyboardInterrupt
        return fit_and_predict(*args, **options)

    monkeypatch.setattr("production.agents.strategies.search.fit_and_predict", dying)
    with suppress(KeyboardInterrupt), broken.open() as assembly:
        list(assembly.loop.steps())
    with broken.open() as assembly:
        assert 0 < len(study(assembly)) < 5
        list(assembly.loop.steps())
        assert study(assembly) == study(whole)
        lines = [[g.lineage for g in each.generations.all("toy")] for each in (assembly, whole)]
    assert lines[0] == lines[1]
    assert calls[0] == 2 * 5 + 1  # five trials of two folds, and the fit that was interrupted


@pytest.mark.e2e
def test_processes_of_this_machine_find_what_one_process_finds(
    tuned: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same trials, in the same order; a search keeps its workers for all of its batches."""
    alone, _ = tuned(until=24, state="alone").run()
    opened: list[int] = []
    workers = LocalCompute.workers

    def counted(compute: LocalCompute, calls: int) -> Any:
        opened.append(calls)
        return workers(compute, calls)

    monkeypatch.setattr(LocalCompute, "workers", counted)
    beside, _ = tuned("compute.processes=2", until=24, state="beside").run()
    assert study(beside) == study(alone)
    moments = {each["at"] for each in study(beside)}
    assert opened == [4] * len(moments)  # two trials of two folds at a time


def test_a_decline_has_parameters_searched_whatever_the_schedule(
    tuned: Callable[..., Any],
) -> None:
    """By the name of what asked for the refresh."""
    quiet, _ = tuned("strategy.every=null", until=20, state="quiet").run()
    asked, _ = tuned("strategy.every=null", "strategy.when=[schedule]", until=20).run()
    assert study(quiet) == []
    assert len({each["at"] for each in study(asked)}) == 1


def test_nothing_is_searched_where_there_is_too_little_history(tuned: Callable[..., Any]) -> None:
    """The refresh goes on with the parameters in force, and says so."""
    assembly, _ = tuned("strategy.horizon=30d", until=24).run()
    lineages = [lineage_of(each) for each in assembly.generations.all("toy")]
    assert study(assembly) == []
    assert "no search, which was due" in (lineages[-1].why if lineages[-1] else "")


def test_without_a_space_or_the_library_nothing_runs(
    tuned: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are said before anything is trained, with what to do."""
    with pytest.raises(ConfigError, match=r"product\.learning\.space, and that of toy is empty"):
        tuned(space={}).build()
    monkeypatch.setitem(importlib.import_module("sys").modules, "optuna", None)
    with pytest.raises(MissingExtraError, match="optuna") as missing:
        tuned().build()
    assert missing.value.hint == "pip install 'liaison-lifecycle[tune]'"


def test_trials_that_another_process_has_made_are_dropped(tuned: Callable[..., Any]) -> None:
    """One that lost its lease goes on for a while: no trial is on record twice."""
    database = tuned().build().database
    one, other = (StoredStudy(database, "toy", "learner") for _ in range(2))
    trial = TriedParameters(at=1, params={}, value=0.5, seconds=0.0)
    one.add([trial], after=0)
    other.add([replace(trial, value=0.4)], after=0)
    assert one.trials() == (trial,)
    other.add([trial], after=1)
    assert len(one.trials()) == 2
    assert StoredStudy(database, "toy", "another").trials() == ()
