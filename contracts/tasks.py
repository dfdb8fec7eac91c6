"""The tasks of `python -m contracts`: compose what they need, call it, say what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.config import instantiate, settings
from contracts.contract import load, published
from contracts.durable import place
from contracts.equivalence.clauses import build
from contracts.equivalence.page import data, page, table
from contracts.equivalence.prove import judge
from contracts.equivalence.sides import configured
from contracts.errors import ConfigError, ContractError
from contracts.publication.publish import publish as make_public
from contracts.report.page import Head, Page, Section, versions
from contracts.report.table import Heading, Table
from contracts.report.terminal import console, terminal
from contracts.report.write import encoded, write
from contracts.settings import Contracts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.config.entry import Request
    from contracts.contract import Contract

LIBRARIES = ("liaison-lifecycle", "scikit-learn", "onnxruntime", "pandera", "numpy")


def ingest(request: Request) -> None:
    """Build a product's events from its raw data.

    Raises:
        ConfigError: The product has nothing to ingest.
    """
    config = settings(request.config, Contracts, added=request.added)
    if config.product.ingest is None:
        raise ConfigError(
            f"{config.product.name} has nothing to ingest: its source answers as it is",
            hint=f"python -m research task=explore product={config.product.name}",
        )
    with console().status(f"ingesting {config.product.name}"):
        done = instantiate(config.product.ingest)
    _report(request, config, f"The events of {config.product.name}", msgspec.to_builtins(done))


def publish(request: Request) -> None:
    """Publish research's draft of a contract."""
    config = settings(request.config, Contracts, added=request.added)
    made = make_public(_draft(config), Path(config.paths.published), repo=Path.cwd())
    receipt = {"version": made.version, "folder": str(made.folder), "digest": made.digest}
    _report(request, config, f"The contract of {made.product}, published", receipt)


def prove(request: Request) -> None:
    """Hold production's implementation to a contract and write a report.

    Raises:
        ContractError: A clause is not kept.
    """
    config = settings(request.config, Contracts, added=request.added)
    contract, product = _contract(config), config.product
    screen, output = console(), Path(config.paths.output)
    with (
        screen.status("equivalence") as status,
        configured(product, contract, progress=status.update) as case,
    ):
        verdicts = [judge(build(term), case) for term in contract.clauses]
    shown = page(contract, verdicts, _head(request, config))
    written = write(shown, data(contract, verdicts), output)
    # Apart from the evidence, so that a pipeline goes on from the verdict and nothing else.
    place(output / "verdicts.json", encoded({v.clause: v.outcome for v in verdicts}))
    screen.print(terminal(table(verdicts)), f"report: {written}")
    broken = [f"{v.clause}: {v.message}" for v in verdicts if v.failed]
    if broken:
        raise ContractError(
            f"{product.name} {contract.version}: the implementation is not equivalent",
            hint=f"{written} shows the evidence",
            details=broken,
        )


def _report(request: Request, config: Contracts, title: str, receipt: dict[str, Any]) -> None:
    """Print what was made, and write it down as a report."""
    made = Table(headings=(Heading(name=""), Heading(name="")), rows=tuple(_flat(receipt)))
    shown = Page(
        title=title,
        head=_head(request, config),
        sections=(Section(title="What was made", parts=(made,)),),
    )
    written = write(shown, receipt, Path(config.paths.output))
    screen = console()
    for name, value in made.rows:
        screen.print(f"{name:28} {value}", highlight=False, soft_wrap=True)
    screen.print(f"report: {written}", highlight=False, soft_wrap=True)


def _head(request: Request, config: Contracts) -> Head:
    return Head(
        product=config.product.name,
        task=config.task.name,
        command=request.command,
        versions=versions(LIBRARIES),
    )


def _flat(plain: Any) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a receipt, those inside it too."""
    for name, value in plain.items():
        if isinstance(value, dict):
            yield from _flat(value)
        else:
            yield name, f"{value:,}" if isinstance(value, int) else str(value)


def _draft(config: Contracts) -> Path:
    return Path(str(config.task.options["draft_folder"]))


def _contract(config: Contracts) -> Contract:
    if config.task.options["draft"]:
        return load(_draft(config))
    product = config.product
    return published(Path(config.paths.published), product.name, product.contract)
