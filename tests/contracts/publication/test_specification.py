from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from contracts.config import settings
from contracts.config.compose import compose
from contracts.errors import ConfigError, ContractError
from contracts.moment import instant
from contracts.publication.specification import output_columns, specification_of
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from contracts.contract.terms import Specification


def specified(*overrides: str) -> Specification:
    """Return what the reference product's code would publish, with overrides."""
    config: Any = settings(compose("contracts", [*overrides]), Contracts)
    return specification_of(config.product)


def test_a_specification_comes_from_configuration() -> None:
    """Schemas, metrics, clauses, windows and sizes need no data."""
    specification = specified("product.contract=3.2.1", "product.specification.golden=7")
    assert (specification.version, specification.golden_rows, specification.kind) == (
        "3.2.1",
        7,
        "binary",
    )
    assert specification.outputs == ("late",)
    assert specification.inputs[0] == "carrier"
    learning = specification.learning
    assert learning.known_by == learning.end == instant("2013-02-15T05:00:00Z")


def test_a_searched_parameter_has_no_value() -> None:
    """It has a name only; without trials the starting value is the value."""
    searched, fixed = (specified(f"product.learning.trials={n}").learning for n in (3, 0))
    assert set(searched.tuned) == {"max_leaf_nodes", "min_samples_leaf", "l2_regularization"}
    assert set(searched.params) == {"max_iter", "learning_rate", "max_features"}
    assert fixed.tuned == ()
    assert fixed.params["max_leaf_nodes"] == 31


def test_a_malformed_metric_or_clause_is_named() -> None:
    """The error names the dotted key, and the near match of an unknown one."""
    with pytest.raises(ConfigError, match=r"product\.specification\.metrics\.0\.direction: .*down"):
        specified("product.specification.metrics.0.direction=down")
    with pytest.raises(ConfigError, match=r"product\.specification\.clauses\.0\.pair: .*none"):
        specified("product.specification.clauses.0.pair=none")
    with pytest.raises(ConfigError, match=r"metrics\.0\.treshold: .*did you mean 'threshold'"):
        specified("+product.specification.metrics.0.treshold=1")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["SPEC.clauses.0.name=schma"], "did you mean 'schema'"),
        (["+SPEC.clauses.4.tolerance.largst=1"], "clause pointwise: tolerance: .*largst"),
        (["SPEC.metrics.0.name=log_los"], "did you mean 'log_loss'"),
        (["SPEC.metrics.1.direction=lower"], "says lower is better, the metric higher"),
        (
            ["SPEC.metrics.1.name=log_loss", "SPEC.metrics.1.direction=lower"],
            "metrics: expected each once",
        ),
        (
            ["SPEC.metrics.0.threshold=nan"],
            "log_loss: threshold: expected a finite number, got nan",
        ),
        (["SPEC.metrics.0.skill=inf"], "log_loss: skill: expected a finite number, got inf"),
        (["SPEC.golden=0"], "specification.golden: Expected `int` >= 1: 0"),
        (
            ["+SPEC.metrics.0.observed={value: 0.5, low: 0.4, high: 0.6}"],
            "`observed` is measured by research",
        ),
        (["SPEC.labels=[a,b,c]"], "labels: binary has two"),
        (["SPEC.labels=[1.5,a]"], r"labels\.0: Expected `bool . int . str`, got `float`: 1\.5$"),
        (["SPEC.labels=[a,a]"], "labels: expected each once"),
        (
            ["SPEC.kind=multiclass", "SPEC.labels=[1,'1']", "SPEC.metrics=[]", "SPEC.clauses=[]"],
            "distinct names",
        ),
    ],
)
def test_an_impossible_specification_is_refused_before_learning(
    overrides: list[str], message: str
) -> None:
    """A misspelt name, an infinite figure or labels of another kind need no fit to find."""
    with pytest.raises((ContractError, ConfigError)) as raised:
        specified(*(each.replace("SPEC", "product.specification") for each in overrides))
    assert re.search(message, str(raised.value))


def test_windows_that_would_leak_are_refused_before_learning() -> None:
    """The error names the dotted key."""
    with pytest.raises(ConfigError, match=r"product\.learning: expected window\.start <"):
        specified("product.learning.test.start=2014-01-01T00:00:00Z")
    with pytest.raises(ConfigError, match=r"product\.learning\.test: .*ISO 8601 .*'soon'"):
        specified("product.learning.test.start=soon")


def test_a_schema_from_outside_is_refused() -> None:
    """Configuration may name only functions that are declared as schemas."""
    with pytest.raises(ConfigError, match="not declared for the port 'schema'"):
        specified("product.specification.schema._target_=os.getcwd")


@pytest.mark.parametrize(
    ("kind", "labels", "names"),
    [
        ("binary", ("no", "yes"), ["yes"]),
        ("multiclass", ("a", "b", "c"), ["a", "b", "c"]),
        ("regression", (), ["value"]),
    ],
)
def test_output_follows_from_the_kind(kind: Any, labels: Any, names: list[str]) -> None:
    """One probability, one for each label, or one number; each finite."""
    columns = output_columns(kind, labels)
    assert [column.name for column in columns] == names
    assert all("finite" in {check.name for check in column.checks} for column in columns)
