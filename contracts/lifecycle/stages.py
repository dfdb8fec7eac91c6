"""The stages of every lifecycle as one ordered table: each lifecycle is a selection of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.lifecycle.classification import classify
from contracts.lifecycle.development import DEVELOPMENT
from contracts.lifecycle.production import EVALUATION, INTEGRATION, OPERATION
from contracts.lifecycle.research import DUAL_RESEARCH, JOINT_RESEARCH

if TYPE_CHECKING:
    from contracts.lifecycle.lifecycle import Lifecycle
    from contracts.lifecycle.stage import Stage

#: What no stage gives: it comes in from the world.
OUTSIDE = ("data", "requests", "outcomes")

STAGES = JOINT_RESEARCH + DUAL_RESEARCH + DEVELOPMENT + INTEGRATION + OPERATION + EVALUATION


def stages(lifecycle: Lifecycle) -> tuple[Stage, ...]:
    """Return a lifecycle's stages in order; a refused combination has none."""
    if classify(lifecycle).verdict == "refused":
        return ()
    rows = tuple(stage for stage in STAGES if stage.belongs(lifecycle))
    there = {*OUTSIDE}.union(*(row.gives for row in rows))
    return tuple(replace(row, takes=tuple(t for t in row.takes if t in there)) for row in rows)
