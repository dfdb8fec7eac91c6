"""A page as data: a head that lets a reader run it again, and sections of text, tables, figures."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal

import msgspec

from contracts.report.figure import Figure
from contracts.report.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What made a page, and how to make it again.

    Args:
        product: The product it is about.
        task: The task that wrote it.
        command: The command line that repeats it.
        digest: The digest of the composed config.
        versions: Versions by the name of a library.
    """

    product: str
    task: str
    command: str = ""
    digest: str = ""
    versions: dict[str, str] = {}


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph; all but ``plain`` ones stand out."""

    text: str
    tone: Literal["plain", "good", "warning", "bad"] = "plain"


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """Text that keeps its spaces: a command, a flow drawn in letters."""

    text: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """A few figures a reader should see first: ``(name, value)``, both as they are shown."""

    items: tuple[tuple[str, str], ...]


class Collapsible(msgspec.Struct, frozen=True, kw_only=True):
    """Parts that are there for who asks: shown by their title until it is opened."""

    title: str
    parts: tuple[Part, ...]


Part = Table | Figure | Note | Code | Facts | Collapsible


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and what stands under it."""

    title: str
    parts: tuple[Part, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A title, what it says in a sentence, and its sections."""

    title: str
    head: Head
    sections: tuple[Section, ...]
    lead: str = ""


def installed_versions(names: Iterable[str]) -> dict[str, str]:
    """Return the versions of those libraries that are installed."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
