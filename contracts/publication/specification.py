"""What the code would publish, from a product's configuration: no data is read, nothing fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.config import instantiate
from contracts.contract.terms import Learning, Specification
from contracts.equivalence.registry import build_clause
from contracts.errors import ContractError
from contracts.report.table import score_text
from contracts.schema.check import Check
from contracts.schema.columns import Column, Columns
from contracts.schema.pandera import columns_of
from contracts.schema.record import unnamed
from contracts.score.metric.registry import metric

if TYPE_CHECKING:
    from contracts.config.product import Plan, Product
    from contracts.contract.terms import Terms
    from contracts.kind import Kind, Label


def specification_of(product: Product) -> Specification:
    """Return the specification that a product's configuration and schema state, checked.

    Raises:
        ConfigError: The schema's function is not allowed or does not exist, a time is malformed, or
            a metric is unknown.
        ContractError: The schema holds what no contract may, labels or windows do not fit, a clause
            or metric is one that `check_terms` refuses, or a column one that `check_inputs` does.
    """
    promise = product.specification
    inputs = columns_of(instantiate(promise.schema, "product.specification.schema"))
    try:
        specification = Specification(
            product=product.name,
            version=product.contract,
            kind=promise.kind,
            labels=promise.labels,
            labels_open=promise.labels_open,
            metrics=promise.metrics,
            clauses=promise.clauses,
            learning=learning_of(product.learning, day_offset=product.day_offset),
            input_columns=inputs,
            output_columns=output_columns(promise.kind, promise.labels),
            golden_rows=promise.golden,
        )
    except ValueError as error:
        raise ContractError(
            f"{product.name}: no contract can state what is configured: {error}",
            hint="change product.specification or product.learning; `--cfg job` shows them",
        ) from error
    check_terms(specification)
    check_inputs(inputs)
    return specification


def learning_of(plan: Plan, *, day_offset: str) -> Learning:
    """Return how the recorded state is to be learned: without the values that a search chooses."""
    tuned = plan.space if plan.trials > 0 else {}
    return Learning(
        params={name: value for name, value in plan.params.items() if name not in tuned},
        tuned=tuple(tuned),
        seed=plan.seed,
        start=plan.start,
        end=plan.end,
        known_by=plan.end,
        test_start=plan.test_start,
        test_end=plan.test_end,
        day_offset=day_offset,
    )


def output_columns(kind: Kind, labels: tuple[Label, ...]) -> Columns:
    """Return the schema of predictions: of the positive label, of each label, or of a number."""
    if kind == "regression":
        return Columns([_finite("value", "predicted value")])
    named = labels[1:] if kind == "binary" else labels
    bounds = Check(name="ge", args={"min_value": 0}), Check(name="le", args={"max_value": 1})
    return Columns(_finite(str(each), f"probability of {each}", *bounds) for each in named)


def check_terms(terms: Terms) -> None:
    """Check that a contract's terms can be met, and that research's own figures meet them.

    Used on a draft before it is written, and on a configuration before anything is fitted.

    Raises:
        ConfigError: A metric is unknown, or serves another kind.
        ContractError: A clause is unknown or refuses its tolerance, a metric's direction differs
            from the metric's own, or an observed figure misses its threshold.
    """
    for term in terms.metrics:
        better = metric(term.name, kind=terms.kind).direction
        if better != term.direction:
            raise ContractError(
                f"{term.name}: the contract says {term.direction} is better, the metric {better}"
            )
    for clause in terms.clauses:
        build_clause(clause)
    missed = [
        f"{term.name}: observed {score_text(term.observed.value)}, threshold {term.threshold:g} "
        f"({term.direction} is better)"
        for term in terms.metrics
        if term.observed is not None and not term.meets(term.observed.value)
    ]
    if missed:
        raise ContractError(
            f"{terms.product} {terms.version}: research misses its own thresholds",
            hint="learn better, or promise less",
            details=missed,
        )


def check_inputs(columns: Columns) -> None:
    """Check that a model can read each input column as ``record.<column>``.

    Raises:
        ContractError: Python cannot give the names of some.
    """
    if misnamed := unnamed(columns):
        raise ContractError(
            f"the input columns {misnamed} have names that no model could read as record.<column>",
            hint="use letters, digits and _, no digit or __ first, no keyword such as class, no "
            "character that Python reads as another: the micro sign µ, the ligature ﬁ",
        )


def _finite(name: str, description: str, *checks: Check) -> Column:
    checks = (Check(name="finite"), *checks)
    return Column(name=name, kind="float", checks=checks, description=description)
