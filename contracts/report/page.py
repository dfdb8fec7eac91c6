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
    """What a page is about, what made it, and how to make it again.

    Args:
        product: The product it is about.
        task: The task that wrote it.
        command: The command that makes it again.
        digest: The digest of the composed config.
        versions: Versions by the name of a library.
    """

    product: str
    task: str
    command: str = ""
    digest: str = ""
    versions: dict[str, str] = {}


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph; every tone but ``plain`` is highlighted."""

    text: str
    tone: Literal["plain", "good", "warning", "bad"] = "plain"


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """Preformatted text: a command, a drawing in characters."""

    text: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """The few values to see first: ``(name, value)``, both as they are shown."""

    items: tuple[tuple[str, str], ...]


class Collapsible(msgspec.Struct, frozen=True, kw_only=True):
    """Parts of which only the title is shown until a reader opens it."""

    title: str
    parts: tuple[Part, ...]


Part = Table | Figure | Note | Code | Facts | Collapsible


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and the parts under it."""

    title: str
    parts: tuple[Part, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A title, its message in a sentence, and its sections."""

    title: str
    head: Head
    sections: tuple[Section, ...]
    lead: str = ""


def installed_versions(names: Iterable[str]) -> dict[str, str]:
    """Return the versions of those libraries that are installed, by name."""
    installed = {}
    for name in names:
        try:
            installed[name] = version(name)
        except PackageNotFoundError:
            continue
    return installed
