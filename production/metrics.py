"""The runtime metrics that triggers and selectors decide from."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from contracts.moment import DAY

#: Parts that keys are divided into: a key is in the same part in every window.
PARTS = 64


class Rewards(msgspec.Struct, frozen=True, kw_only=True):
    """What predictions earned: n units, each the mean reward of one key's events in a window.

    A key's events share a unit, because they are not independent.

    Attributes:
        count: The number of units.
        mean: Their mean; more is better.
        variance: Their mean squared deviation from it.
        parts: The number of units and their sum in each of `PARTS` parts of the keys, so that what
            keys that come back share can be told; none where nothing is to be compared.
    """

    count: int
    mean: float
    variance: float
    parts: tuple[tuple[int, float], ...] = ()

    def __add__(self, other: Rewards) -> Rewards:
        if not self.count or not other.count:
            return self if self.count else other
        count = self.count + other.count
        mean = (self.count * self.mean + other.count * other.mean) / count
        squares = sum(
            each.count * (each.variance + (each.mean - mean) ** 2) for each in (self, other)
        )
        # Parts are told of all units or of none.
        pairs = zip(self.parts, other.parts, strict=True) if self.parts and other.parts else ()
        parts = tuple((one[0] + two[0], one[1] + two[1]) for one, two in pairs)
        return Rewards(count=count, mean=mean, variance=squares / count, parts=parts)


#: What no prediction earned.
NO_REWARDS = Rewards(count=0, mean=0.0, variance=0.0)


class Stability(msgspec.Struct, frozen=True, kw_only=True):
    """How far a column of a window lies from that of a training.

    Attributes:
        index: The population stability index.
        usual: What the index of a window may be by chance, and because windows of the training
            differ from each other too: a day has one weekday, and a week's weather is not a year's.
    """

    index: float
    usual: float


class WindowDrift(msgspec.Struct, frozen=True, kw_only=True):
    """How far a window lies from what the generation that served at its end was trained on.

    Attributes:
        rows: The number of its events that were looked at.
        inputs: How far each input column lies from the training's.
        predictions: How far the predictions do.
        means: The mean prediction of each of a few parts of the events, divided at random.
    """

    rows: int
    inputs: Mapping[str, Stability]
    predictions: Stability
    means: tuple[float, ...]


class WindowFeedback(msgspec.Struct, frozen=True, kw_only=True):
    """How much of what was served in a window came back, and how late.

    Attributes:
        served: How many events models answered in it; those with an outcome are the window's rows.
        median: The median time from an event to its outcome, microseconds.
        late: Within this time nine in ten of the outcomes came.
    """

    served: float
    median: float
    late: float


class WindowCalibration(msgspec.Struct, frozen=True, kw_only=True):
    """How far probabilities lie from what happened; of several labels, that of the likeliest.

    Attributes:
        predicted: The mean probability.
        observed: How often it happened.
        low: The lower end of a 95% interval of the mean of predicted minus observed.
        high: The upper end.
        error: The expected calibration error: the mean distance of both, by tenths of the events.
    """

    predicted: float
    observed: float
    low: float
    high: float
    error: float


class WindowEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """What a window's score was estimated to be when it closed, without its outcomes.

    Attributes:
        metric: Which metric it is of.
        value: The estimate.
        error: The standard deviation of the score around it by chance, were the estimate right.
        rows: How many events it is of.
    """

    metric: str
    value: float
    error: float
    rows: int


class SliceScores(msgspec.Struct, frozen=True, kw_only=True):
    """The scores of some events of a window: how many have an outcome, and each metric."""

    rows: int
    scores: Mapping[str, float]


class ScoredWindow(msgspec.Struct, frozen=True, kw_only=True):
    """One evaluation window ``[start, end)``, as it was last scored.

    Attributes:
        rows: Served events in it whose outcome had arrived.
        served: Metric by name, of what was served.
        baseline: The same for the naive baseline.
        rewards: What each generation earned, by its name, such as ``1.0.0/3``.
        segments: Its outcomes by the text of an input column that a selector tells requests apart
            by; of events that are logged with their record.
        drift: How far it lies from the training, if that is measured; whatever came back.
        feedback: How much of it came back, and how late.
        calibration: How far its probabilities lie from what happened.
        slices: Its scores by generation, where several served, and by each text of the columns that
            ``evaluation.segments`` names: by ``generation=1.0.0/3`` or ``origin=JFK``.
        estimate: What a score was estimated to be without its outcomes, if that is done.
    """

    start: int
    end: int
    rows: int
    served: Mapping[str, float]
    baseline: Mapping[str, float]
    rewards: Mapping[str, Rewards] = {}
    segments: Mapping[str, int] = {}
    drift: WindowDrift | None = None
    feedback: WindowFeedback | None = None
    calibration: WindowCalibration | None = None
    slices: Mapping[str, SliceScores] = {}
    estimate: WindowEstimate | None = None


#: How long a training is remembered, microseconds.
REMEMBERED = 7 * DAY


class PastTraining(msgspec.Struct, frozen=True, kw_only=True):
    """A training that is over.

    Attributes:
        at: When it was asked for, microseconds.
        seconds: How long it took, by the clock of the machine.
    """

    at: int
    seconds: float


class PersonsWord(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said about refreshes.

    Attributes:
        at: When, microseconds.
        who: Who.
        action: ``refresh`` asks for one, ``approve`` and ``reject`` answer a trigger's proposal.
        why: The reason they gave.
    """

    at: int
    who: str
    action: str
    why: str


class NewestRelease(msgspec.Struct, frozen=True, kw_only=True):
    """The release of a product that was recorded last, and when, microseconds."""

    version: str
    at: int


class Refreshes(msgspec.Struct, frozen=True, kw_only=True):
    """What is on record of refreshes.

    Attributes:
        trainings: Those of the last while, of `REMEMBERED` at least, oldest first.
        known_by: The generation in service was trained on outcomes that arrived before this moment;
            none before the first.
        release: The release in service.
        newest: The newest release, none before the first.
        said: What people said since a refresh was last asked for, oldest first.
    """

    trainings: tuple[PastTraining, ...] = ()
    known_by: int | None = None
    release: str = ""
    newest: NewestRelease | None = None
    said: tuple[PersonsWord, ...] = ()


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh that waits for a person's word.

    Attributes:
        at: Since when, microseconds.
        reason: What the trigger asked for it by.
    """

    at: int
    reason: str


class Runtime(msgspec.Struct, frozen=True, kw_only=True):
    """The metrics of one moment, which triggers and selectors decide from; UTC microseconds.

    Attributes:
        now: The moment.
        since: When a refresh was last asked for, or operation began.
        promoted: When the generation in service was promoted.
        requests: Requests served since ``since``.
        outcomes: Outcomes arrived since ``since``.
        windows: Evaluation windows that have closed, oldest first.
        arms: What each arm earned since the experiment began, by name: a value for each window.
        events: How many requests each arm served since then, by name.
        segments: How many outcomes came back since then, by the text of the column that the
            selector tells requests apart by.
        refreshes: What is on record of refreshes.
        proposal: The last refresh that waits, or waited, for a person's word since the last one.
        attended: Whether there are people to ask: not so in virtual time.
    """

    now: int
    since: int
    promoted: int
    requests: int
    outcomes: int
    windows: tuple[ScoredWindow, ...] = ()
    arms: Mapping[str, tuple[Rewards, ...]] = {}
    events: Mapping[str, int] = {}
    segments: Mapping[str, int] = {}
    refreshes: Refreshes = Refreshes()
    proposal: Proposal | None = None
    attended: bool = False
