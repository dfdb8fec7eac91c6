"""The task `check`: would the code publish what is published? Needs neither data nor a fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from contracts.config import instantiate, options
from contracts.config.settings import Closed
from contracts.contract import products, published, versions
from contracts.contract.lookup import contract_folder, search_folders
from contracts.contract.signature import check_signature
from contracts.errors import ContractError
from contracts.publication.audit import audit
from contracts.publication.change.report import plain, table
from contracts.publication.order import drift
from contracts.publication.solution import other_solution
from contracts.publication.specification import specification_of
from contracts.report.page import Note, Page, Section
from contracts.report.terminal import print_and_write
from contracts.tasks.report import head
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.config.product import Product


class CheckOptions(Closed, frozen=True, kw_only=True):
    """Whether the contracts of every product are verified."""

    all: bool


def check(request: Request) -> None:
    """Verify a product's published contracts, and compare the code with the version it names.

    Raises:
        ContractError: A contract is broken, the code would publish something else under its
            version, its version is too small a bump, or there is nothing to verify where there
            must be.
    """
    config = request.settings(Contracts)
    product, root = config.product, Path(config.paths.published)
    names = _names(root, product.name, every=options(config.task, CheckOptions).all)
    signing = instantiate(config.signing, "signing")
    for name in dict.fromkeys((*names, product.name)):
        for version in versions(root, name):
            folder = contract_folder(root, name, version)
            check_signature(folder, signing)  # before any file is parsed
    read = audit(root, names)
    drifted = drift(root, specification_of(product))
    solution = _solution(root, product)
    notes = [Note(text=solution, tone="warning")] if solution else []
    tables = [table(drifted.changes)] if drifted.changes else []
    verified = f"verified: {', '.join(read) or f'nothing is published under {root}'}"
    tone: Literal["good", "warning"] = "good" if drifted.refusal is None else "warning"
    page = Page(
        title=f"The contract of {product.name}, checked",
        lead="What is published, compared with what the code would publish; nothing was fitted.",
        head=head(request, config),
        sections=(
            Section(title="Code", parts=(Note(text=drifted.summary, tone=tone), *notes, *tables)),
            Section(title="Published", parts=(Note(text=verified),)),
        ),
    )
    result = {
        "verified": read,
        "version": drifted.version,
        "against": drifted.against,
        "drift": drifted.refusal is not None,
        "solution": solution,
        "changes": plain(drifted.changes),
    }
    lines = (verified, f"{product.name}: {drifted.summary}", *([solution] if solution else []))
    print_and_write(page, result, Path(config.paths.output), *lines, *tables)
    if drifted.refusal is not None:
        raise drifted.refusal


def _solution(root: Path, product: Product) -> str:
    """Return a warning if the named version was made with another solution, else nothing."""
    if product.contract not in versions(root, product.name):
        return ""
    contract = published(root, product.name, product.contract)
    if not other_solution(contract, product.solution):
        return ""
    return (
        f"{product.name}: the solution is another one than {product.contract} was made with: its "
        "configuration or its package's code changed since; the contract's figures and golden rows "
        "are of the earlier one"
    )


def _names(root: Path, product: str, *, every: bool) -> tuple[str, ...]:
    """Return the products to verify.

    Raises:
        ContractError: There is no such folder; or every product was asked for, and there is none.
    """
    if not any(folder.is_dir() for folder in search_folders(root)):
        raise ContractError(
            f"paths.published={root}: there is no such folder, so nothing can be verified",
            hint="name the folder that holds the contracts, or create it before the first of them",
        )
    names = products(root) if every else (product,)
    if not names:
        raise ContractError(
            f"paths.published={root}: nothing is published there, so nothing was verified",
            hint="name the folder that holds the contracts; task.options.all=false checks the code",
        )
    return names
