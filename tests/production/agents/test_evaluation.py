from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.data.rows import instants, with_outcome
from contracts.errors import ConfigError
from contracts.moment import DAY, END_OF_TIME, HOUR
from contracts.score.metric.registry import metric
from production.agents.evaluation import EvaluationAgent
from production.agents.progress import RetentionProgress
from production.feedback.batch import Outcomes
from production.feedback.outcomes import OutcomeLog
from production.registry.evaluations import Evaluations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture(scope="module")
def ran(
    operations: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory, toy: Any
) -> Iterator[Any]:
    """A finished run, and its operation."""
    assert toy
    case = operations(tmp_path_factory.mktemp("evaluated"), "evaluation.every=2d", until=31)
    with case.open() as assembly:
        list(assembly.loop.steps())
        yield case, assembly


def joined_by_hand(case: Any, assembly: Any, start: int, end: int, known_by: int) -> Any:
    """Return what was served and what came true of a window, joined by hand."""
    events = assembly.events.served("toy", start, end)
    rows = with_outcome(case.product.source.window(start, end, known_by=known_by))
    truth = dict(zip(rows["id"].to_pylist(), rows["outcome"].to_pylist(), strict=True))
    known = [at for at, name in enumerate(events.id) if name in truth]
    y = np.array([truth[events.id[at]] for at in known], np.float64)
    return events.time[known], y, events.prediction[known]


