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
from contracts.errors import ContractError
from contracts.publication.publish import publish as make_public
from contracts.report.page import Head, versions
from contracts.report.terminal import console, terminal
from contracts.report.write import encoded, write
from contracts.settings import Contracts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.config.entry import Request
    from contracts.contract import Contract

LIBRARIES = ("liaison-lifecycle", "scikit-learn", "onnxruntime", "pandera", "numpy")


def ingest(request: Request) -> None:
    """Build a product's events from its raw data."""
    config = settings(request.config, Contracts, added=request.added)
    screen = console()
    with screen.status(f"ingesting {config.product.name}"):
        done = instantiate(config.product.ingest)
    for name, value in _flat(msgspec.to_builtins(done)):
        screen.print(f"{name:28} {value}", highlight=False)


def publish(request: Request) -> None:
    """Publish research's draft of a contract."""
    config = settings(request.config, Contracts, added=request.added)
    made = make_public(_draft(config), Path(config.paths.published), repo=Path.cwd())
    console().print(
        f"{made.product} {made.version} is published in {made.folder}\ndigest {made.digest}",
        highlight=False,
    )


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
    head = Head(
        product=product.name,
        task="prove",
        command=request.command,
        versions=versions(LIBRARIES),
    )
    written = write(page(contract, verdicts, head), data(contract, verdicts), output)
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
