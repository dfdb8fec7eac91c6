"""The contract of a backtest: the published one, or research's draft while there is none.

Nobody has to publish a contract just to see what a lifecycle would be worth; what serves live does
need a published one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.config import instantiate
from contracts.contract import load
from contracts.contract.lookup import contract_folder
from contracts.errors import ContractError
from production.assembly.serving import deployed_contract

if TYPE_CHECKING:
    from contracts.config.product import Product
    from contracts.contract import Contract
    from contracts.signing.port import Signing
    from production.settings import Production


def published_or_draft(config: Production) -> Contract:
    """Return the published contract that a configuration names, or the draft of that version.

    Where signatures are demanded, no draft will do.

    Raises:
        ContractError: It is neither published nor drafted, or the product's file says something
            else than the draft.
        SignatureError: A signature is required, and the contract has none by the configured key.
    """
    product, draft = config.product, Path(config.paths.draft)
    published = contract_folder(Path(config.paths.published), product.name, product.contract)
    signing: Signing = instantiate(config.signing, "signing")
    if published.is_dir() or not draft.is_dir() or signing.verifier is not None:
        return deployed_contract(config)
    contract = load(draft)
    if (contract.product, contract.version) != (product.name, product.contract):
        return deployed_contract(config)  # which says what is missing
    _check_current(contract, product, draft)
    return contract


def draft_note(contract: Contract) -> tuple[str, ...]:
    """Return what a report says of a contract that is a draft; nothing of a published one."""
    if contract.provenance.published_from:
        return ()
    return (
        (
            f"{contract.product} {contract.version} is research's draft: nothing is published. To "
            "deploy it, commit the product's file, and draft what can be published: "
            f"`python -m research product={contract.product} task=specify`."
        ),
    )


def _check_current(contract: Contract, product: Product, draft: Path) -> None:
    """Check that a draft says what the product's file does, which may have been edited since.

    Raises:
        ContractError: It says something else.
    """
    # pandera and pandas, which serving does without, take a second to load.
    from contracts.publication.change.compare import changes  # noqa: PLC0415
    from contracts.publication.specification import specification_of  # noqa: PLC0415

    # Where data are few, fewer golden rows are recorded than were asked for.
    every = changes(contract, specification_of(product))
    if edited := [each for each in every if each.rule.area != "golden"]:
        promised = {"metrics", "latency", "equivalence", "text"}
        learns = any(each.rule.area not in promised for each in edited)
        first = f"task=learn, then python -m research product={product.name} " if learns else ""
        raise ContractError(
            f"the product says something else than research's draft in {draft}: "
            + "; ".join(f"{each.place}: {each.what}" for each in edited),
            hint=f"python -m research product={product.name} {first}task=specify drafts it anew",
        )
