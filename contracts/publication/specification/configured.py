"""What the code would publish, from a product's configuration: no data is read, nothing fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.config import instantiate
from contracts.contract.terms import Learning, Specification
from contracts.errors import ContractError
from contracts.moment import instant
from contracts.publication.specification.outputs import outputs
from contracts.publication.specification.tenable import require_tenable
from contracts.schema.pandera import columns_of

if TYPE_CHECKING:
    from contracts.config.product import Plan, Product


def configured(product: Product) -> Specification:
    """Return the specification that a product's configuration and schema state.

    Raises:
        ConfigError: The schema's function is not allowed or not there, or a time is none.
        ContractError: A metric or a clause is malformed, the schema holds what no contract may, or
            what is said could not be kept: see `contracts.publication.specification.tenable`.
    """
    promise = product.specification
    inputs = columns_of(instantiate(promise.schema))
    try:
        specification = Specification(
            product=product.name,
            version=product.contract,
            kind=promise.kind,
            labels=promise.labels,
            labels_open=promise.labels_open,
            input_columns=inputs,
            output_columns=outputs(promise.kind, promise.labels),
            golden_rows=promise.golden,
            metrics=promise.metrics,
            clauses=promise.clauses,
            learning=learning(product.learning, day_offset=product.day_offset),
        )
    except ValueError as error:
        raise ContractError(
            f"{product.name}: no contract can state what is configured: {error}",
            hint="change product.specification or product.learning; `--cfg job` shows them",
        ) from error
    require_tenable(specification)
    return specification


def learning(plan: Plan, *, day_offset: str) -> Learning:
    """Return how the recorded state is to be learned: without the values that a search chooses."""
    tuned = plan.space if plan.trials > 0 else {}
    return Learning(
        params={name: value for name, value in plan.params.items() if name not in tuned},
        tuned=tuple(tuned),
        seed=plan.seed,
        start=instant(plan.window.start),
        end=instant(plan.window.end),
        known_by=instant(plan.window.end),
        test_start=instant(plan.test.start),
        test_end=instant(plan.test.end),
        day_offset=day_offset,
    )
