"""Runtime metrics, from what agents recorded: what triggers and selectors decide from."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from contracts.moment import END_OF_TIME
from production.agents.progress import progress
from production.agents.refreshes import RefreshRecords
from production.evaluation import ScoredWindows
from production.feedback.counts import EventCounts
from production.metrics import NO_REWARDS, Refreshes, Rewards, Runtime
from production.registry.checkpoints import Checkpoints
from production.registry.evaluations import Evaluations
from production.registry.manifests import Manifests
from production.serving.manifest import Manifest, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from production.agents.progress import Progress
    from production.database.database import Database
    from production.metrics import ScoredWindow
    from production.registry.manifests import Inventoried


class RuntimeMetrics:
    """Reads the runtime metrics of one product.

    Counts are differences of the agents' running totals, so that no log is scanned.

    Args:
        progress: The agents' progress.
        windows: The evaluation windows.
        product: The product.
        manifests: The inventory of manifests.
        counts: Counts what each generation served.
        start: The first moment of operation.
        refreshes: What is on record of refreshes; none where no trigger asks.
    """

    def __init__(
        self,
        progress: Progress,
        windows: ScoredWindows,
        *,
        product: str,
        manifests: Manifests,
        counts: EventCounts,
        start: int,
        refreshes: RefreshRecords | None = None,
    ) -> None:
        self._refreshes = refreshes
        self._progress, self._windows, self._start = progress, windows, start
        self._product, self._manifests, self._counts = product, manifests, counts

    def at(self, moment: int) -> Runtime:
        """Return the metrics at a moment that all agents have reached."""
        training = self._progress.training.load()
        promoted = self._progress.promotion.load().promoted
        windows = self._windows.all()
        newest, manifests = (
            self._manifests.current(self._product),
            partial(self._manifests.all, self._product),
        )
        since = self._start if training.asked is None else training.asked
        return Runtime(
            now=moment,
            since=since,
            promoted=self._start if promoted is None else promoted,
            requests=self._progress.serving.load().served - training.served,
            outcomes=self._progress.outcomes.load().taken - training.taken,
            windows=windows,
            arms=arm_rewards(newest, manifests, windows),
            events=arm_events(newest, manifests, self._counts.since),
            segments=segment_outcomes(newest, windows),
            refreshes=self._recorded(newest, moment, since),
            proposal=training.proposal,
            attended=self._refreshes is not None and self._refreshes.attended,
        )

    def _recorded(self, newest: Inventoried | None, moment: int, since: int) -> Refreshes:
        if self._refreshes is None:
            return Refreshes()
        champion = read(newest.document).champion if newest else None
        return self._refreshes.at(moment, since=since, champion=champion)


def live_runtime(database: Database, product: str, *, attended: bool = True) -> RuntimeMetrics:
    """Return the reader of a product's runtime metrics, since its first manifest.

    Args:
        database: The database.
        product: The product.
        attended: Whether there are people to ask: not so beside a history that is played.
    """
    manifests, agents = Manifests(database), live_progress(database, product)
    first = next(iter(manifests.all(product)), None)
    return RuntimeMetrics(
        agents,
        ScoredWindows(product=product, evaluations=Evaluations(database)),
        product=product,
        manifests=manifests,
        counts=event_counts(database, agents, product),
        start=first.created_at if first else 0,
        refreshes=RefreshRecords(
            product=product, progress=agents, database=database, attended=attended
        ),
    )


def live_progress(database: Database, product: str) -> Progress:
    """Return the progress of a product's agents, since its first manifest."""
    first = next(iter(Manifests(database).all(product)), None)
    return progress(Checkpoints(database), product, start=first.created_at if first else 0)


def event_counts(database: Database, agents: Progress, product: str) -> EventCounts:
    """Return what counts a product's events, those included that the retention agent deleted."""
    return EventCounts(
        product=product,
        database=database,
        deleted=lambda: agents.retention.load().by_generation,
    )


def arm_rewards(
    newest: Inventoried | None,
    manifests: Callable[[], Sequence[Inventoried]],
    windows: Sequence[ScoredWindow],
) -> dict[str, tuple[Rewards, ...]]:
    """Return what each arm of the newest manifest earned since its experiment began.

    An arm earned what the generations did that it pointed to during a window; only windows that
    began after the experiment count. With the champion alone there is nothing to compare.

    Args:
        newest: A product's newest manifest, none before the first.
        manifests: Returns all its manifests, oldest first; read only where arms are compared.
        windows: The evaluation windows, oldest first.
    """
    if newest is None:
        return {}
    manifest = read(newest.document)
    if len(manifest.arms) == 1:
        return {}
    lives = [*_lives(manifests(), manifest.began)]
    counted = [window for window in windows if window.start >= manifest.began]
    return {arm: tuple(_earned(arm, window, lives) for window in counted) for arm in manifest.arms}


def arm_events(
    newest: Inventoried | None,
    manifests: Callable[[], Sequence[Inventoried]],
    counts: Callable[[int], Mapping[tuple[int, str], int]],
) -> dict[str, int]:
    """Return how many events each arm of the newest manifest served since its experiment began.

    With the champion alone there is nothing to compare.

    Args:
        newest: A product's newest manifest, none before the first.
        manifests: Returns all its manifests, oldest first; read only where arms are compared.
        counts: Returns how many events each generation served since a moment, by manifest.
    """
    if newest is None:
        return {}
    manifest = read(newest.document)
    if len(manifest.arms) == 1:
        return {}
    served = counts(manifest.began)
    revisions = {
        each.revision: read(each.document).arms
        for each in manifests()
        if each.created_at >= manifest.began
    }
    return {
        name: sum(
            served.get((revision, arms[name].name), 0)
            for revision, arms in revisions.items()
            if name in arms
        )
        for name in manifest.arms
    }


def segment_outcomes(
    newest: Inventoried | None, windows: Sequence[ScoredWindow]
) -> Mapping[str, int]:
    """Return the outcomes of each segment that the newest manifest names, since it began to.

    Args:
        newest: A product's newest manifest, none before the first.
        windows: The evaluation windows.
    """
    began = read(newest.document).began if newest else 0
    counted = (Counter(each.segments) for each in windows if each.start >= began)
    return sum(counted, Counter())


def _lives(manifests: Sequence[Inventoried], began: int) -> Iterator[tuple[int, int, Manifest]]:
    """Yield each manifest of the experiment with the moments between which it was the newest."""
    ends = [*(each.created_at for each in manifests[1:]), END_OF_TIME]
    for each, end in zip(manifests, ends, strict=True):
        if end > began:
            yield each.created_at, end, read(each.document)


def _earned(arm: str, window: ScoredWindow, lives: Sequence[tuple[int, int, Manifest]]) -> Rewards:
    """Return what an arm's generations earned in a window."""
    generations = {
        manifest.arms[arm].name
        for start, end, manifest in lives
        if start < window.end and window.start < end and arm in manifest.arms
    }
    earned = (window.rewards[name] for name in sorted(generations) if name in window.rewards)
    return sum(earned, NO_REWARDS)
