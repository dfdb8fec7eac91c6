"""The task `publish`: research's draft becomes a published contract."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.config import instantiate, options
from contracts.config.settings import Closed
from contracts.contract import load
from contracts.contract.signature import signature
from contracts.errors import ContractError
from contracts.host.clock import WallClock
from contracts.host.durable import write_file
from contracts.publication.publish import publish as make_public
from contracts.report.write import to_json
from contracts.show.export import document
from contracts.tasks.receipt import receipt
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.signing.port import Signing


class Options(Closed, frozen=True, kw_only=True):
    """Where research's draft lies."""

    draft_folder: str


def publish(request: Request) -> None:
    """Publish research's draft of a contract.

    Raises:
        ContractError: The draft is of another product or version than the configuration names, or
            nothing that can be published.
    """
    config = request.settings(Contracts)
    draft = Path(options(config.task, Options).draft_folder)
    signing: Signing = instantiate(config.signing)
    published = Path(config.paths.published)
    sign, done = signature(signing), []
    _require_named(draft, config)
    made = make_public(
        draft,
        published,
        repo=Path.cwd(),
        clock=WallClock(),
        sign=sign and (lambda folder: done.append(sign(folder))),
    )
    _describe(published)
    said = {"version": made.version, "folder": str(made.folder), "digest": made.digest}
    if done:
        said["signature"] = done[-1]
    receipt(request, config, f"The contract of {made.product}, published", said)


def _describe(published: Path) -> None:
    """Put the schema of the document beside the contracts: each names it, for editors."""
    schema, content = published / document.FILE, to_json(document.document_schema())
    if not schema.is_file() or schema.read_bytes() != content:
        write_file(schema, content)


def _require_named(draft: Path, config: Contracts) -> None:
    """Refuse a draft that an earlier configuration left: it would be taken for what is asked."""
    found, product = load(draft), config.product
    if (found.product, found.version) != (product.name, product.contract):
        raise ContractError(
            f"{draft}: the draft is of {found.product} {found.version}, the configuration names "
            f"{product.name} {product.contract}",
            hint="draft what is named: python -m research task=specify; or name what is drafted",
        )
