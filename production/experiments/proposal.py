"""The policies to compare: of the configured selector, and of the one that a product serves by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.config import instantiate
from contracts.errors import LiaisonError, StateError
from production.assembly.serving import stated_selector
from production.experiments.policy import policy
from production.selectors.champion import Champion

if TYPE_CHECKING:
    from production.experiments.policy import Policy
    from production.metrics import Runtime
    from production.selectors.port import Choice, Selector
    from production.serving.manifest import Manifest
    from production.settings import Production


def proposed_policy(config: Production, manifest: Manifest, runtime: Runtime) -> Policy:
    """Return the shares that the configured selector would begin with, were it published now.

    Raises:
        ConfigError: It is not declared, or does not take its options.
        StateError: It fails, or names an arm that the manifest does not have.
    """
    choice = replace(manifest.choice(), began=runtime.now)
    selector = instantiate(config.selector, "selector")
    # An experiment begins with nothing earned or served: only what is of its own time counts.
    anew = replace(runtime, arms={}, events={}, segments={})
    return _policy(str(config.selector["name"]), selector, choice, anew)


def current_policy(manifest: Manifest, runtime: Runtime) -> Policy:
    """Return the shares of the selector that a manifest states; of an old one the champion's.

    Raises:
        ConfigError: It is not declared, or does not take its options.
        StateError: It fails, or names an arm that the manifest does not have.
    """
    selector = stated_selector(manifest.component) if manifest.component else Champion()
    return _policy(manifest.selector, selector, manifest.choice(), runtime)


def _policy(name: str, selector: Selector, choice: Choice, runtime: Runtime) -> Policy:
    try:
        return policy(name, selector(choice, runtime), choice)
    except LiaisonError:
        raise
    except Exception as error:  # a user's selector may raise anything
        raise StateError(
            f"the selector {name} failed: {type(error).__name__}: {error}",
            hint="a server would let the champion stand in for it",
        ) from error
