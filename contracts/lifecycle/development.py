"""The stages of development's side, which only a dual liaison has, in order."""

from contracts.lifecycle.stage import (
    ENGINEER,
    Stage,
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
