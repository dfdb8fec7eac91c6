"""Writes a contract's model card as a document beside it, of the figures and of the terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract import load
from contracts.contract.card import DOCUMENT
from contracts.report.page import Head
from contracts.show.document import page
from contracts.show.markdown import markdown

if TYPE_CHECKING:
    from pathlib import Path


def write_document(folder: Path) -> None:
    """Write the card of the contract in a folder as Markdown, which says nothing of a command."""
    contract = load(folder)
    head = Head(product=contract.product, task="show")
    (folder / DOCUMENT).write_text(markdown(page(contract, head)), "utf-8")
