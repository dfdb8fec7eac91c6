"""The clauses of a contract as pytest items: collected, run, reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.config import compose, settings
from contracts.config.product import Product
from contracts.contract import published
from contracts.equivalence.clauses import build
from contracts.equivalence.prove import judge
from contracts.equivalence.sides import configured
from contracts.errors import ConfigError, LiaisonError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.equivalence.case import Case
    from contracts.equivalence.clause import Clause
    from contracts.equivalence.verdict import Verdict

COLOURS = {"equivalent": "green", "different": "red", "inconclusive": "red", "not_run": "yellow"}
SHOWN = ("clause", "pair", "outcome", "message")


class UnprovenError(Exception):
    """A clause did not hold; carries its verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.message)
        self.verdict = verdict


class ContractNode(pytest.Collector):
    """One version of a product's contract, and the case its clauses share."""

    case: Case

    def collect(self) -> Iterator[ClauseItem]:
        """Yield an item for each clause, in the contract's order."""
        for term in self.case.contract.clauses:
            yield ClauseItem.from_parent(self, name=term.name, clause=build(term), case=self.case)


class ClauseItem(pytest.Item):
    """One clause on one case."""

    def __init__(self, *, clause: Clause, case: Case, **given: Any) -> None:
        super().__init__(**given)
        self._clause = clause
        self._case = case

    def runtest(self) -> None:
        """Judge the clause: pass when it holds, skip when it lacks its other side."""
        verdict = judge(self._clause, self._case)
        self.user_properties += [(name, getattr(verdict, name)) for name in SHOWN]
        if verdict.outcome == "not_run":
            pytest.skip(verdict.message)
        if verdict.failed:
            raise UnprovenError(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the verdict and its evidence; a traceback only for what nobody meant."""
        if isinstance(excinfo.value, UnprovenError):
            verdict = excinfo.value.verdict
            evidence = json.dumps(verdict.evidence, indent=2, default=str, ensure_ascii=False)
            return f"{verdict.outcome}: {verdict.message}\n{evidence}"
        if isinstance(excinfo.value, LiaisonError):
            return f"{type(excinfo.value).__name__}: {excinfo.value}"
        return super().repr_failure(excinfo, style=style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return the contract's folder and the item's name."""
        return self._case.contract.folder, None, self.name


def pytest_collection(session: pytest.Session) -> bool:
    """Collect the contract's clauses, and nothing else."""
    config = session.config
    try:
        case = _case(config)
        config.add_cleanup(case.close)
        name = f"{case.contract.product}-{case.contract.version}"
        node = ContractNode.from_parent(session, name=name, nodeid=name)
        node.case = case
        items = [*session.genitems(node)]
    except LiaisonError as error:
        raise pytest.UsageError(f"{type(error).__name__}: {error}") from error
    session.items = _chosen(config, items)
    config.hook.pytest_collection_modifyitems(session=session, config=config, items=session.items)
    config.hook.pytest_collection_finish(session=session)
    session.testscollected = len(session.items)
    return True


def pytest_report_header(config: pytest.Config) -> str:
    """Say that the testpaths are left alone."""
    return f"contract: {config.getoption('contract')} (its clauses alone are collected)"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write a table of the verdicts."""
    reports = [each for of in terminalreporter.stats.values() for each in of]
    run = [each for each in reports if isinstance(each, pytest.TestReport) and each.when == "call"]
    rows = {
        report.nodeid: {name: str(value) for name, value in report.user_properties}
        for report in sorted(run, key=lambda each: each.start)
        if report.user_properties
    }
    if not rows:
        return
    terminalreporter.section("contract")
    width = max(len(name) for name in rows)
    for name, row in rows.items():
        terminalreporter.write(f"{name:<{width}}  {row['pair']:<10}  ")
        terminalreporter.write(f"{row['outcome']:<12}", **{COLOURS[row["outcome"]]: True})
        terminalreporter.write(f"  {row['message']}\n")


def _case(config: pytest.Config) -> Case:
    tree = config.getoption("contract_config_dir")
    if tree and not Path(tree).is_dir():
        raise ConfigError(f"--contract-config-dir: no folder {tree!r}")
    composed = compose(
        "contracts",
        [f"product={config.getoption('contract')}", *config.getoption("contract_override")],
        config_dir=Path(tree) if tree else None,
    )
    product = settings(composed.product, Product)
    version = config.getoption("contract_version") or product.contract
    contract = published(Path(composed.paths.published), product.name, version)
    return configured(product, contract)


def _chosen(config: pytest.Config, items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the items the command line names, all where it names none."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return items
    names = {item.nodeid: item for item in items}
    unknown = [name for name in config.args if name not in names]
    if unknown:
        raise pytest.UsageError(
            f"{', '.join(unknown)}: no clause of the contract; there are {', '.join(names)}"
        )
    return [names[name] for name in dict.fromkeys(config.args)]
