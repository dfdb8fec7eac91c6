"""The clauses of a contract as pytest items: how they are collected, run and shown."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.config import compose, instantiate, settings
from contracts.config.product import Product
from contracts.contract import Contract
from contracts.contract.digest import TERMS
from contracts.contract.signature import load_trusted
from contracts.equivalence.configured import ChosenSides, choose_sides, open_sides
from contracts.equivalence.proof import judge
from contracts.equivalence.registry import Item, items
from contracts.equivalence.report.evidence import evidence_lines
from contracts.errors import ConfigError, LeakError, LiaisonError, did_you_mean
from contracts.report.write import plain_number

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from contracts.equivalence.clause import Verdict
    from contracts.equivalence.sides import Sides

#: What a CI server shows of each item, as JUnit's properties.
PROPERTIES = ("clause", "part", "pair", "status", "message", "observed", "limit")
#: The key under which pytest-xdist hands its workers the names given on the command line.
NAMES = "contract_names"


class ContractRun(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for.

    Attributes:
        product: The product's configuration.
        contract: The version to be fulfilled.
        sides: The candidate and the reference.
    """

    product: Product
    contract: Contract
    sides: ChosenSides


RUN = pytest.StashKey[ContractRun]()
SIDES = pytest.StashKey["Sides"]()


class UnprovenError(Exception):
    """A clause is not equivalent."""


class ContractNode(pytest.Collector):
    """One version of a product's contract, and the sides that its clauses share."""

    sides: Sides

    def collect(self) -> Iterator[ClauseItem]:
        """Yield an item for each clause and part, in the contract's order."""
        for item in items(self.sides.contract):
            yield ClauseItem.from_parent(self, name=item.name, item=item, sides=self.sides)


class ClauseItem(pytest.Item):
    """One clause, or one part of a clause with parts."""

    def __init__(self, *, item: Item, sides: Sides, **given: Any) -> None:
        super().__init__(**given)
        self._item = item
        self._sides = sides
        self.verdict: Verdict | None = None

    def runtest(self) -> None:
        """Judge the clause: fail if the verdict does, skip if it was not run."""
        self.verdict = verdict = judge(self._item, self._sides)
        values = {name: getattr(verdict, name) for name in PROPERTIES}
        self.user_properties += [each for each in values.items() if each[1] not in {"", None}]
        if verdict.status == "not_run":
            pytest.skip(verdict.message)
        if verdict.failed:
            raise UnprovenError(verdict.message)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the verdict and its evidence; a traceback only for an unexpected error."""
        if isinstance(excinfo.value, UnprovenError) and self.verdict:
            return FailedVerdict(self.verdict, nodeid=self.nodeid)
        if isinstance(excinfo.value, LiaisonError):
            return f"{type(excinfo.value).__name__}: {excinfo.value}"
        return super().repr_failure(excinfo, style=style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return the contract's folder and the item's name."""
        return self._sides.contract.folder, None, self.name


