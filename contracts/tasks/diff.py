"""The task `diff`: what changed between two versions of a contract, and whom it breaks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.config import options
from contracts.config.product import VersionText
from contracts.config.settings import Closed
from contracts.contract import latest, load, versions
from contracts.errors import ContractError, did_you_mean
from contracts.publication.change.compare import changes
from contracts.publication.change.report import data, page, summary, table
from contracts.publication.specification import specification_of
from contracts.report.terminal import console, rich_table
from contracts.report.write import write_report
from contracts.tasks.chosen import DRAFT, chosen
from contracts.tasks.receipt import head
from contracts.tasks.settings import Contracts
from contracts.version import FORM

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.contract.terms import Specification

CODE = "code"


class Options(Closed, frozen=True, kw_only=True):
    """The two versions, and where research's draft lies."""

    old: VersionText | None
    new: VersionText
    draft_folder: str


def diff(request: Request) -> None:
    """Show what changed between two versions of a product's contract, and write it down.

    Raises:
        ContractError: One of the two is none, or of another product.
    """
    config = request.settings(Contracts)
    asked = options(config.task, Options)
    first, second = asked.old or _before(config), asked.new
    old, new = (version(config, name, asked.draft_folder) for name in (first, second))
    found = changes(old, new)
    said = {"old": (first, old.version), "new": (second, new.version)}
    shown = page(found, **said, head=head(request, config))
    written = write_report(shown, data(found, **said), Path(config.paths.output))
    screen = console()
    if found:
        screen.print(rich_table(table(found)))
    screen.print(summary(found, **said), highlight=False, soft_wrap=True)
    screen.print(f"report: {written}", highlight=False, soft_wrap=True)


def version(config: Contracts, name: str, draft_folder: str) -> Specification:
    """Return the version that a person named.

    Raises:
        ContractError: It is neither published, nor a draft, nor a contract's folder.
    """
    product, root = config.product, Path(config.paths.published)
    if name == CODE:
        return specification_of(product)
    if name == DRAFT or FORM.fullmatch(name):
        return chosen(config, name, draft_folder=draft_folder)
    if Path(name).is_dir():
        return load(Path(name))
    valid = [*versions(root, product.name), DRAFT, CODE]
    raise ContractError(
        f"{name}: no version of {product.name}, and no folder{did_you_mean(name, valid)}",
        hint=f"versions: {', '.join(valid)}, or a folder that holds a contract",
    )


def _before(config: Contracts) -> str:
    """Return the version that is compared with, where a person named none."""
    product, root = config.product, Path(config.paths.published)
    held = versions(root, product.name)
    if product.contract in held:
        return product.contract
    return held[-1] if held else latest(root, product.name).version