def test_the_windows_are_what_a_recomputation_by_hand_gives(ran: Any) -> None:
    """Every window and metric: served predictions against all outcomes, cancelled ones out."""
    case, assembly = ran
    windows = assembly.windows.all()
    assert [window.start // DAY for window in windows] == [*range(12, 31, 2)]
    for window in windows:
        _, y, p = joined_by_hand(case, assembly, window.start, window.end, END_OF_TIME)
        assert window.rows == len(y)
        for name, value in window.served.items():
            assert value == pytest.approx(metric(name).value(y, p), abs=1e-12)
        assert set(window.served) == {"log_loss", "roc_auc", "brier"}


def test_a_window_says_how_much_came_back_and_how_late(ran: Any) -> None:
    """Coverage, quantiles of the time to the outcome, and calibration, by hand from the source."""
    case, assembly = ran
    rows = with_outcome(case.product.source.window(0, 60 * DAY, known_by=END_OF_TIME))
    lags = instants(rows["arrived"]) - instants(rows["time"])
    lag = dict(zip(rows["id"].to_pylist(), lags.tolist(), strict=True))
    for window in assembly.windows.all():
        served = assembly.events.served("toy", window.start, window.end)
        _, y, p = joined_by_hand(case, assembly, window.start, window.end, END_OF_TIME)
        known = [lag[each] for each in served.id if each in lag]
        assert window.feedback.served == len(served.id) > window.rows == len(known)
        assert window.feedback.median == np.quantile(known, 0.5)
        assert window.feedback.late == np.quantile(known, 0.9)
        assert window.calibration.predicted == pytest.approx(p.mean())
        assert window.calibration.observed == pytest.approx(y.mean())


def test_generations_are_scored_apart_where_several_served(operation: Callable[..., Any]) -> None:
    """By what each served, and together they are the window; one alone is the window itself."""
    assembly, _ = operation("evaluation.every=4d", until=24).run()
    several = [window for window in assembly.windows.all() if window.slices]
    assert [window.start // DAY for window in several] == [16]
    for window in several:
        assert len(window.slices) == 2
        assert {f"generation={name}" for name in window.rewards} == {*window.slices}
        mean = sum(part.rows * part.scores["brier"] for part in window.slices.values())
        assert mean / window.rows == pytest.approx(window.served["brier"])


def test_segments_are_scored_apart(operation: Callable[..., Any]) -> None:
    """By the text of a declared column, which the source holds; they add up to the window."""
    assembly, _ = operation("evaluation.segments=[colour]", until=16).run()
    for window in assembly.windows.all():
        parts = {name: part for name, part in window.slices.items() if "colour" in name}
        assert {*parts} == {"colour=red", "colour=green", "colour=blue"}
        assert sum(part.rows for part in parts.values()) == window.rows
        mean = sum(part.rows * part.scores["brier"] for part in parts.values())
        assert mean / window.rows == pytest.approx(window.served["brier"])


@pytest.mark.parametrize("column", ["size", "colours"])
def test_segments_are_told_apart_by_text(operation: Callable[..., Any], column: str) -> None:
    """A number, or a column that is not there, is refused with those that can be."""
    with pytest.raises(ConfigError, match=column) as error:
        operation(f"evaluation.segments=[{column}]").build()
    assert "colour" in (error.value.hint or "")


def test_the_baseline_beside_it_predicts_from_what_had_arrived(ran: Any) -> None:
    """The naive score of each window is the baseline's own, from the history as it arrived."""
    case, assembly = ran
    rows = with_outcome(case.product.source.window(0, 60 * DAY, known_by=END_OF_TIME))
    # What was under way when operation began arrived to nobody.
    arrived, mine = instants(rows["arrived"]), instants(rows["time"]) >= 12 * DAY
    seen = mine | (arrived < 12 * DAY)
    outcomes = rows["outcome"].to_numpy(zero_copy_only=False).astype(np.float64)
    for window in assembly.windows.all():
        times, y, _ = joined_by_hand(case, assembly, window.start, window.end, END_OF_TIME)
        naive = case.product.baseline.predict(times, arrived=arrived[seen], outcomes=outcomes[seen])
        expected = metric("log_loss").value(y, naive)
        assert window.baseline["log_loss"] == pytest.approx(expected, abs=1e-12)


def test_a_late_outcome_reopens_its_window_and_no_other(ran: Any) -> None:
    """Each score was made at a close, from what was known then, and again only where one came."""
    case, assembly = ran
    made: dict[tuple[int, int], Any] = {}
    for each in Evaluations(assembly.database).all("toy"):
        if (each.source, each.metric) == ("served", "brier"):
            made[each.computed_at, each.start] = each
    reopened = 0
    for (moment, start), each in made.items():
        _, y, p = joined_by_hand(case, assembly, start, each.end, moment)
        assert each.rows == len(y)
        assert each.value == pytest.approx(metric("brier").value(y, p), abs=1e-12)
        earlier = [at for at, of in made if of == start and at < moment]
        if earlier:
            reopened += 1
            assert len(y) > made[max(earlier), start].rows
    assert reopened > 5


def test_what_was_served_is_scored_not_what_would_be_said_now(
    operation: Callable[..., Any], toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that changes its mind after serving does not change its score."""
    plain = operation(until=18, state="plain").run()[0].windows.all()
    assembly = operation(until=18).build()
    honest = toy.Rates.predict
    step = EvaluationAgent.step

    def later(self: Any, *args: Any, **given: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(toy.Rates, "predict", lambda *_: pytest.fail("predicted anew"))
            step(self, *args, **given)

    monkeypatch.setattr(EvaluationAgent, "step", later)
    list(assembly.loop.steps())
    assert toy.Rates.predict is honest
    assert assembly.windows.all() == plain


def test_a_window_that_is_open_is_not_scored(operation: Callable[..., Any]) -> None:
    """Outcomes arrive in it all day; it is scored when it closes."""
    assembly = operation("trigger=volume", "trigger.outcomes=10", until=14).build()
    for step in assembly.loop.steps():
        closed = [window.end for window in assembly.windows.all()]
        assert all(end <= step.at for end in closed)
    assert len(closed) == 2


def test_windows_follow_each_other_from_the_start(operation: Callable[..., Any]) -> None:
    """The next close is the end of the window a moment lies in; a close opens the next one."""
    agent = operation("evaluation.every=36h").build().agents.evaluation
    start = 12 * DAY
    assert agent.closes(start) == start + 36 * HOUR
    assert agent.closes(start + 36 * HOUR - 1) == start + 36 * HOUR
    assert agent.closes(start + 36 * HOUR) == start + 72 * HOUR


def test_a_window_of_no_length_is_refused(operation: Callable[..., Any]) -> None:
    """There would be no end of closes."""
    with pytest.raises(ConfigError, match=r"evaluation\.every: .*above 0"):
        operation("evaluation.every=0d").build()


def test_a_window_of_which_events_are_deleted_is_not_scored_again(
    operation: Callable[..., Any],
) -> None:
    """A late outcome of what is left of it would score a part of it as the whole."""
    assembly, _ = operation(until=20).run()
    before = assembly.windows.all()
    assembly.progress.retention.save(RetentionProgress(until=15 * DAY + 1), 0)
    windows = [assembly.feedback.scored("toy", day * DAY, (day + 1) * DAY) for day in (15, 16)]
    moment = assembly.progress.outcomes.load().until
    late = Outcomes(
        event=[each.id[-1] for each in windows],
        value=[not each.outcome[-1].as_py() for each in windows],
        revision=7,
        arrived=[moment, moment],
    )
    OutcomeLog(assembly.database).record("toy", late)
    progress = replace(assembly.progress.outcomes.load(), until=moment + 1)
    assembly.progress.outcomes.save(progress, moment)
    assembly.agents.evaluation.step(moment + 1)
    changed = [
        each.start // DAY
        for each, was in zip(assembly.windows.all(), before, strict=True)
        if each != was
    ]
    assert changed == [16]
