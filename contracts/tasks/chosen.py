"""The contract that a task is asked of: one that is published and trusted, or research's draft."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.config import instantiate
from contracts.contract import load
from contracts.contract.signature import trusted

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.tasks.settings import Contracts

DRAFT = "draft"


def chosen(config: Contracts, version: str, *, draft_folder: str) -> Contract:
    """Return a version of the product's contract; ``draft`` is the one that research wrote.

    Raises:
        ContractError: There is none, or not one this code can read.
        IntegrityError: It is not as it was written.
        SignatureError: A signature is demanded, and it has none that is trusted.
    """
    if version == DRAFT:
        return load(Path(draft_folder))
    signing = instantiate(config.signing)
    return trusted(Path(config.paths.published), config.product.name, version, signing)
