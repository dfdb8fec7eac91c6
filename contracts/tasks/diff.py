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
from contracts.report.terminal import print_and_write
from contracts.tasks.report import head
from contracts.tasks.settings import DRAFT, Contracts, named_contract
from contracts.version import FORM

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.contract.terms import Specification

#: Names what the code would publish, instead of a published version.
CODE = "code"


class DiffOptions(Closed, frozen=True, kw_only=True):
    """The two versions, and where research's draft is."""

    old: VersionText | None
    new: VersionText
    draft_folder: str


def diff(request: Request) -> None:
    """Report what changed between two versions of a product's contract.

    Raises:
        ContractError: One of the two does not exist, or is of another product.
    """
    config = request.settings(Contracts)
    choices = options(config.task, DiffOptions)
    first, second = choices.old or _default_old(config), choices.new
    old, new = (_version(config, name, choices.draft_folder) for name in (first, second))
    differences = changes(old, new)
    names = {"old": (first, old.version), "new": (second, new.version)}
    tables = (table(differences),) if differences else ()
    print_and_write(
        page(differences, **names, head=head(request, config)),
        data(differences, **names),
        Path(config.paths.output),
        *tables,
        summary(differences, **names),
    )


def _version(config: Contracts, name: str, draft_folder: str) -> Specification:
    """Return the version with a name: a number, ``draft``, ``code``, or a contract's folder.

    Raises:
        ContractError: It is none of these.
    """
    product, root = config.product, Path(config.paths.published)
    if name == CODE:
        return specification_of(product)
    if name == DRAFT or FORM.fullmatch(name):
        return named_contract(config, name, draft_folder=draft_folder)
    if Path(name).is_dir():
        return load(Path(name))
    valid = [*versions(root, product.name), DRAFT, CODE]
    raise ContractError(
        f"{name}: no version of {product.name}, and no folder{did_you_mean(name, valid)}",
        hint=f"versions: {', '.join(valid)}, or a folder that contains a contract",
    )


def _default_old(config: Contracts) -> str:
    """Return the version the product names if it is published, else the newest published one."""
    product, root = config.product, Path(config.paths.published)
    published = versions(root, product.name)
    if product.contract in published:
        return product.contract
    return published[-1] if published else latest(root, product.name).version
