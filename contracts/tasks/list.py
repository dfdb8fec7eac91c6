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
from contracts.fulfilment.promised import proof_shortfall
from contracts.host.clock import WallClock
from contracts.report.page import Note, Page, Section
from contracts.report.terminal import print_and_write
from contracts.show.listing import listed, table
from contracts.tasks.report import head
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from contracts.config.entry import Request
    from contracts.contract import Contract
    from contracts.show.listing import Listed


class ListOptions(Closed, frozen=True, kw_only=True):
    """Where the records of proofs are."""

    proofs: str


def list_all(request: Request) -> None:
    """Print every published contract, and write the list as a report."""
    config = request.settings(Contracts)
    root = Path(config.paths.published)
    configs = dict(_product_configs(request, products(root), liaison=config.liaison_name))
    rows = listed(
        root,
        named={name: each.product.contract for name, each in configs.items()},
        proven=_last_proven(configs, Path(options(config.task, ListOptions).proofs)),
        now=WallClock().now(),
    )
    text = (
        summary(rows)
        if rows
        else f"nothing is published under {root}: python -m research task=specify drafts a contract"
    )
    page = Page(
        title="Published contracts",
        head=head(request, config),
        sections=(Section(title="Versions", parts=(table(rows), Note(text=text))),),
    )
    tables = (table(rows),) if rows else ()
    data = {"versions": msgspec.to_builtins(rows)}
    print_and_write(page, data, Path(config.paths.output), *tables, text)


def summary(rows: Iterable[Listed]) -> str:
    """Return what production has yet to fulfil or to prove, in words."""
    states = Counter(each.state for each in rows)
    waiting, unproven = states["not yet fulfilled"], states["named, not proven"]
    texts = []
    if waiting:
        texts.append(f"{waiting} published and not yet fulfilled: product.contract names another")
    if unproven:
        texts.append(f"{unproven} named by its product and not proven here: task=prove proves it")
    return "; ".join(texts) or "every product fulfils the newest version of its contract"


def _product_configs(
    request: Request, names: Iterable[str], *, liaison: str
) -> Iterator[tuple[str, Contracts]]:
    """Yield the name and the configuration of each product that the trees configure."""
    for name in names:
        words = [f"product={name}", *([f"liaison={liaison}"] if liaison else [])]
        try:
            composed = compose(request.entry, words, config_dir=request.config_dir)
        except ConfigError:
            continue
        yield name, settings(composed, Contracts)


def _last_proven(configs: Mapping[str, Contracts], folder: Path) -> Callable[[Contract], str]:
    """Return a function that returns when a contract was last proven by what is configured."""
    folders = (each for each in sorted(folder.glob("*")) if each.is_dir())
    records = [record for each in folders if (record := proof.read(each))]

    def last_proven(contract: Contract) -> str:
        config = configs.get(contract.product)
        if config is None:
            return ""
        try:
            sides = choose_sides(config.product, liaison=config.liaison_name)
        except ConfigError:  # it has no implementation to prove
            return ""
        proofs = (each for each in records if not proof_shortfall(each, contract, sides))
        return max((each.at for each in proofs), default="")

    return last_proven
