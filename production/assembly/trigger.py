"""What decides when to train again, by configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.config import instantiate
from production.triggers.schedule import Schedule

if TYPE_CHECKING:
    from contracts.contract import Contract
    from production.settings import Production
    from production.triggers.port import Trigger


def configured_trigger(config: Production, contract: Contract) -> Trigger:
    """Return what decides when to train again: a person's releases, or the configured trigger."""
    every = config.model_updating.release_every
    if every is not None:
        return Schedule(every=every, called="release")
    trigger: Trigger = instantiate(config.trigger, "trigger", contract=contract)
    return trigger
