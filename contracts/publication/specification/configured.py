"""What the code would publish, from a product's configuration: no data is read, nothing fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.config import instantiate
from contracts.contract.terms import ClauseTerm
from contracts.errors import ContractError
from contracts.moment import instant
from contracts.publication.specification.outputs import outputs
from contracts.publication.specification.specification import Intent, Promised, Specification
from contracts.publication.specification.tenable import just_kept, require_tenable
from contracts.schema.pandera import columns_of

if TYPE_CHECKING:
    from contracts.config.product import Learning, Product


def configured(product: Product) -> Specification:
    """Return the specification that a product's configuration and schema state.

    Raises:
        ConfigError: The schema's function is not allowed or not there, or a time is none.
        ContractError: A metric or a clause is malformed, the schema holds what no contract may, or
            what is said could not be kept: see `contracts.publication.specification.tenable`.
    """
    said = product.specification
    labels = tuple(said.labels)
    found = Specification(
        product=product.name,
        version=product.contract,
        kind=said.kind,
        labels=labels,
        labels_open=said.labels_open,
        inputs=columns_of(instantiate(said.schema)),
        outputs=outputs(said.kind, labels),
        metrics=_read("metrics", said.metrics, tuple[Promised, ...]),
        clauses=_read("clauses", said.clauses, tuple[ClauseTerm, ...]),
        learning=intent(product.learning, day_offset=product.day_offset),
        golden=said.golden,
    )
    if said.golden < 1:
        raise ContractError(
            f"product.specification.golden: expected 1 row or more, got {said.golden}",
            hint="an empty golden set would be kept by any model",
        )
    try:
        require_tenable(just_kept(found))
    except ValueError as error:
        raise ContractError(
            f"{product.name}: no contract can state what is configured: {error}",
            hint="mend product.specification or product.learning; `--cfg job` shows them",
        ) from error
    return found


def intent(learning: Learning, *, day_offset: str) -> Intent:
    """Return how a configuration means to learn: what no search varies, and the names it does."""
    tuned = learning.space if learning.trials > 0 else {}
    return Intent(
        params={name: value for name, value in learning.params.items() if name not in tuned},
        tuned=tuple(tuned),
        seed=learning.seed,
        start=instant(learning.window.start),
        end=instant(learning.window.end),
        known_by=instant(learning.window.end),
        test_start=instant(learning.test.start),
        test_end=instant(learning.test.end),
        day_offset=day_offset,
    )


def _read(where: str, plain: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        raise ContractError(f"product.specification.{where}: {error}") from error
