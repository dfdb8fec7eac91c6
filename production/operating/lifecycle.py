"""Which agents a lifecycle has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.config.components import installed
from contracts.config.instantiate import TARGET
from production.settings import NoParity

if TYPE_CHECKING:
    from production.settings import AgentName, Production


def allowed_agents(config: Production) -> dict[AgentName, str | None]:
    """Return the agents in their order, each with why the lifecycle excludes it, None if it acts.

    Args:
        config: The configuration, whose lifecycle is one that can work.
    """
    training, integration = _no_training(config), _no_integration(config)
    trains = training is None or integration is None
    return {
        "outcomes": None,
        "evaluation": _no_evaluation(config),
        "training": training,
        "integration": integration,
        "promotion": None if trains else "nothing is trained that could be promoted",
        "parity": _no_parity(config),
    }


def _no_evaluation(config: Production) -> str | None:
    if config.data_access.name == "ad_hoc_dump":
        return "data_access=ad_hoc_dump gives no increments, so no outcome ever comes back"
    if "every" not in config.evaluation:
        return f"evaluation={config.evaluation['name']}"
    return None


def _no_training(config: Production) -> str | None:
    if config.model_updating.name == "autonomous":
        return None
    return "model_updating=release_enforced has no generations: a model is a release"


def _no_integration(config: Production) -> str | None:
    if config.model_updating.name == "autonomous":
        return "model_updating=autonomous: the training agent trains generations"
    if config.model_sourcing.name == "interactive":
        return "model_sourcing=interactive: a person trains, and deploys by task=deploy"
    if config.model_updating.release_every is None:
        return "no release recurs: model_updating.release_every is null"
    return None


def _no_parity(config: Production) -> str | None:
    if config.liaison.name != "dual":
        return f"liaison={config.liaison.name}: one implementation has no other to be held against"
    if isinstance(config.parity, NoParity):
        return "parity=none"
    if config.data_access.name == "ad_hoc_dump":
        return "data_access=ad_hoc_dump: the reference cannot fetch the rows of a training"
    if config.serving.features == "none" or config.serving.redact:
        return "serving.features=none, or serving.redact: the log lacks inputs to predict from"
    if not installed(str(config.product.solution.learner[TARGET])):
        return "research is not installed: there is no reference"
    return None
