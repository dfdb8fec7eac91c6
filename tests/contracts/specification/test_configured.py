from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.config import settings
from contracts.config.compose import compose
from contracts.errors import ConfigError, ContractError
from contracts.moment import instant
from contracts.settings import Contracts
from contracts.specification.configured import configured

if TYPE_CHECKING:
    from contracts.specification.specification import Specification


def specified(*overrides: str) -> Specification:
    """Return what the reference product's code would publish, with overrides."""
    config: Any = settings(compose("contracts", [*overrides]), Contracts)
    return configured(config.product)


def test_a_configuration_says_all_that_is_decided() -> None:
    """Schemas, metrics, clauses, windows and sizes come from configuration and code alone."""
    found = specified("product.contract=3.2.1", "product.specification.golden=7")
    assert (found.version, found.golden, found.kind) == ("3.2.1", 7, "binary")
    assert [column.name for column in found.outputs] == ["late"]
    assert found.inputs[0].name == "carrier"
    assert found.learning.known_by == found.learning.end == instant("2013-02-15T05:00:00Z")


def test_what_a_search_varies_is_not_decided() -> None:
    """A searched parameter has a name and no value; without trials the start is the value."""
    searched, fixed = (specified(f"product.learning.trials={n}").learning for n in (3, 0))
    assert set(searched.tuned) == {"max_leaf_nodes", "min_samples_leaf", "l2_regularization"}
    assert set(searched.params) == {"max_iter", "learning_rate", "max_features"}
    assert fixed.tuned == ()
    assert fixed.params["max_leaf_nodes"] == 31


def test_a_malformed_metric_or_clause_is_named() -> None:
    """The refusal says where it stands in the configuration."""
    with pytest.raises(ContractError, match=r"product\.specification\.metrics: .*direction"):
        specified("product.specification.metrics.0.direction=down")
    with pytest.raises(ContractError, match=r"product\.specification\.clauses: .*pair"):
        specified("product.specification.clauses.0.pair=none")


def test_a_schema_from_outside_is_refused() -> None:
    """Configuration may name a schema of registered packages only."""
    with pytest.raises(ConfigError, match="may only name"):
        specified("product.specification.schema._target_=os.getcwd")
