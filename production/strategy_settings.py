"""How a refresh makes the next model, as it is configured: the group ``strategy``."""

from __future__ import annotations

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
