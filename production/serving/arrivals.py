"""Which generations are new in their arms, by a product's manifests: any process sees the same."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from production.generation.description import Candidate
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from production.registry.manifests import Inventoried


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A generation that is new in an arm.

    Attributes:
        arm: The arm.
        candidate: The generation.
        reference: The generation that served the arm before; the champion if the arm is new.
        is_new_arm: Whether the arm began with it.
        at: When it came, microseconds.
    """

    arm: str
    candidate: Candidate
    reference: Candidate
    is_new_arm: bool
    at: int


def arrivals(manifests: Sequence[Inventoried]) -> Iterator[Arrival]:
    """Yield the newest manifest's generations that never served their arm before they came.

    One that came back, by whomever, is not new; nor is the first one of a product, which nothing
    served before.

    Args:
        manifests: All manifests of a product, oldest first.
    """
    lines = [(each.created_at, read(each.document)) for each in manifests]
    newest = lines[-1][1]
    for arm, candidate in newest.arms.items():
        began = [
            (at, manifest.arms.get(arm))
            for (_, manifest), (at, following) in pairwise(lines)
            if following.arms.get(arm) == candidate != manifest.arms.get(arm)
        ]
        if len(began) != 1 or lines[0][1].arms.get(arm) == candidate:
            continue
        ((at, before),) = began
        reference = before or newest.champion
        if reference != candidate:
            yield Arrival(
                arm=arm,
                candidate=candidate,
                reference=reference,
                is_new_arm=before is None,
                at=at,
            )
