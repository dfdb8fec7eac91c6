"""The task `list`: every published contract, and what production has yet to fulfil."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.clock import WallClock
from contracts.config import compose, settings
from contracts.equivalence import proof
from contracts.errors import ConfigError
from contracts.report.page import Note, Page, Section
from contracts.report.terminal import console, terminal
from contracts.report.write import write
from contracts.settings import Contracts
from contracts.show.listing import listed, products, table
from contracts.tasks.receipt import head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.config.entry import Request
    from contracts.equivalence.proof import Proof

NOTHING = "nothing is published under {root}: python -m research task=specify drafts a contract"


def list_all(request: Request) -> None:
    """Print every published contract, and write the list as a report."""
    config = settings(request.config, Contracts, added=request.added)
    root = Path(config.paths.published)
    found = listed(
        root,
        fulfilled=dict(_named(request, products(root))),
        proofs=_proofs(Path(str(config.task.options["proofs"]))),
        now=WallClock().now(),
    )
    waiting = sum(each.days is not None for each in found)
    note = Note(text=summary(waiting) if found else NOTHING.format(root=root))
    page = Page(
        title="Published contracts",
        head=head(request, config),
        sections=(Section(title="Versions", parts=(table(found), note)),),
    )
    written = write(page, {"versions": msgspec.to_builtins(found)}, Path(config.paths.output))
    screen = console()
    if found:
        screen.print(terminal(table(found)))
    screen.print(f"{note.text}\nreport: {written}", highlight=False, soft_wrap=True)


def summary(waiting: int) -> str:
    """Return how many contracts wait for production, in words."""
    if not waiting:
        return "every product names the newest version of its contract; task=verify asks for proof"
    return f"{waiting} published and not yet fulfilled: product.contract names what production does"


def _named(request: Request, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the version that each configured product names."""
    for name in names:
        try:
            composed = compose(request.entry, [f"product={name}"], config_dir=request.config_dir)
        except ConfigError:
            continue
        yield name, str(composed.product.contract)


def _proofs(folder: Path) -> Iterator[Proof]:
    for each in sorted(folder.glob("*")):
        found = proof.read(each) if each.is_dir() else None
        if found is not None:
            yield found
