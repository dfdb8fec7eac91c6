"""The task `list`: every published contract, and what production has yet to fulfil."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.config import compose, options, settings
from contracts.config.settings import Closed
from contracts.contract import products
from contracts.equivalence import proof
from contracts.equivalence.configured import choose_sides
from contracts.errors import ConfigError
from contracts.fulfilment.promised import unproven
from contracts.host.clock import WallClock
from contracts.report.page import Note, Page, Section
from contracts.report.terminal import console, rich_table
from contracts.report.write import write_report
from contracts.show.listing import listed, table
from contracts.tasks.receipt import head
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from contracts.config.entry import Request
    from contracts.contract import Contract
    from contracts.show.listing import Listed

NOTHING = "nothing is published under {root}: python -m research task=specify drafts a contract"


class Options(Closed, frozen=True, kw_only=True):
    """Where the records of proofs lie."""

    proofs: str


def list_all(request: Request) -> None:
    """Print every published contract, and write the list as a report."""
    config = request.settings(Contracts)
    root = Path(config.paths.published)
    configured = dict(_configured(request, products(root), liaison=config.liaison.name))
    found = listed(
        root,
        named={name: each.product.contract for name, each in configured.items()},
        proven=_proven(configured, Path(options(config.task, Options).proofs)),
        now=WallClock().now(),
    )
    note = Note(text=summary(found) if found else NOTHING.format(root=root))
    page = Page(
        title="Published contracts",
        head=head(request, config),
        sections=(Section(title="Versions", parts=(table(found), note)),),
    )
    written = write_report(
        page, {"versions": msgspec.to_builtins(found)}, Path(config.paths.output)
    )
    screen = console()
    if found:
        screen.print(rich_table(table(found)))
    screen.print(f"{note.text}\nreport: {written}", highlight=False, soft_wrap=True)


def summary(found: Iterable[Listed]) -> str:
    """Return what production has yet to fulfil or to prove, in words."""
    states = Counter(each.state for each in found)
    waiting, open_ = states["not yet fulfilled"], states["named, not proven"]
    said = []
    if waiting:
        said.append(f"{waiting} published and not yet fulfilled: product.contract names another")
    if open_:
        said.append(f"{open_} named by its product and not proven here: task=prove proves it")
    return "; ".join(said) or "every product fulfils the newest version of its contract"


def _configured(
    request: Request, names: Iterable[str], *, liaison: str
) -> Iterator[tuple[str, Contracts]]:
    """Yield each product that a configuration knows."""
    for name in names:
        words = [f"product={name}", f"liaison={liaison}"]
        try:
            composed = compose(request.entry, words, config_dir=request.config_dir)
        except ConfigError:
            continue
        yield name, settings(composed, Contracts)


def _proven(configured: Mapping[str, Contracts], folder: Path) -> Callable[[Contract], str]:
    """Return what tells when a contract was proven by what is configured; empty if it was not."""
    folders = (each for each in sorted(folder.glob("*")) if each.is_dir())
    records = [found for each in folders if (found := proof.read(each))]

    def at(contract: Contract) -> str:
        config = configured.get(contract.product)
        if config is None:
            return ""
        try:
            who = choose_sides(config.product, liaison=config.liaison.name)
        except ConfigError:  # it has no implementation to prove
            return ""
        return max((each.at for each in records if not unproven(each, contract, who)), default="")

    return at
