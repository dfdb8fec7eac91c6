"""What is on record of one product, its manifests read and its generations by name."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from production.agents.records import candidate_of
from production.registry.recorded import Recorded
from production.serving.manifest import Manifest, read

if TYPE_CHECKING:
    from production.registry.generations import Generation


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of the manifest, and when it was published."""

    revision: int
    at: int
    manifest: Manifest


class Record(Recorded):
    """What is on record of one product, as questions are asked about it."""

    @cached_property
    def manifests(self) -> tuple[Published, ...]:
        """Every revision of the manifest, oldest first."""
        return tuple(
            Published(revision=each.revision, at=each.created_at, manifest=read(each.document))
            for each in self.inventory
        )

    @cached_property
    def generations(self) -> dict[str, Generation]:
        """Every generation by its name, in the order they were registered."""
        return {candidate_of(each).name: each for each in self.registered}
