"""The two sides of a proof, made from a product's configuration; research may be absent."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from contracts.config.instantiate import instantiate, locate
from contracts.equivalence.case import Case
from contracts.errors import ConfigError, MissingExtraError

if TYPE_CHECKING:
    from contracts.config.product import Product
    from contracts.contract import Contract
    from contracts.equivalence.case import Progress
    from contracts.ports import Learner


def configured(product: Product, contract: Contract, *, progress: Progress | None = None) -> Case:
    """Return the case of a product's implementation against its solution.

    Where research's packages are not installed the case has no reference, and says why.

    Args:
        product: The product's configuration.
        contract: The version to be fulfilled.
        progress: Told of each step before it begins.

    Raises:
        ConfigError: A side's name leads nowhere.
    """
    implementation = product.implementation
    if implementation is None:
        raise ConfigError(
            f"product {product.name} has no implementation to prove",
            hint="add product.implementation, or run a joint lifecycle: lifecycle=adaptive",
        )
    reference, absent = _reference(product)
    return Case(
        contract,
        instantiate(product.source),
        candidate=instantiate(implementation.learner),
        reference=reference,
        served=locate(implementation.model),
        progress=progress,
        absent=absent,
    )


def _reference(product: Product) -> tuple[Learner | None, str]:
    try:
        return instantiate(product.solution.learner), ""
    except (ModuleNotFoundError, ConfigError, MissingExtraError) as error:
        missing = _not_installed(error)
        if missing is None:
            raise
        return None, f"research is not installed: {missing}"


def _not_installed(error: Exception) -> str | None:
    """Return what is not installed; None for an error that is a mistake of someone's."""
    if isinstance(error, MissingExtraError):
        return error.message
    cause = error if isinstance(error, ModuleNotFoundError) else error.__cause__
    name = cause.name if isinstance(cause, ModuleNotFoundError) else None
    if name is None or find_spec(name.partition(".")[0]) is not None:
        return None
    return f"no module {name!r}"
