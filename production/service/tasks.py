"""The tasks by which a person looks at what serves, and changes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.config import options
from contracts.config.settings import Closed
from contracts.errors import ConfigError
from contracts.lifecycle import components
from contracts.report.result import hand_over
from contracts.report.terminal import console, say
from production.selectors.port import CHAMPION
from production.service.change_request import ChangeRequest
from production.service.folder import live_state
from production.service.open_control import open_control
from production.service.product_clock import product_clock
from production.service.status import read_status, status_lines
from production.settings import Production

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from production.registry.decisions import RecordedDecision
    from production.service.control import Control


#: The triggers that hear what a person says about refreshes.
MANUAL, APPROVAL = "manual", "approval"


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
        say(screen, line)
    if chosen.html:
        say(screen, f"report    {chosen.html}")


def change(request: Request) -> None:
    """Change what serves, as the task's name says, and print what was decided."""
    config, screen = request.settings(Production), console()
    chosen = options(config.task, ChangeOptions)
    if not chosen.why.strip():
        raise ConfigError("task.options.why is empty", hint="say why: it is kept on record")
    _check_heard(config)
    state = live_state(config)
    now = product_clock(config, state).now()
    who = ChangeRequest.by(chosen.who, why=chosen.why, at=now, revision=chosen.revision)
    with open_control(config, state) as control:
        decision = _decide(config.task.name, control, chosen, who)
    detail = ", ".join(f"{name} {value}" for name, value in decision.detail.items())
    hand_over(decision)
    text = f"{config.product.name}: {decision.action} by {decision.who}: {detail}"
    say(screen, text)


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
