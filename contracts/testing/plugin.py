"""A thin adapter: `pytest --contract <product>` runs the equivalence clauses, one item each.

Every pytest session where this package is installed loads this module, so it imports nothing: what
collects and reports is loaded only when the option is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ABOUT = """\
prove an implementation against its contract: its clauses alone are collected,
one item each. Exit codes: 0 all that was run holds, 1 something is different or
undecided, 4 what was asked for cannot be run, 5 nothing was proven. Options that
name a folder are written --option=DIR: pytest takes one that stands alone for
where its rootdir is"""
#: These need --contract: without it, the repository's own tests would run.
CHOICES = ("--contract-version", "--candidate", "--reference")
OPTIONS = {
    "--contract-version=VERSION": """\
the version to prove; the one the product's configuration names unless given""",
    "--candidate=SIDE": """\
what to prove: implementation, solution (research's own as it is served, the joint liaison), or the
dotted name of a learner's class; the liaison's unless given""",
    "--reference=SIDE": """\
what to compare with: solution (unless given), implementation, a learner's dotted name, or none for
what is proven without one""",
    "--contract-report=DIR": """\
where to write report.html and report.json: outputs/contract/PRODUCT unless given; none writes
none""",
    "--contract-config-dir=DIR": """\
a configuration tree of your own, with product/PRODUCT.yaml in it""",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a contract run."""
    group = parser.getgroup("contract", ABOUT)
    group.addoption(
        "--contract",
        metavar="PRODUCT",
        action="append",
        help="run the clauses of this product's contract, alone; one product a run",
    )
    for option, text in OPTIONS.items():
        name, _, metavar = option.partition("=")
        group.addoption(name, metavar=metavar, help=text)
    group.addoption(
        "--contract-override",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="override a configuration value; may be given again",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Load what collects and reports clauses, when a contract is asked for."""
    if config.getoption("contract") is not None:
        config.pluginmanager.import_plugin("contracts.testing.items")
        config.pluginmanager.import_plugin("contracts.testing.report")
        return
    if given := [name for name in CHOICES if config.getoption(name)]:
        import pytest  # noqa: PLC0415 - loaded already, by who calls this

        raise pytest.UsageError(f"{given[0]} has no effect without --contract=PRODUCT")
