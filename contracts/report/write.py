"""Writes reports: ``report.html`` for people, and ``report.json`` for machines beside it."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.host.durable import write_file
from contracts.host.owned import claim
from contracts.report.html import html
from contracts.report.result import hand_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from contracts.report.page import Page


def write_report(page: Page, data: Mapping[str, Any], folder: Path) -> Path:
    """Write a page and its data into a folder, hand the data over, and return the HTML file.

    Args:
        page: What a person reads.
        data: What a machine reads; NaN and infinities become null, the page's head is added.
        folder: Made where it is absent.

    Raises:
        StateError: The folder has files that are not ours, or the disk failed.
    """
    claim(folder)
    document = {**msgspec.to_builtins(page.head), **data}
    hand_over(document)
    write_file(folder / "report.json", to_json(document))
    target = folder / "report.html"
    write_file(target, html(page).encode())
    return target


def to_json(data: Any) -> bytes:
    """Return data as indented JSON; numpy's numbers and arrays become plain ones."""
    return msgspec.json.format(msgspec.json.encode(data, enc_hook=plain_number), indent=2) + b"\n"


def to_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as CSV under the names of the first; nothing but a line end without rows."""
    listed = [*rows]
    text = StringIO()
    writer = csv.DictWriter(text, fieldnames=[*listed[0]] if listed else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue().encode()


def plain_number(value: Any) -> Any:
    """Return a numpy number or array as plain numbers; a hook for msgspec."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
