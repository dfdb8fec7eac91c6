"""The probation of generations that are new in their arms: watched, and rolled back by alarms."""

from __future__ import annotations

import logging
from collections import Counter, deque
from contextlib import suppress
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.errors import ConflictError, StateError
from contracts.moment import SECOND, duration
from production.selectors.port import CHAMPION
from production.service.change_request import ChangeRequest
from production.serving.alarms import ALARMS, BROKEN, AlarmEvidence
from production.serving.arrivals import Arrival, arrivals
from production.serving.watched import WatchedModel, answered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from contracts.host.clock import Clock
    from production.generation.description import Candidate
    from production.generation.loader import Loader
    from production.registry.manifests import Inventoried
    from production.service.control import Control
    from production.serving.deployed import Predicts
    from production.serving.engine import Engine
    from production.settings import AlarmSettings

LOG = logging.getLogger("liaison.service")


class GenerationWatch:
    """One generation under watch, and the one that it is compared with.

    Args:
        arrival: Which generation, of which arm.
        model: The generation's model, watched.
        reference: The model of the generation before; loaded when it is needed if not given.
        last: How many comparisons count: the newest so many.

    Attributes:
        arrival: The same.
        model: The same.
        reference: The same.
        result: What came of the last alarm; empty before.
    """

    def __init__(
        self, arrival: Arrival, model: WatchedModel, reference: Predicts | None, *, last: int
    ) -> None:
        self.arrival, self.model, self.reference = arrival, model, reference
        self._pairs: deque[tuple[Any, Any]] = deque(maxlen=last)
        self._took: deque[int] = deque(maxlen=last)
        self.result = ""

    def compare(self, reference: Predicts, *, least: int) -> AlarmEvidence:
        """Let the other model predict what was kept since the last time, and return all of it."""
        for _ in range(len(self.model.sample)):
            with suppress(Exception):  # a request on which the other one fails compares nothing
                self._pair(*self.model.sample.popleft(), reference)
        pairs = self._pairs.copy()
        return AlarmEvidence(
            fates=self.model.fates,
            blame=self._blame(reference),
            running=self.model.running,
            took=np.array(self.model.took.copy()) / 1e9,
            reference_took=np.array(self._took) / 1e9,
            predictions=np.vstack([mine for mine, _ in pairs]) if pairs else np.empty((0, 1)),
            reference=np.vstack([other for _, other in pairs]) if pairs else np.empty((0, 1)),
            least=least,
        )

    def _pair(self, request: Any, mine: Any, reference: Predicts) -> None:
        start = perf_counter_ns()
        other = answered(reference, request)
        if isinstance(other, tuple):
            self._took.append(perf_counter_ns() - start)
        self._pairs.append((mine, other))

    def _blame(self, reference: Predicts) -> float:
        requests = self.model.failing.copy()
        predicted = sum(_predicts(reference, each) for each in requests)
        return predicted / len(requests) if requests else 0.0


class Probation:
    """Watches the generations that are new in their arms, for some time after they came.

    An alarm rolls the arm back to the generation before, or retires the arm if it is new: by
    compare-and-swap at the revision that this process serves, so that of several processes, and
    people, one acts. A generation that is to blame is quarantined. A champion that a person pinned
    stays: the alarm is logged and counted.

    Args:
        settings: The alarms and their limits.
        engine: What serves.
        loader: Loads the generation before.
        control: Returns what changes what serves.
        pinned: Whether a person keeps the champion.
        clock: The time.

    Attributes:
        counts: How often alarms rang, by alarm, arm, generation and what came of it.
    """

    def __init__(
        self,
        settings: AlarmSettings,
        *,
        engine: Engine,
        loader: Loader,
        control: Callable[[], Control],
        pinned: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self._settings, self._during = settings, duration(settings.during)
        self._engine, self._loader, self._control = engine, loader, control
        self._pinned, self._clock = pinned, clock
        self._limits = {
            "errors": settings.errors,
            "nonfinite": settings.nonfinite,
            "stalled": None if settings.stalled is None else duration(settings.stalled) / SECOND,
            "latency": settings.latency,
            "drift": settings.drift,
        }
        self._watches: tuple[GenerationWatch, ...] = ()
        self.counts: Counter[tuple[str, str, str, str]] = Counter()

    @property
    def watches(self) -> tuple[GenerationWatch, ...]:
        """The generations that are watched now."""
        now = self._clock.now()
        return tuple(each for each in self._watches if now < each.arrival.at + self._during)

    @property
    def models(self) -> dict[Candidate, Predicts]:
        """The models that serve in the place of those loaded, because they are watched."""
        return {each.arrival.candidate: each.model for each in self.watches}

    def begin(self, manifests: Sequence[Inventoried]) -> Mapping[Candidate, Predicts]:
        """Watch what is new by the newest of all manifests; return the models that are to serve.

        Called when its generations are loaded, and before they serve.
        """
        known = {each.arrival: each for each in self._watches}
        now = self._clock.now()
        self._watches = tuple(
            known.get(each) or self._watch(each)
            for each in arrivals(manifests)
            if now < each.at + self._during
        )
        return self.models

    def step(self) -> None:
        """Look at each generation that is watched, and act on the first alarm that rings.

        Raises:
            IntegrityError: The generation before is broken, so that it cannot serve again.
            StateError: The database, or the store, is away: tried again at the next step.
        """
        errors = []
        for watch in self.watches:
            try:
                if watch.result != "rolled back":
                    self._look(watch)
            except StateError as error:  # the others are looked at all the same
                errors.append(error)
        if errors:
            raise errors[0]

    def _watch(self, arrival: Arrival) -> GenerationWatch:
        model = WatchedModel(self._loader.load(arrival.candidate), last=self._settings.last)
        reference = self._loader.loaded(arrival.reference)
        return GenerationWatch(arrival, model, reference, last=self._settings.last)

    def _look(self, watch: GenerationWatch) -> None:
        if watch.reference is None:
            watch.reference = self._loader.load(watch.arrival.reference)
        seen = watch.compare(watch.reference, least=self._settings.least)
        for name, alarm in ALARMS.items():
            limit = self._limits[name]
            # An arm that is new is there to predict otherwise.
            if limit is None or (name == "drift" and watch.arrival.is_new_arm):
                continue
            if finding := alarm(seen, limit):
                self._ring(watch, name, finding)
                return

    def _ring(self, watch: GenerationWatch, alarm: str, finding: str) -> None:
        arrival = watch.arrival
        result = self._act(arrival, alarm, finding)
        if result != watch.result:
            watch.result = result
            self.counts[alarm, arrival.arm, arrival.candidate.name, result] += 1
            who = f"{arrival.arm} {arrival.candidate.name}"
            LOG.error("alarm %s: %s %s: %s", alarm, who, finding, result)

    def _act(self, arrival: Arrival, alarm: str, finding: str) -> str:
        """Take a generation out of its arm, and return what came of it."""
        if arrival.arm == CHAMPION and self._pinned():
            return "pinned"
        change = ChangeRequest(
            who=f"alarm {alarm}",
            why=finding,
            at=self._clock.now(),
            revision=self._engine.deployed.revision,
        )
        try:
            self._control().withdraw(arrival, change, broken=alarm in BROKEN)
        except ConflictError:
            return "changed meanwhile"
        return "rolled back"


def _predicts(model: Predicts, request: Any) -> bool:
    """Return whether a model predicts a request with finite numbers."""
    try:
        return bool(np.isfinite(answered(model, request)).all())
    except Exception:  # noqa: BLE001 - a model may raise anything
        return False
