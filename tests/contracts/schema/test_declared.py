from __future__ import annotations

import pytest

from contracts.errors import ConfigError, ContractError
from contracts.schema.declared import inputs
from contracts.schema.pandera import columns_of


def test_columns() -> None:
    """A declared list is the schema it says, with the checks that it gives."""
    plan, months, spent = columns_of(
        inputs(
            [
                {"name": "plan", "from": "Plan (1)", "kind": "str", "values": ["a", "b"]},
                {"name": "months", "kind": "int", "least": 0, "most": 600},
                {"name": "spent", "kind": "float", "nullable": True, "description": "in €"},
            ]
        )
    )
    assert (plan.kind, plan.values) == ("category", ("a", "b"))
    assert [check.name for check in months.checks] == ["ge", "le"]
    assert (spent.nullable, spent.description) == (True, "in €")
    assert [check.name for check in spent.checks] == ["finite"]


def test_refusals() -> None:
    """An unknown key and an unknown kind are refused with what there is."""
    with pytest.raises(ConfigError, match="unknown field `lest`"):
        inputs([{"name": "months", "kind": "int", "lest": 0}])
    with pytest.raises(ConfigError, match="Invalid enum value 'whole'"):
        inputs([{"name": "months", "kind": "whole"}])
    with pytest.raises(ContractError, match="distinct names"):
        inputs([{"name": "a", "kind": "int"}, {"name": "a", "kind": "int"}])
