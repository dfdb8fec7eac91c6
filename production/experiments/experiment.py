"""What the running experiment says: each arm beside the champion, and whether that may be read."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from contracts.config.settings import Closed
from contracts.moment import PositiveDuration
from contracts.score.metric.port import Direction
from production.experiments.sample_ratio import SampleRatio
from production.selectors.comparison import ArmDifference

ArmVerdict = Literal["better", "worse", "cannot_tell_yet"]
ExperimentVerdict = Literal["better", "worse", "cannot_tell_yet", "sample_ratio_mismatch"]


class ExperimentOptions(Closed, frozen=True, kw_only=True):
    """How an experiment is read.

    Attributes:
        every: The windows of event time in which arms are compared: a look after each.
        alpha: The probability that any interval ever misses the truth, of all arms together.
        ratio_alpha: The probability of ever finding a sample ratio mismatch where there is none.
        least: How many keys either arm must have before anything can be told.
    """

    every: PositiveDuration
    alpha: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    ratio_alpha: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    least: Annotated[int, msgspec.Meta(ge=2)]


class ArmResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an arm did in an experiment.

    Attributes:
        arm: The arm.
        generation: The generation that it has now.
        keys: The number of keys whose first event it served.
        scored_keys: The number of keys that it served events with outcomes of.
        events: The number of events that it served.
        scored: The number of them with an outcome.
        reward: What they earned on average; NaN of none.
        looks: How much more it earned than the champion, by the end of each window, microseconds;
            none of the champion itself.
        verdict: What that says; none of the champion.
        more: How many more keys, about, would tell the present difference from none: infinite
            where a hundred times as many would not, or nothing can be told yet.
    """

    arm: str
    generation: str
    keys: int
    scored_keys: int
    events: int
    scored: int
    reward: float
    looks: dict[int, ArmDifference] = {}
    verdict: ArmVerdict | None = None
    more: float = 0.0

    @property
    def difference(self) -> ArmDifference:
        """How much more it earned by now."""
        return next(reversed(self.looks.values()), ArmDifference())


class ExperimentResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the running experiment says by now.

    Attributes:
        product: The product.
        selector: The selector that shares the traffic.
        began: When the experiment began, microseconds.
        revisions: The manifests of the experiment.
        metric: The metric whose losses are the rewards.
        direction: Which way is better.
        alpha: The probability that an arm's intervals ever miss the truth.
        least: How many keys either arm must have before anything can be told.
        arms: What each arm did, the champion first.
        served: Whether the arms have the keys that their shares give them; none if the shares
            change, so that it cannot be said.
        returned: The same of the keys with outcomes.
        unknown: The number of events of which it cannot be said which arm served.
        moved: The number of keys that more than one arm served.
    """

    product: str
    selector: str
    began: int
    revisions: range
    metric: str
    direction: Direction
    alpha: float
    least: int
    arms: tuple[ArmResult, ...]
    served: SampleRatio | None
    returned: SampleRatio | None
    unknown: int
    moved: int

    @property
    def mismatched(self) -> bool:
        """Whether an arm has other keys than its share."""
        return any(ratio.mismatch for ratio in (self.served, self.returned) if ratio)

    @property
    def verdict(self) -> ExperimentVerdict:
        """What it says: better if any arm is, worse if all are."""
        if self.mismatched:
            return "sample_ratio_mismatch"
        verdicts = {each.verdict for each in self.arms if each.verdict}
        if "better" in verdicts:
            return "better"
        return "worse" if verdicts == {"worse"} else "cannot_tell_yet"
