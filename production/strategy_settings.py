"""How a refresh makes the next model, as it is configured: the group ``strategy``."""

from __future__ import annotations

from typing import Annotated

import msgspec

from contracts.config.settings import Closed
from contracts.moment import PositiveDuration


class FullStrategy(Closed, frozen=True, kw_only=True, tag_field="name", tag="full"):
    """Each refresh fits a new model.

    Attributes:
        window: How far a training looks back; none for all history.
    """

    window: PositiveDuration | None


class IncrementalStrategy(Closed, frozen=True, kw_only=True, tag_field="name", tag="incremental"):
    """Each refresh goes on from the generation that serves, with the outcomes that are new.

    Attributes:
        window: How far a full refit looks back; none for all history.
        full_every: After how long a model is fitted anew; none only where nothing can be resumed.
    """

    window: PositiveDuration | None
    full_every: PositiveDuration | None


class TuningStrategy(Closed, frozen=True, kw_only=True, tag_field="name", tag="tuning"):
    """Each refresh fits a new model, with parameters that are searched from time to time.

    Attributes:
        window: How far a training looks back; none for all history.
        every: After how long parameters are searched anew; none only by `when`.
        when: The triggers whose refreshes search them too, by name.
        trials: How many parameters are tried.
        together: How many of them are proposed at a time, and tried beside each other.
        timeout: After how long no more are tried, by the clock of the machine; none for no limit.
        folds: On how many folds each is scored.
        horizon: How much time each fold tests.
        margin: By which share of its score the best must be better than what was in force.
    """

    window: PositiveDuration | None
    every: PositiveDuration | None
    when: tuple[str, ...]
    trials: Annotated[int, msgspec.Meta(ge=2)]
    together: Annotated[int, msgspec.Meta(ge=1)]
    timeout: PositiveDuration | None
    folds: Annotated[int, msgspec.Meta(ge=1)]
    horizon: PositiveDuration
    margin: Annotated[float, msgspec.Meta(ge=0)]


class AutoStrategy(Closed, frozen=True, kw_only=True, tag_field="name", tag="auto"):
    """Whether and how a refresh is made is chosen by what refreshes brought and cost.

    Attributes:
        window: How far a model that is fitted anew looks back; none for all history.
        second: The price of a second of training.
        unit: What it is worth that the metric of one event is better by one; in the same money.
            None for what makes the naive baseline's whole score worth a cent.
        compare: After how long a fit anew and a resumed model are compared again.
        longest: After how long without a refresh one is made whatever it costs.
    """

    window: PositiveDuration | None
    second: Annotated[float, msgspec.Meta(ge=0)]
    unit: Annotated[float, msgspec.Meta(gt=0)] | None
    compare: PositiveDuration
    longest: PositiveDuration
