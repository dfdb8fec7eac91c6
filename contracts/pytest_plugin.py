"""A thin adapter: `pytest --contract <product>` runs the equivalence clauses, one item each.

Every pytest session where this package is installed loads this module, so it imports nothing: what
collects and reports is loaded only when the option is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a contract run."""
    group = parser.getgroup("contract", "prove an implementation against its contract")
    group.addoption(
        "--contract", metavar="PRODUCT", help="run the clauses of this product's contract, alone"
    )
    group.addoption(
        "--contract-version",
        metavar="VERSION",
        help="the version to prove; the one the product's configuration names unless given",
    )
    group.addoption(
        "--contract-config-dir",
        metavar="DIR",
        help="a configuration tree of your own, with product/PRODUCT.yaml in it",
    )
    group.addoption(
        "--contract-override",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="override a configuration value; may be given again",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Load what collects and reports clauses, when a contract is asked for."""
    if config.getoption("contract"):
        config.pluginmanager.import_plugin("contracts.pytest_items")
