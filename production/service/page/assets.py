"""The files of the console: named by their digest, so that a browser keeps one for ever."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from pathlib import Path

import msgspec

FOLDER = Path(__file__).with_name("static")
#: The media types of what is served, by the ending.
KINDS = {".css": b"text/css; charset=utf-8", ".js": b"text/javascript; charset=utf-8"}


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One file.

    Attributes:
        address: Its name with a digest of its content.
        kind: Its media type.
        content: Its content.
    """

    address: str
    kind: bytes
    content: bytes


class Assets:
    """The files of the console, read when the first is asked for."""

    @cached_property
    def _all(self) -> dict[str, Asset]:
        files = (file for file in sorted(FOLDER.iterdir()) if file.suffix in KINDS)
        return {file.name: _asset(file) for file in files}

    def address(self, name: str) -> str:
        """Return where a page finds a file, relative to the page."""
        return f"static/{self._all[name].address}"

    def find(self, address: str) -> Asset | None:
        """Return the file of an address, none if there is none."""
        return next((each for each in self._all.values() if each.address == address), None)

    def text(self, name: str) -> str:
        """Return a file's text."""
        return self._all[name].content.decode()


def _asset(file: Path) -> Asset:
    content = file.read_bytes()
    digest = sha256(content).hexdigest()[:12]
    return Asset(
        address=f"{file.stem}-{digest}{file.suffix}", kind=KINDS[file.suffix], content=content
    )
