"""Each pattern as its configuration puts it together, on the small product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from contracts.data.dump import Dump
from contracts.data.rows import instants, with_outcome
from contracts.errors import DataError, LifecycleError
from contracts.lifecycle import PATTERNS
from contracts.moment import DAY, END_OF_TIME
from production.settings import Production, check_lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


def releases(assembly: Any) -> list[tuple[str, int, int]]:
    """Return what was trained: release, number, day."""
    return [
        (each.release, each.number, each.created_at // DAY)
        for each in assembly.generations.all("toy")
    ]


def test_the_interactive_dump_is_cut_at_the_start(operation: Callable[..., Any]) -> None:
    """It holds what was known then, and says why it gives no more."""
    case = operation("lifecycle=interactive", until=24)
    case.run()
    dump = Dump(case.state / "dump.parquet")
    assert (dump.span.start, dump.span.cut) == (0, 12 * DAY)
    rows = dump.window(0, 12 * DAY, known_by=12 * DAY)
    assert rows.equals(case.product.source.window(0, 12 * DAY, known_by=12 * DAY))
    with pytest.raises(DataError, match="a dump gives no increments"):
        dump.window(0, 13 * DAY, known_by=13 * DAY)


def test_the_person_ships_the_very_instance_of_the_session(
    operation: Callable[..., Any], toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fit, and what was fitted is what serves to the end: release 1.0.0, generation 1."""
    made: list[Any] = []
    fit = toy.Learner.fit

    def watched(self: Any, rows: Any, **given: Any) -> Any:
        made.append(fit(self, rows, **given))
        return made[-1]

    monkeypatch.setattr(toy.Learner, "fit", watched)
    case = operation("lifecycle=interactive", until=24)
    assembly, _ = case.run()
    events = assembly.events.served("toy", 0, END_OF_TIME)
    assert len(made) == 1
    assert releases(assembly) == [("1.0.0", 1, 12)]
    assert {*events.release, *events.generation.tolist()} == {"1.0.0", 1}
    inputs = case.feed.table.select(["colour", "size"])
    assert np.array_equal(events.prediction, made[0].predict(inputs))


def test_the_interactive_lifecycle_knows_nothing_of_how_it_does(
    operation: Callable[..., Any],
) -> None:
    """No window is ever scored from within."""
    assembly, _ = operation("lifecycle=interactive", until=24).run()
    assert assembly.windows.all() == ()


@pytest.mark.parametrize("words", [("lifecycle=interactive",), ("data_access=ad_hoc_dump",)])
def test_what_needs_increments_is_refused_with_a_dump(
    request_for: Callable[..., Any], words: tuple[str, ...]
) -> None:
    """Serving evaluation and autonomous updating say why before anything runs."""
    request = request_for(*words, "evaluation=daily")
    with pytest.raises(LifecycleError, match=r"a dump g(ives|ets)"):
        check_lifecycle(request, request.settings(Production))


def test_open_trains_at_the_release_on_all_that_is_known(operation: Callable[..., Any]) -> None:
    """No holdout is kept back: there is no champion to be compared with."""
    case = operation("lifecycle=open", until=24)
    assembly, _ = case.run()
    (made,) = assembly.generations.all("toy")
    known = with_outcome(case.product.source.window(0, 12 * DAY, known_by=12 * DAY))
    assert (made.known_by, made.rows) == (12 * DAY, known.num_rows)
    assert [window.start // DAY for window in assembly.windows.all()] == [*range(12, 24)]


def test_a_release_that_recurs_counts_its_patches(operation: Callable[..., Any]) -> None:
    """Each holds exactly one trained state, from the data of its day; events name release and 1."""
    assembly, _ = operation("lifecycle=open", "model_updating.release_every=5d", until=28).run()
    assert releases(assembly) == [
        ("1.0.0", 1, 12),
        ("1.0.1", 1, 17),
        ("1.0.2", 1, 22),
        ("1.0.3", 1, 27),
    ]
    events = assembly.events.served("toy", 0, END_OF_TIME)
    by_release = [f"1.0.{(time - 12 * DAY) // (5 * DAY)}" for time in events.time]
    assert events.release == by_release
    assert {each.reason for each in assembly.trainings.all("toy")} == {
        "initial",
        "release: every 5d",
    }


def test_a_person_who_releases_again_cuts_a_new_dump(operation: Callable[..., Any]) -> None:
    """Re-releasing by hand is possible: with another export each time."""
    words = ("lifecycle=interactive", "model_updating.release_every=6d")
    case = operation(*words, until=24)
    assembly, _ = case.run()
    assert releases(assembly) == [("1.0.0", 1, 12), ("1.0.1", 1, 18)]
    assert Dump(case.state / "dump.parquet").span.cut == 18 * DAY


def test_a_training_window_bounds_what_a_training_looks_back_on(
    operation: Callable[..., Any],
) -> None:
    """Adaptive with ten days: the rows of every training are of them."""
    case = operation("strategy.window=10d", "gate.margin=1.0", until=30)
    assembly, _ = case.run()
    made = assembly.generations.all("toy")
    assert [(each.start // DAY, each.end // DAY) for each in made] == [(2, 12), (8, 18), (14, 24)]
    for each in made:
        rows = with_outcome(case.product.source.window(each.start, each.end, known_by=END_OF_TIME))
        assert each.rows == int((instants(rows["arrived"]) < each.known_by).sum())


@pytest.mark.parametrize("name", [*PATTERNS])
def test_every_pattern_is_scored_from_outside_on_the_same_events(
    operation: Callable[..., Any], name: str
) -> None:
    """All requests are served and all outcomes judged, also those the lifecycle never saw."""
    case = operation(f"lifecycle={name}", until=20)
    run = case.backtest()
    rows = case.product.source.window(12 * DAY, 20 * DAY, known_by=END_OF_TIME)
    assert np.array_equal(run.requests, instants(rows["time"]))
    assert np.array_equal(run.predictions.times, instants(with_outcome(rows)["time"]))
    still = run.predictions.still[:, 0]
    assert (len(run.generations) > 1) == (not np.array_equal(run.predictions.served[:, 0], still))
