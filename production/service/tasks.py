"""The tasks of live operation that a person runs: deploy, status, and changes of what serves."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.config import options
from contracts.config.settings import Closed
from contracts.errors import ConfigError
from contracts.lifecycle import components
from contracts.moment import instant, iso
from contracts.report.result import hand_over
from contracts.report.terminal import console, status_updater
from production.assembly.code import code_digest
from production.assembly.product import open_product
from production.assembly.proof import prove
from production.selectors.port import CHAMPION
from production.service.change_request import ChangeRequest
from production.service.deployment import bring_into_service
from production.service.folder import live_state, make_live_state
from production.service.open_control import open_control
from production.service.product_clock import product_clock
from production.service.status import read_status, status_lines
from production.service.taking import take_values
from production.settings import Production, check_lifecycle, declared_lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.config.entry import Request
    from production.registry.decisions import RecordedDecision
    from production.service.control import Control
    from production.service.deployment import Deployment


#: The triggers that hear what a person says about refreshes.
MANUAL, APPROVAL = "manual", "approval"
#: How the overrides begin that are of one task only.
DEPLOYING = ("task=", "task.")


class DeployOptions(Closed, frozen=True, kw_only=True):
    """What the first generation is trained on, and who brings the product into service."""

    known_by: str | None
    who: str | None
    why: str


class StatusOptions(Closed, frozen=True, kw_only=True):
    """The file that the console is written to."""

    html: str | None


class ChangeOptions(Closed, frozen=True, kw_only=True):
    """Who changes what serves, why, of which arm, and to which generation."""

    why: str
    who: str | None
    revision: int | None
    generation: str | None = None
    arm: str = CHAMPION


def deploy(request: Request) -> None:
    """Bring a product into service; where something serves already, nothing changes."""
    config, screen = request.settings(Production), console()
    chosen = options(config.task, DeployOptions)
    check_lifecycle(request, config)
    with screen.status("opening the product") as status:
        deployment = deploy_product(config, chosen, progress=status_updater(status))
    hand_over(deployment_data(deployment))
    screen.print(deployed_line(config, deployment), highlight=False, soft_wrap=True)
    screen.print(f"next: {serving_command(request)}", highlight=False, soft_wrap=True)


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
        change=_change(chosen, now),
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


def status(request: Request) -> None:
    """Print what serves, what was served, what came back, and what is due next."""
    config, screen = request.settings(Production), console()
    chosen, state = options(config.task, StatusOptions), live_state(config)
    clock = product_clock(config, state)
    current = read_status(config, state, now=clock.now())
    if chosen.html:
        from production.service.page.frozen import write_frozen  # noqa: PLC0415 - few want it

        write_frozen(config, state, Path(chosen.html), clock=clock)
    hand_over(current)
    for line in status_lines(current):
        screen.print(line, highlight=False, soft_wrap=True)
    if chosen.html:
        screen.print(f"report    {chosen.html}", highlight=False, soft_wrap=True)


def change(request: Request) -> None:
    """Change what serves, as the task's name says, and print what was decided."""
    config, screen = request.settings(Production), console()
    chosen = options(config.task, ChangeOptions)
    if not chosen.why.strip():
        raise ConfigError("task.options.why is empty", hint="say why: it is kept on record")
    _check_heard(config)
    state = live_state(config)
    who = _change(chosen, product_clock(config, state).now())
    with open_control(config, state) as control:
        decision = _decide(config.task.name, control, chosen, who)
    detail = ", ".join(f"{name} {value}" for name, value in decision.detail.items())
    hand_over(decision)
    text = f"{config.product.name}: {decision.action} by {decision.who}: {detail}"
    screen.print(text, highlight=False, soft_wrap=True)


def _check_heard(config: Production) -> None:
    """Refuse to record what the configured trigger would not hear.

    Raises:
        ConfigError: It listens to nobody.
    """
    hears = {"refresh": MANUAL, "approve": APPROVAL, "reject": APPROVAL}.get(config.task.name)
    if hears and hears not in {each["name"] for each in components(config.trigger)}:
        raise ConfigError(
            f"trigger={config.trigger['name']} does not hear task={config.task.name}",
            hint=f"trigger={hears}, or name the trigger that the agents run with",
        )


def _decide(
    action: str, control: Control, chosen: ChangeOptions, who: ChangeRequest
) -> RecordedDecision:
    name = chosen.generation
    decisions: dict[str, Any] = {
        "promote": lambda: control.promote(name or "", who, arm=chosen.arm),
        "rollback": lambda: control.rollback(who, name),
        "pin": lambda: control.pin(who, name),
        "unpin": lambda: control.unpin(who),
        "quarantine": lambda: control.quarantine(name or "", who),
        "select": lambda: control.select(who),
        "retire": lambda: control.retire(chosen.arm, who),
        "refresh": lambda: control.say("refresh", who),
        "approve": lambda: control.say("approve", who),
        "reject": lambda: control.say("reject", who),
    }
    decision: RecordedDecision = decisions[action]()
    return decision


def _change(chosen: DeployOptions | ChangeOptions, now: int) -> ChangeRequest:
    revision = chosen.revision if isinstance(chosen, ChangeOptions) else None
    return ChangeRequest(
        who=chosen.who or getpass.getuser(), why=chosen.why, at=now, revision=revision
    )