class FailedVerdict:
    """A failed verdict as pytest shows it: the message first, then the evidence.

    JUnit's message and the short summary take ``reprcrash``, the terminal calls `toterminal`.
    """

    def __init__(self, verdict: Verdict, *, nodeid: str) -> None:
        self._message = f"{verdict.status}: {verdict.message}"
        self._evidence = verdict.evidence
        self.reprcrash = SimpleNamespace(path=nodeid, lineno=0, message=self._message)

    def toterminal(self, tw: Any) -> None:
        """Write the message in red, the evidence plain."""
        tw.line(self._message, red=True, bold=True)
        for line in evidence_lines(self._evidence, width=tw.fullwidth):
            tw.line(line)

    def __str__(self) -> str:
        return "\n".join((self._message, *evidence_lines(self._evidence)))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Read what the command line asks for, before anything is started for it."""
    config = session.config
    try:
        config.stash[RUN] = run = _contract_run(config)
        _check_names(config, run.contract)
        if _is_controller(config):
            _open(config)  # a refusal in a worker of pytest-xdist would not be shown
    except LiaisonError as error:
        raise pytest.UsageError(f"{type(error).__name__}: {error}") from error


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> bool | None:
    """Collect the contract's clauses, and nothing else."""
    config = session.config
    if _is_controller(config):
        return None
    contract = config.stash[RUN].contract
    name = _node_name(contract)
    try:
        config.stash[SIDES] = sides = _open(config)
        node = ContractNode.from_parent(session, name=name, nodeid=name)
        node.sides = sides
        collected = [*session.genitems(node)]
    except LiaisonError as error:
        raise pytest.UsageError(f"{type(error).__name__}: {error}") from error
    session.items = _chosen(config, collected)
    config.hook.pytest_collection_modifyitems(session=session, config=config, items=session.items)
    config.hook.pytest_collection_finish(session=session)
    session.testscollected = len(session.items)
    return True


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand a worker of pytest-xdist the names given on the command line."""
    node.workerinput[NAMES] = _names(node.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, Any]:
    """Put the verdict on the report as text: under pytest-xdist it goes to another process."""
    report = yield
    if call.when == "call" and isinstance(item, ClauseItem) and item.verdict is not None:
        encoded = msgspec.json.encode(item.verdict, enc_hook=plain_number)
        report.verdict = encoded.decode()
        if report.skipped:  # because of the contract, not of a line of this file
            terms = str(item.reportinfo()[0] / TERMS)
            report.longrepr = (terms, 1, f"Skipped: {item.verdict.message}")
    return report


def _contract_run(config: pytest.Config) -> ContractRun:
    name, *others = dict.fromkeys(config.getoption("contract"))
    if others or not name:
        raise ConfigError(
            f"--contract: expected one product, got {', '.join((name, *others)) or 'none'}",
            hint="prove each in a run of its own",
        )
    tree = config.getoption("contract_config_dir")
    if tree and not Path(tree).is_dir():
        raise ConfigError(f"--contract-config-dir: no folder {tree!r}")
    composed = compose(
        "contracts",
        [f"product={name}", *config.getoption("contract_override")],
        config_dir=Path(tree) if tree else None,
    )
    product = settings(composed.product, Product)
    version = config.getoption("contract_version") or product.contract
    root, signing = Path(composed.paths.published), instantiate(composed.signing, "signing")
    return ContractRun(
        product=product,
        contract=load_trusted(root, product.name, version, signing),
        sides=choose_sides(
            product,
            liaison=composed.get("liaison", {}).get("name", ""),
            candidate=config.getoption("candidate") or "",
            reference=config.getoption("reference") or "",
        ),
    )


def _is_controller(config: pytest.Config) -> bool:
    """Return whether this is pytest-xdist's controller, which collects nothing: workers do."""
    return config.pluginmanager.hasplugin("dsession")


def _open(config: pytest.Config) -> Sides:
    """Return the sides, with the rows to fit on, which every item needs.

    Raises:
        ConfigError: A side cannot be made.
        DataError: The source has nothing to fit on.
    """
    run = config.stash[RUN]
    sides = open_sides(run.product, run.contract, chosen=run.sides)
    config.add_cleanup(sides.close)
    if not config.getoption("collectonly"):
        with suppress(LeakError):  # the source's fault, not the request's: the items report it
            _ = sides.rows
    return sides


def _check_names(config: pytest.Config, contract: Contract) -> None:
    """Refuse names of the command line that no item has, before any worker is started for them.

    Raises:
        ConfigError: There are some.
    """
    ids = [f"{_node_name(contract)}::{item.name}" for item in items(contract)]
    unknown = [name for name in _names(config) if not any(_matches(name, each) for each in ids)]
    if unknown:
        clauses = dict.fromkeys(each.partition("[")[0] for each in ids)
        raise ConfigError(
            f"{', '.join(unknown)}: no clause of the contract"
            f"{did_you_mean(unknown[0], [*clauses, *ids])}; there are {', '.join(clauses)}"
        )


def _chosen(config: pytest.Config, collected: list[pytest.Item]) -> list[pytest.Item]:
    """Return the items that the command line names, a clause by all its parts; by default all."""
    names = _names(config)
    if not names:
        return collected
    chosen = (item for name in names for item in collected if _matches(name, item.nodeid))
    return [*dict.fromkeys(chosen)]


def _node_name(contract: Contract) -> str:
    return f"{contract.product}-{contract.version}"


def _matches(name: str, nodeid: str) -> bool:
    """Return whether a name is an item's own, its clause's, or its contract's."""
    return name == nodeid or nodeid.startswith((f"{name}[", f"{name}::"))


def _names(config: pytest.Config) -> list[str]:
    """Return the names given on the command line of this process, or of its controller."""
    given = getattr(config, "workerinput", {}).get(NAMES)
    if given is not None:
        return list(given)
    return config.args if config.args_source is pytest.Config.ArgsSource.ARGS else []
