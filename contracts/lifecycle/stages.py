"""The stages of every lifecycle as one ordered table: each lifecycle is a selection of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.lifecycle.classification import classify
from contracts.lifecycle.stage import (
    BUNDLED_ENGINE,
    DATA_SCIENTIST,
    ENGINEER,
    EVALUATION_AGENT,
    GENERIC_ENGINE,
    INTEGRATION_AGENT,
    TRAINING_AGENT,
    Stage,
)

if TYPE_CHECKING:
    from contracts.lifecycle.lifecycle import Lifecycle

#: What no stage gives: it comes in from the world.
OUTSIDE = ("data", "requests", "outcomes")

JOINT_RESEARCH = (
    Stage(
        name="implement",
        side="research",
        actor=DATA_SCIENTIST,
        does="writes the solution and the source descriptor that fetches its data",
        takes=(),
        gives=("solution", "source descriptor"),
        when={"liaison": "joint", "data_access": "programmatic"},
    ),
    Stage(
        name="implement",
        side="research",
        actor=DATA_SCIENTIST,
        does="writes the solution around a dump of the data",
        takes=(),
        gives=("solution",),
        when={"liaison": "joint", "data_access": "ad_hoc_dump"},
    ),
    Stage(
        name="explore",
        side="research",
        actor=DATA_SCIENTIST,
        does="looks at the data: distributions, gaps, drift",
        takes=("data", "source descriptor"),
        gives=("findings",),
        when={"liaison": "joint"},
    ),
    Stage(
        name="experiment",
        side="research",
        actor=DATA_SCIENTIST,
        does="tunes and evaluates the solution; what convinces is released",
        takes=("solution", "findings", "data", "serving evaluation"),
        gives=("release",),
        when={"liaison": "joint", "model_sourcing": "unattended"},
    ),
    Stage(
        name="learn",
        side="research",
        actor=DATA_SCIENTIST,
        does="tunes, trains and evaluates in a session, tied to a commit",
        takes=("solution", "findings", "data", "serving evaluation"),
        gives=("trained model",),
        when={"liaison": "joint", "model_sourcing": "interactive"},
    ),
    Stage(
        name="finalize",
        side="research",
        actor=DATA_SCIENTIST,
        does="adds metadata and a tag to that very model",
        takes=("trained model",),
        gives=("release",),
        when={"liaison": "joint", "model_sourcing": "interactive"},
    ),
)

DUAL_RESEARCH = (
    Stage(
        name="explore",
        side="research",
        actor=DATA_SCIENTIST,
        does="looks at the data: distributions, gaps, drift",
        takes=("data",),
        gives=("findings",),
        when={"liaison": "dual"},
    ),
    Stage(
        name="implement",
        side="research",
        actor=DATA_SCIENTIST,
        does="writes the solution that proves the product can be made",
        takes=("findings",),
        gives=("solution",),
        when={"liaison": "dual"},
    ),
    Stage(
        name="experiment",
        side="research",
        actor=DATA_SCIENTIST,
        does="tunes and evaluates the solution",
        takes=("solution", "data"),
        gives=("evaluated solution",),
        when={"liaison": "dual"},
    ),
    Stage(
        name="publish the contract",
        side="research",
        actor=DATA_SCIENTIST,
        does="hands over schemas, metrics, clauses and golden set, immutable from now on",
        takes=("evaluated solution",),
        gives=("contract",),
        when={"liaison": "dual"},
    ),
)

DEVELOPMENT = (
    Stage(
        name="implement",
        side="development",
        actor=ENGINEER,
        does="writes production's own code to fulfil the contract",
        takes=("contract",),
        gives=("implementation",),
        when={"liaison": "dual"},
    ),
    Stage(
        name="learn",
        side="development",
        actor=ENGINEER,
        does="trains in a session the very model that ships",
        takes=("implementation", "data"),
        gives=("trained model",),
        when={"liaison": "dual", "model_sourcing": "interactive"},
    ),
    Stage(
        name="prove equivalence",
        side="development",
        actor=ENGINEER,
        does="runs the contract's clauses: implementation against solution",
        takes=("contract", "solution", "implementation", "trained model"),
        gives=("verdict",),
        when={"liaison": "dual"},
    ),
    Stage(
        name="release",
        side="development",
        actor=ENGINEER,
        does="tags the code that was proven, immutable from now on",
        takes=("implementation", "verdict", "trained model", "serving evaluation"),
        gives=("release",),
        when={"liaison": "dual"},
    ),
)

INTEGRATION = (
    Stage(
        name="integrate",
        side="production",
        actor=INTEGRATION_AGENT,
        does="on release, trains the model and bundles it with its assets and engine",
        takes=("release", "data"),
        gives=("bundle",),
        when={
            "model_sourcing": "unattended",
            "model_updating": "release_enforced",
            "deployment": "wrapped",
        },
    ),
    Stage(
        name="integrate",
        side="production",
        actor=INTEGRATION_AGENT,
        does="on release, trains the release's one model into the registry",
        takes=("release", "data"),
        gives=("registered release",),
        when={
            "model_sourcing": "unattended",
            "model_updating": "release_enforced",
            "deployment": "dynamic",
        },
    ),
    Stage(
        name="integrate",
        side="production",
        actor=INTEGRATION_AGENT,
        does="on release, builds one bare artifact, common to all generations",
        takes=("release",),
        gives=("artifact",),
        when={"model_updating": "autonomous"},
    ),
    Stage(
        name="integrate by hand",
        side="production",
        actor=ENGINEER,
        does="bundles the model with its assets and engine, tests input and output",
        takes=("release",),
        gives=("bundle",),
        when={"model_sourcing": "interactive", "deployment": "wrapped"},
    ),
    Stage(
        name="integrate by hand",
        side="production",
        actor=ENGINEER,
        does="puts the model into the registry, tests input and output",
        takes=("release",),
        gives=("registered release",),
        when={"model_sourcing": "interactive", "deployment": "dynamic"},
    ),
)

OPERATION = (
    Stage(
        name="deploy",
        side="production",
        actor=ENGINEER,
        does="installs the bundle",
        takes=("bundle",),
        gives=("installed bundle",),
        when={"model_sourcing": "interactive", "deployment": "wrapped"},
    ),
    Stage(
        name="deploy",
        side="production",
        actor=ENGINEER,
        does="publishes a manifest: the candidates and their selector",
        takes=("artifact", "registered release"),
        gives=("manifest",),
        when={"deployment": "dynamic"},
    ),
    Stage(
        name="train",
        side="production",
        actor=TRAINING_AGENT,
        does="when the trigger fires, trains and tunes a generation into the registry",
        takes=("artifact", "data", "runtime metrics"),
        gives=("generation",),
        when={"model_updating": "autonomous"},
    ),
    Stage(
        name="serve",
        side="production",
        actor=BUNDLED_ENGINE,
        does="answers requests with the one model it holds",
        takes=("installed bundle", "requests"),
        gives=("served predictions",),
        when={"model_sourcing": "interactive", "deployment": "wrapped"},
    ),
    Stage(
        name="serve",
        side="production",
        actor=BUNDLED_ENGINE,
        does="answers requests with the one model it holds",
        takes=("bundle", "requests"),
        gives=("served predictions",),
        when={"model_sourcing": "unattended", "deployment": "wrapped"},
    ),
    Stage(
        name="serve",
        side="production",
        actor=GENERIC_ENGINE,
        does="loads from the registry, dispatches each request through the selector",
        takes=("manifest", "generation", "requests", "runtime metrics"),
        gives=("served predictions",),
        when={"deployment": "dynamic"},
    ),
)

EVALUATION = (
    Stage(
        name="evaluate",
        side="production",
        actor=EVALUATION_AGENT,
        does="by schedule or volume, scores what was served against outcomes",
        takes=("served predictions", "outcomes"),
        gives=("serving evaluation",),
        when={
            "data_access": "programmatic",
            "model_updating": "release_enforced",
            "deployment": "wrapped",
        },
    ),
    Stage(
        name="evaluate",
        side="production",
        actor=EVALUATION_AGENT,
        does="by schedule or volume, scores what was served, for people and for the selector",
        takes=("served predictions", "outcomes"),
        gives=("serving evaluation", "runtime metrics"),
        when={
            "data_access": "programmatic",
            "model_updating": "release_enforced",
            "deployment": "dynamic",
        },
    ),
    Stage(
        name="evaluate",
        side="production",
        actor=EVALUATION_AGENT,
        does="by schedule or volume, scores any product's served predictions by its contract",
        takes=("served predictions", "outcomes"),
        gives=("runtime metrics",),
        when={"data_access": "programmatic", "model_updating": "autonomous"},
    ),
)

STAGES = JOINT_RESEARCH + DUAL_RESEARCH + DEVELOPMENT + INTEGRATION + OPERATION + EVALUATION


def stages(lifecycle: Lifecycle) -> tuple[Stage, ...]:
    """Return a lifecycle's stages in order; a refused combination has none."""
    if classify(lifecycle).verdict == "refused":
        return ()
    rows = tuple(stage for stage in STAGES if stage.belongs(lifecycle))
    there = {*OUTSIDE}.union(*(row.gives for row in rows))
    return tuple(replace(row, takes=tuple(t for t in row.takes if t in there)) for row in rows)
