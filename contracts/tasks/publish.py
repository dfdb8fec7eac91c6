"""The task `publish`: research's draft becomes a published contract."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.config import instantiate, options
from contracts.config.settings import Closed
from contracts.contract import load
from contracts.contract.signature import signer_for
from contracts.errors import ContractError
from contracts.host.clock import WallClock
from contracts.host.durable import write_file
from contracts.publication.publish import publish as publish_draft
from contracts.report.write import to_json
from contracts.show.export import contract_schema
from contracts.tasks.report import report_facts
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.signing.port import Signing


class PublishOptions(Closed, frozen=True, kw_only=True):
    """Where research's draft is."""

    draft_folder: str


def publish(request: Request) -> None:
    """Publish research's draft of a contract.

    Raises:
        ContractError: The draft is of another product or version than the configuration names, or
            cannot be published.
    """
    config = request.settings(Contracts)
    draft = Path(options(config.task, PublishOptions).draft_folder)
    signing: Signing = instantiate(config.signing, "signing")
    published = Path(config.paths.published)
    sign, done = signer_for(signing), []
    _check_draft(draft, config)
    contract = publish_draft(
        draft,
        published,
        repo=Path.cwd(),
        clock=WallClock(),
        sign=sign and (lambda folder: done.append(sign(folder))),
    )
    _write_schema(published)
    facts = {
        "version": contract.version,
        "folder": str(contract.folder),
        "digest": contract.digest,
    }
    if done:
        facts["signature"] = done[-1]
    report_facts(request, config, f"The contract of {contract.product}, published", facts)


def _write_schema(published: Path) -> None:
    """Write the schema of contract.yaml beside the contracts: each names it, for editors."""
    path = published / contract_schema.FILE
    content = to_json(contract_schema.contract_schema())
    if not path.is_file() or path.read_bytes() != content:
        write_file(path, content)


def _check_draft(folder: Path, config: Contracts) -> None:
    """Refuse a draft of another configuration, which may be left over from an earlier one."""
    draft, product = load(folder), config.product
    if (draft.product, draft.version) != (product.name, product.contract):
        raise ContractError(
            f"{folder}: the draft is of {draft.product} {draft.version}, the configuration names "
            f"{product.name} {product.contract}",
            hint="draft the version that is named: python -m research task=specify; or name the "
            "one that is drafted",
        )
