"""The clauses of a contract as pytest items: collected, run, told."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.config import compose, instantiate, settings
from contracts.config.product import Product
from contracts.contract import Contract
from contracts.contract.digest import TERMS
from contracts.contract.signature import trusted
from contracts.equivalence.configured import configured
from contracts.equivalence.item import Item, items
from contracts.equivalence.parties import Parties, parties
from contracts.equivalence.prove import judge
from contracts.equivalence.report import evidence
from contracts.errors import ConfigError, LeakError, LiaisonError, did_you_mean
from contracts.report.write import plain_number

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from contracts.equivalence.sides import Sides
    from contracts.equivalence.verdict import Verdict

#: What a CI server shows of each item, as JUnit's properties.
SHOWN = ("clause", "part", "pair", "status", "message", "observed", "limit")
#: Set by pytest-xdist on its workers' configuration: which items the controller was asked for.
CHOSEN = "contract_chosen"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for.

    Attributes:
        product: The product's configuration.
        contract: The version to be fulfilled.
        parties: Who is held to it, and against whom.
    """

    product: Product
    contract: Contract
    parties: Parties


ASKED = pytest.StashKey[Asked]()
SIDES = pytest.StashKey["Sides"]()


class UnprovenError(Exception):
    """A clause did not hold; carries its verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.message)
        self.verdict = verdict


class ContractNode(pytest.Collector):
    """One version of a product's contract, and the sides its clauses share."""

    sides: Sides

    def collect(self) -> Iterator[ClauseItem]:
        """Yield an item for each clause and part, in the contract's order."""
        for item in items(self.sides.contract):
            yield ClauseItem.from_parent(self, name=item.name, item=item, sides=self.sides)


