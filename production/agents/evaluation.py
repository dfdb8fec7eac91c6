"""The evaluation agent: scores what was served, window by window, as outcomes arrive.

It never predicts anew: the event log says what was served, and the outcome log what was true. It is
generic: metrics and baseline are the contract's and the product's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Protocol

import msgspec
import numpy as np
from msgspec.structs import replace

from contracts.data.outcomes import numeric_outcomes
from contracts.errors import ConfigError
from contracts.moment import PositiveDuration, duration
from production.agents.cadence import Cadence
from production.agents.progress import EvaluationProgress
from production.evaluation import rewards, scores
from production.metrics import ScoredWindow, SliceScores
from production.quality import slices, window_calibration, window_feedback
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.contract import Contract
    from contracts.ports import Baseline, Floats, Instants
    from production.agents.drift import DriftWatch
    from production.agents.estimate import Estimator
    from production.agents.parity.samples import LiveSample
    from production.agents.progress import Progress
    from production.database.database import Database
    from production.evaluation import ScoredWindows
    from production.feedback.counts import LogCounts
    from production.feedback.feedback import Feedback, Scored
    from production.known_outcomes import KnownOutcomes
    from production.serving.manifest import Segments


#: The kinds of columns that tell segments apart.
TEXTS = frozenset({"category", "str"})
#: How many events of a window are looked at.
Sampled = Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None
#: After how many further requests or outcomes windows are scored.
Count = Annotated[int, msgspec.Meta(ge=1)] | None


class Evaluator(Protocol):
    """What is asked of whoever evaluates, or does not."""

    def step(self, moment: int) -> None:
        """Score the windows that closed, and those that late outcomes reopened, if it is time."""

    def settle(self, moment: int) -> None:
        """Score them whether it is time or not: nothing is served any more."""

    def next(self, moment: int) -> Wake:
        """Return when to score next."""

    @property
    def closes(self) -> Callable[[int], int] | None:
        """What returns when the window that a moment lies in closes; none without windows."""


class NoEvaluation:
    """Scores nothing: what a product without increments is left with."""

    closes = None

    def step(self, moment: int) -> None:
        """Do nothing."""

    def settle(self, moment: int) -> None:
        """Do nothing."""

    def next(self, moment: int) -> Wake:  # noqa: ARG002 - the port's signature
        """Return a wake that never comes."""
        return Wake()


class EvaluationAgent:
    """Scores served predictions by the contract's metrics, beside the naive baseline.

    Args:
        every: The length of a window, such as ``1d``; windows follow each other from ``start``.
        requests: Score once so many further requests were served, instead of as windows close.
        outcomes: Score once so many further outcomes arrived, instead of as windows close.
        counts: Counts requests and outcomes in the log.
        start: The first window's start.
        contract: Names the metrics.
        baseline: The naive baseline.
        known: The outcomes that the baseline predicts from.
        feedback: What was served, and what came back.
        windows: The windows scored so far.
        counted: Returns the segments whose outcomes are counted, none without any.
        taken: Returns the moment before which all outcomes that arrived were taken.
        progress: The agents' progress.
        database: The database of scores and progress.
        overlap: How long after it arrived an outcome may be committed, microseconds.
        drift: The most events of a window whose drift is measured; none to measure none.
        watch: Returns what measures the drift of so many.
        segments: The input columns by whose texts the events of a window are scored apart.
        inputs: Returns the events of a window with their inputs.
        estimate: How far back from a window the outcomes lie by which its score is estimated
            without its own; none to estimate none.
        estimator: Returns what estimates by outcomes of so many microseconds.
    """

    def __init__(
        self,
        *,
        every: PositiveDuration,
        drift: Sampled = None,
        segments: tuple[str, ...] = (),
        estimate: PositiveDuration | None = None,
        requests: Count = None,
        outcomes: Count = None,
        counts: LogCounts,
        start: int,
        contract: Contract,
        baseline: Baseline,
        known: KnownOutcomes,
        feedback: Feedback,
        windows: ScoredWindows,
        counted: Callable[[], Segments | None],
        taken: Callable[[], int],
        progress: Progress,
        database: Database,
        overlap: int = 0,
        watch: Callable[[int], DriftWatch],
        inputs: Callable[[int, int], LiveSample],
        estimator: Callable[[int], Estimator],
    ) -> None:
        check_segments(contract, segments)
        self._segments, self._inputs = segments, inputs
        self._watch = watch(drift) if drift else None
        self._estimator = estimator(duration(estimate)) if estimate else None
        self._every, self._start = duration(every), start
        if not self._every:
            raise ConfigError("evaluation.every: expected a duration above 0", hint="1d, say")
        self._contract, self._baseline, self._known = contract, baseline, known
        self._feedback, self._windows, self._counted = feedback, windows, counted
        self._taken, self._overlap = taken, overlap
        self._progress, self._database = progress, database
        self._cadence = Cadence(counts, requests=requests, outcomes=outcomes)
        self._names = tuple(term.name for term in contract.metrics)

    def step(self, moment: int) -> None:
        """Score the windows that closed by a moment, and those that what came late reopened.

        By volume nothing is scored before so much has come. Nothing is scored by outcomes that were
        not taken yet.
        """
        moment, since = min(moment, self._taken()), self._progress.evaluation.load().until
        if not self._cadence.by_volume or self._cadence.is_due(since, moment):
            self.settle(moment)

    def settle(self, moment: int) -> None:
        """Score them however little has come since the last evaluation."""
        moment, progress = min(moment, self._taken()), self._progress.evaluation.load()
        since = progress.until
        if moment <= since:
            return
        # First of all: what is logged while windows are scored is looked at again next time.
        logged, row = self._feedback.logged(
            self._contract.product, row=progress.row, before=self._window(since)
        )
        known = {window.start: window for window in self._windows.all()}
        scored = [
            self._with_unlabelled(self._score(start, moment), known.get(start))
            for start in self._due(moment, since, logged)
        ]
        with self._database.transaction():
            # A window in which nothing was ever scored is not recorded, nor one as it was before:
            # an outcome may be looked for twice.
            scored = [
                window
                for window in scored
                if (window.rows or window.drift or window.estimate or window.start in known)
                and window != known.get(window.start)
            ]
            self._windows.record(scored, self._names, moment)
            self._progress.evaluation.save(EvaluationProgress(until=moment, row=row), moment)

    def next(self, moment: int) -> Wake:
        """Return the close of the window that a moment lies in, or what is missing by volume."""
        if self._cadence.by_volume:
            return self._cadence.wake(self._progress.evaluation.load().until, moment)
        return Wake(at=self.closes(moment))

    def closes(self, moment: int) -> int:
        """Return when the window that a moment lies in closes."""
        return self._window(moment) + self._every

    def _window(self, moment: int) -> int:
        """Return the start of the window a moment lies in."""
        return moment - (moment - self._start) % self._every

    def _due(self, moment: int, since: int, logged: Instants) -> list[int]:
        """Return the starts of the windows to score: newly closed, and reopened.

        Outcomes that arrived late reopen theirs, and events that were logged late.

        A window that is still open is scored once it has closed, whatever arrives before. One of
        which events are deleted already is not scored again.
        """
        open_at = self._window(moment)
        closed = range(self._window(since), open_at, self._every)
        late = self._feedback.arrived(self._contract.product, since - self._overlap, moment)
        reopened = {self._window(int(time)) for time in np.unique([*late, *logged])}
        kept = self._progress.retention.load().until
        return sorted(
            start
            for start in {*closed, *reopened}
            if start < open_at and (kept is None or kept <= start)
        )

    def _score(self, start: int, moment: int) -> ScoredWindow:
        """Return the scores of a window, by the outcomes that arrived before a moment."""
        end = start + self._every
        events = self._feedback.scored(self._contract.product, start, end, known_by=moment)
        if not len(events.time):
            return ScoredWindow(start=start, end=end, rows=0, served={}, baseline={})
        truth = numeric_outcomes(self._contract, events.outcome)
        arrived, outcomes = self._known.before(start, moment)
        naive = self._baseline.predict(events.time, arrived=arrived, outcomes=outcomes)
        return ScoredWindow(
            start=start,
            end=end,
            rows=len(events.time),
            served=scores(self._names, truth, events.prediction),
            baseline=scores(self._names, truth, naive),
            rewards=rewards(self._names, truth, events),
            segments=self._outcomes(start, end, moment),
            feedback=window_feedback(
                self._feedback.answered(self._contract.product, start, end),
                events.time,
                events.arrived,
            ),
            calibration=window_calibration(self._contract.kind, truth, events.prediction),
            slices=self._slices(start, end, events, truth),
        )

    def _slices(
        self, start: int, end: int, events: Scored, truth: Floats
    ) -> dict[str, SliceScores]:
        """Return the scores of each generation, where several served, and of each segment."""
        texts: dict[str, list[str | None]] = {}
        served = [
            f"{name}/{at}" for name, at in zip(events.release, events.generation, strict=True)
        ]
        if len({*served}) > 1:
            texts["generation"] = [*served]
        if self._segments:
            sample = self._inputs(start, end)
            for column in self._segments:
                values = sample.rows[column].to_pylist() if sample.events.id else []
                known = dict(zip(sample.events.id, values, strict=True))
                texts[column] = [known.get(each) for each in events.id]
        return slices(texts, lambda at: scores(self._names, truth[at], events.prediction[at]))

    def _with_unlabelled(self, scored: ScoredWindow, known: ScoredWindow | None) -> ScoredWindow:
        """Return a window with its drift and estimate as it closed: on record of a known one."""
        if known is not None:
            return replace(scored, drift=known.drift, estimate=known.estimate)
        span = scored.start, scored.end
        return replace(
            scored,
            drift=self._watch.window(*span) if self._watch else None,
            estimate=self._estimator.window(*span) if self._estimator else None,
        )

    def _outcomes(self, start: int, end: int, moment: int) -> dict[str, int]:
        """Return the outcomes of each segment that the selector names, in a window."""
        segments = self._counted()
        if segments is None:
            return {}
        counts = self._feedback.segments(
            self._contract.product, start, end, column=segments.column, known_by=moment
        )
        return {text: counts[text] for text in sorted(segments.texts)}


def check_segments(contract: Contract, columns: Sequence[str]) -> None:
    """Check that columns are categories of a contract's input.

    Raises:
        ConfigError: One is not.
    """
    known = [each.name for each in contract.input_columns if each.kind in TEXTS]
    for column in columns:
        if column not in known:
            raise ConfigError(
                f"evaluation.segments: {column!r} is no input column of text",
                hint=f"one of {', '.join(known)}" if known else "the contract has none",
            )
