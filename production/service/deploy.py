"""The task `deploy`: a product is brought into service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.config import options
from contracts.config.settings import Closed
from contracts.errors import ConfigError
from contracts.host.interpreter import runnable
from contracts.moment import instant, iso
from contracts.report.result import hand_over
from contracts.report.terminal import console, say, status_updater
from production.assembly.code import code_digest
from production.assembly.product import open_product
from production.assembly.proof import prove
from production.service.change_request import ChangeRequest
from production.service.deployment import bring_into_service
from production.service.folder import make_live_state
from production.service.product_clock import product_clock
from production.service.taking import take_values
from production.settings import Production, check_lifecycle, declared_lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.config.entry import Request
    from production.service.deployment import Deployment

#: How the overrides begin that are of one task only.
DEPLOYING = ("task=", "task.")


class DeployOptions(Closed, frozen=True, kw_only=True):
    """What the first generation is trained on, and who brings the product into service."""

    known_by: str | None
    who: str | None
    why: str


def deploy(request: Request) -> None:
    """Bring a product into service; where something serves already, nothing changes."""
    config, screen = request.settings(Production), console()
    chosen = options(config.task, DeployOptions)
    check_lifecycle(request, config)
    with screen.status("opening the product") as status:
        deployment = deploy_product(config, chosen, progress=status_updater(status))
    hand_over(deployment_data(deployment))
    say(screen, deployed_line(config, deployment))
    say(screen, f"next: {runnable(serving_command(request))}")


def deploy_product(
    config: Production, chosen: DeployOptions, *, progress: Callable[[str], None]
) -> Deployment:
    """Bring a product into service, and return what serves it.

    Args:
        config: The configuration.
        chosen: What the first generation is trained on, and who decides.
        progress: Called with what is done next.

    Raises:
        ConfigError: The moment that it is trained by lies in the future.
        LiaisonError: As `bring_into_service`.
    """
    product, state = open_product(config), make_live_state(config)
    now = product_clock(config, state).now()
    known_by = now if chosen.known_by is None else instant(chosen.known_by)
    if known_by > now:
        raise ConfigError(f"task.options.known_by={chosen.known_by} lies in the future")

    def prove_first() -> None:
        liaison = declared_lifecycle(config).liaison
        prove(config.product, product.contract, liaison=liaison, progress=progress)
        progress("training the first generation")

    deployment = bring_into_service(
        config,
        product,
        state,
        code=code_digest(),
        known_by=known_by,
        change=ChangeRequest.by(chosen.who, why=chosen.why, at=now),
        prove=prove_first,
    )
    # A history that is played goes faster than values are taken: it has them all from the start,
    # and each request is answered by what was known at its own time.
    played = state.clock.exists()
    take_values(config, state, now=now, until=instant(config.product.until) if played else now)
    return deployment


def deployment_data(deployment: Deployment) -> dict[str, Any]:
    """Return what serves a product, and the training that made it, as a document."""
    training = deployment.training
    return {
        "generation": deployment.manifest.champion.name,
        "manifest": deployment.revision,
        "since": iso(deployment.since),
        "changed": training is not None,
        "rows": training.rows if training else None,
        "seconds": training.seconds if training else None,
    }


def deployed_line(config: Production, deployment: Deployment) -> str:
    """Return what serves a product, and since when, in a line."""
    champion = deployment.manifest.champion
    serving = f"{config.product.name} {champion.name}, manifest {deployment.revision}"
    if deployment.training is None:
        return f"{serving}: in service since {iso(deployment.since)}, nothing was changed"
    rows, seconds = deployment.training.rows, deployment.training.seconds
    return f"{serving}: in service, trained on {rows:,} rows in {seconds:.1f} s"


def serving_command(request: Request) -> str:
    """Return the command that serves what a request deployed: the same words, another task."""
    words = [w for w in request.overrides if not w.lstrip("+~").startswith(DEPLOYING)]
    return request.command_for(request.entry, *words, "task=serve")