class ClauseItem(pytest.Item):
    """One clause, or a part of one."""

    def __init__(self, *, item: Item, sides: Sides, **given: Any) -> None:
        super().__init__(**given)
        self._item = item
        self._sides = sides
        self.verdict: Verdict | None = None

    def runtest(self) -> None:
        """Judge the clause: pass when it holds, skip when it lacks its other side."""
        self.verdict = verdict = judge(self._item, self._sides)
        values = {name: getattr(verdict, name) for name in SHOWN}
        self.user_properties += [
            (name, value) for name, value in values.items() if value not in {"", None}
        ]
        if verdict.status == "not_run":
            pytest.skip(verdict.message)
        if verdict.failed:
            raise UnprovenError(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the verdict and its evidence; a traceback only for what nobody meant."""
        if isinstance(excinfo.value, UnprovenError):
            return Told(excinfo.value.verdict, place=self.nodeid)
        if isinstance(excinfo.value, LiaisonError):
            return f"{type(excinfo.value).__name__}: {excinfo.value}"
        return super().repr_failure(excinfo, style=style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return the contract's folder and the item's name."""
        return self._sides.contract.folder, None, self.name


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Settle what is asked for, before anything is started for it."""
    config = session.config
    try:
        config.stash[ASKED] = _asked(config)
        if _elsewhere(config):
            _sides(config)  # what a worker of pytest-xdist refuses is told nobody
    except LiaisonError as error:
        raise pytest.UsageError(f"{type(error).__name__}: {error}") from error


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> bool | None:
    """Collect the contract's clauses, and nothing else."""
    config = session.config
    if _elsewhere(config):
        return None
    asked = config.stash[ASKED]
    name = f"{asked.contract.product}-{asked.contract.version}"
    try:
        config.stash[SIDES] = sides = _sides(config)
        node = ContractNode.from_parent(session, name=name, nodeid=name)
        node.sides = sides
        found = [*session.genitems(node)]
    except LiaisonError as error:
        raise pytest.UsageError(f"{type(error).__name__}: {error}") from error
    session.items = _chosen(config, found)
    config.hook.pytest_collection_modifyitems(session=session, config=config, items=session.items)
    config.hook.pytest_collection_finish(session=session)
    session.testscollected = len(session.items)
    return True


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist which items its controller was asked for."""
    node.workerinput[CHOSEN] = _named(node.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, Any]:
    """Put the verdict on the report, as text: it comes from another process under pytest-xdist."""
    report = yield
    if call.when == "call" and isinstance(item, ClauseItem) and item.verdict is not None:
        encoded = msgspec.json.encode(item.verdict, enc_hook=plain_number)
        report.verdict = encoded.decode()
        if report.skipped:  # said of the contract, not of the line here that says it
            told = str(item.reportinfo()[0] / TERMS)
            report.longrepr = (told, 1, f"Skipped: {item.verdict.message}")
    return report


class Told:
    """A failed verdict as pytest shows it: what is wrong first, then the evidence.

    JUnit's message and the short summary take ``reprcrash``, the terminal calls `toterminal`.
    """

    def __init__(self, verdict: Verdict, *, place: str) -> None:
        self._head = f"{verdict.status}: {verdict.message}"
        self._evidence = verdict.evidence
        self.reprcrash = Crash(path=place, message=self._head)

    def toterminal(self, tw: Any) -> None:
        """Write the finding in red, the evidence plain."""
        tw.line(self._head, red=True, bold=True)
        for line in evidence.lines(self._evidence, width=tw.fullwidth):
            tw.line(line)

    def __str__(self) -> str:
        return "\n".join((self._head, *evidence.lines(self._evidence)))


class Crash(msgspec.Struct, frozen=True, kw_only=True):
    """Where something failed, and in which words."""

    path: str
    message: str
    lineno: int = 0


def _asked(config: pytest.Config) -> Asked:
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
    root, signing = Path(composed.paths.published), instantiate(composed.signing)
    return Asked(
        product=product,
        contract=trusted(root, product.name, version, signing),
        parties=parties(
            product,
            liaison=composed.liaison.name,
            candidate=config.getoption("candidate") or "",
            reference=config.getoption("reference") or "",
        ),
    )


def _elsewhere(config: pytest.Config) -> bool:
    """Return whether this is pytest-xdist's controller, which collects nothing: workers do."""
    return config.pluginmanager.hasplugin("dsession")


def _sides(config: pytest.Config) -> Sides:
    """Return the sides with what every item needs: without rows to fit on, nothing can be run.

    Raises:
        ConfigError: A side cannot be made.
        DataError: The source hands over nothing to fit on.
    """
    asked = config.stash[ASKED]
    sides = configured(asked.product, asked.contract, chosen=asked.parties)
    config.add_cleanup(sides.close)
    if not config.getoption("collectonly"):
        with suppress(LeakError):  # the source's fault, not the request's: the items tell it
            _ = sides.rows
    return sides


def _chosen(config: pytest.Config, items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the items the command line names, a clause by all its parts; all if it names none."""
    asked = _named(config)
    if not asked:
        return items
    named = {name: [item for item in items if _names(name, item)] for name in asked}
    if unknown := [name for name, found in named.items() if not found]:
        clauses = dict.fromkeys(item.nodeid.partition("[")[0] for item in items)
        guess = did_you_mean(unknown[0], [*clauses, *(item.nodeid for item in items)])
        said = f"{', '.join(unknown)}: no clause of the contract{guess}"
        raise pytest.UsageError(f"{said}; there are {', '.join(clauses)}")
    return [*dict.fromkeys(item for found in named.values() for item in found)]


def _names(name: str, item: pytest.Item) -> bool:
    """Return whether a name is an item's own, its clause's, or its contract's."""
    return name == item.nodeid or item.nodeid.startswith((f"{name}[", f"{name}::"))


def _named(config: pytest.Config) -> list[str]:
    """Return the names that the command line gives, this process's or its controller's."""
    given = getattr(config, "workerinput", {}).get(CHOSEN)
    if given is not None:
        return list(given)
    return config.args if config.args_source is pytest.Config.ArgsSource.ARGS else []
