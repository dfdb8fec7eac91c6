"""What a client may ask to be changed about what serves, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from contracts.name import Name
from production.registry.decisions import Action
from production.selectors.port import CHAMPION

#: A reason has a word in it, and no character that no database can hold.
Why = Annotated[
    str,
    msgspec.Meta(
        max_length=1000,
        pattern=r"^[^\x00]*[^\s\x00][^\x00]*$",
        description="the reason, kept on record",
    ),
]
Revision = Annotated[
    int,
    msgspec.Meta(ge=1, le=2**63 - 1, description="the manifest's revision that the client saw"),
]
GenerationName = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=200, description="release/number, such as 1.0.0/3"),
]


class RequestedChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change of what serves.

    Attributes:
        why: The reason.
        revision: The manifest's revision that the client saw: at another one nothing is changed.
            Whichever it is, if none is given.
    """

    why: Why
    revision: Revision | None = None


class Promotion(RequestedChange, frozen=True, kw_only=True):
    """A generation is to become the champion, or another arm's.

    Attributes:
        generation: The generation.
        arm: The arm; a new name begins one.
    """

    generation: GenerationName
    arm: Name = CHAMPION


class Rollback(RequestedChange, frozen=True, kw_only=True):
    """An earlier champion is to serve again.

    Attributes:
        generation: Which one; the last one before the present one if none is named.
    """

    generation: GenerationName | None = None


class Pin(RequestedChange, frozen=True, kw_only=True):
    """No refresh is to take the champion's place.

    Attributes:
        generation: The generation that becomes the champion first; the present one stays if none
            is named.
    """

    generation: GenerationName | None = None


class Unpin(RequestedChange, frozen=True, kw_only=True):
    """Refreshes may take the champion's place again."""


class Quarantine(RequestedChange, frozen=True, kw_only=True):
    """A generation is to be moved aside for good.

    Attributes:
        generation: The generation.
    """

    generation: GenerationName


class Selection(RequestedChange, frozen=True, kw_only=True):
    """A selector is to share the traffic.

    Attributes:
        selector: Its name, its class (``_target_``) and options, as a configuration has them; the
            server's own configured selector if none is given.
    """

    selector: dict[str, Any] | None = None


class Retirement(RequestedChange, frozen=True, kw_only=True):
    """An arm is to be taken out of service.

    Attributes:
        arm: The arm.
    """

    arm: Name


class Word(RequestedChange, frozen=True, kw_only=True):
    """What a person says about refreshes."""


class AnsweredDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided, as it is on record.

    Attributes:
        action: What was decided.
        who: The name of the token that asked for it.
        why: The reason.
        at: When, ISO 8601.
        detail: What it was about: generations, arms, the manifest's revision since.
    """

    action: Action
    who: str
    why: str
    at: str
    detail: Mapping[str, Any]
