"""The stages of research's side, in order, each with the options under which it exists."""

from contracts.lifecycle.stage import (
    DATA_SCIENTIST,
    Stage,
)

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
