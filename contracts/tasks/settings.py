"""The configuration of `python -m contracts`, typed, and the contract that it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.config import instantiate
from contracts.config.product import Liaison, Paths, Product, VersionText
from contracts.config.settings import Closed, Component, Task
from contracts.contract import load
from contracts.contract.signature import load_trusted

if TYPE_CHECKING:
    from contracts.contract import Contract

#: Names research's draft instead of a published version.
DRAFT = "draft"


class Contracts(Closed, frozen=True, kw_only=True):
    """The whole configuration of `python -m contracts`."""

    paths: Paths
    task: Task
    product: Product
    signing: Component
    #: None: what a product has an implementation for; see `choose_sides`.
    liaison: Liaison | None = None
    #: The two versions that `task=diff` compares; no other task has them.
    old: VersionText | None = None
    new: VersionText | None = None

    @property
    def liaison_name(self) -> str:
        """The liaison's option; empty where none was chosen."""
        return self.liaison.name if self.liaison else ""


def named_contract(config: Contracts, version: str, *, draft_folder: str) -> Contract:
    """Return a published and trusted version of the product's contract, or research's draft.

    Args:
        config: The configuration.
        version: A published version, or ``draft``.
        draft_folder: Where research's draft is.

    Raises:
        ContractError: There is none, or not one this code can read.
        IntegrityError: It is not as it was written.
        SignatureError: A signature is demanded, and it has none that is trusted.
    """
    if version == DRAFT:
        return load(Path(draft_folder))
    signing = instantiate(config.signing, "signing")
    return load_trusted(Path(config.paths.published), config.product.name, version, signing)
