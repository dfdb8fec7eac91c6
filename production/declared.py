"""The lifecycle a configuration declares, and what of it a person set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import LifecycleError
from contracts.lifecycle import ATTRIBUTES, Lifecycle, check_combination, check_parts, declare
from production.settings import Production

if TYPE_CHECKING:
    from contracts.config.entry import Request


def read(request: Request) -> Production:
    """Return a request's configuration, typed.

    Raises:
        ConfigError: A key that production does not have, or a value of the wrong type.
    """
    return request.settings(Production)


def lifecycle(config: Production) -> Lifecycle:
    """Return the lifecycle that the five attribute groups declare."""
    return declare({name: getattr(config, name).name for name in ATTRIBUTES})


def fixed(request: Request) -> frozenset[str]:
    """Return the names of the attributes that were set one by one."""
    return request.overridden & frozenset(ATTRIBUTES)


def selector(config: Production) -> str:
    """Return the name of the selector's option."""
    return str(config.selector["name"])


def trigger(config: Production) -> str:
    """Return the name of the trigger's option."""
    return str(config.trigger["name"])


def workable(request: Request, config: Production) -> tuple[Lifecycle, tuple[str, ...]]:
    """Return the lifecycle and its warnings.

    Raises:
        LifecycleError: The combination, or a part of it, cannot work.
    """
    declared = lifecycle(config)
    check_combination(declared, fixed(request))
    return declared, parts(declared, config)


def parts(declared: Lifecycle, config: Production) -> tuple[str, ...]:
    """Return what the parts of a lifecycle are warned of.

    Raises:
        LifecycleError: The lifecycle cannot hold one of them.
    """
    _check_evaluation(config)
    return check_parts(declared, selector=selector(config), trigger=trigger(config))


def _check_evaluation(config: Production) -> None:
    evaluation = str(config.evaluation.get("name"))
    if config.data_access.name == "ad_hoc_dump" and evaluation != "never":
        raise LifecycleError(
            f"evaluation={evaluation} cannot work with data_access=ad_hoc_dump: a dump gives no "
            "increments, so no outcome of a served event ever comes back",
            hint="evaluation=never, or data_access=programmatic",
        )
