"""The task `check`: is what is published what the code would publish? Needs no data and no fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from contracts.change.table import data, table
from contracts.config import instantiate, settings
from contracts.contract import versions
from contracts.contract.shelf import found
from contracts.publication.audit import audit, products
from contracts.publication.drift import standing
from contracts.report.page import Note, Page, Section
from contracts.report.terminal import console, terminal
from contracts.report.write import write
from contracts.settings import Contracts
from contracts.signing.contract import demand
from contracts.specification.configured import configured
from contracts.tasks.receipt import head

if TYPE_CHECKING:
    from contracts.config.entry import Request


def check(request: Request) -> None:
    """Verify a product's published contracts, and hold the code to the version it names.

    Raises:
        ContractError: A contract is broken, the code would publish something else under its
            version, or its version is too small a bump.
    """
    config = settings(request.config, Contracts, added=request.added)
    product, root = config.product, Path(config.paths.published)
    names = products(root) if config.task.options["all"] else (product.name,)
    signing = instantiate(config.signing)
    for name in dict.fromkeys((*names, product.name)):
        for version in versions(root, name):
            demand(found(root, name, version), signing)  # before anything of it is parsed
    read = audit(root, names)
    stands = standing(root, configured(product))
    shown = [table(stands.changes)] if stands.changes else []
    verified = f"verified: {', '.join(read) or 'nothing is published'}"
    tone: Literal["good", "warning"] = "good" if stands.refusal is None else "warning"
    page = Page(
        title=f"The contract of {product.name}, checked",
        lead="What is published, held to what the code would publish; nothing was fitted.",
        head=head(request, config),
        sections=(
            Section(title="Code", parts=(Note(text=stands.words, tone=tone), *shown)),
            Section(title="Published", parts=(Note(text=verified),)),
        ),
    )
    made = {
        "verified": read,
        "version": stands.version,
        "against": stands.against,
        "drift": stands.refusal is not None,
        "changes": data(stands.changes),
    }
    written = write(page, made, Path(config.paths.output))
    screen = console()
    for line in (verified, f"{product.name}: {stands.words}"):
        screen.print(line, highlight=False, soft_wrap=True)
    screen.print(*map(terminal, shown), f"report: {written}", highlight=False, soft_wrap=True)
    if stands.refusal is not None:
        raise stands.refusal
