"""What a product serves by, kept on the host for a process that starts while the database is away.

The generations themselves are in the artifact store's folder, or its cache there; their digests are
in the manifest, so that they are verified as ever.
"""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from contracts.errors import IntegrityError, StateError
from contracts.host.durable import disk_errors
from production.registry.manifests import Inventoried
from production.registry.tokens import Token
from production.service.sealed import read_sealed, write_sealed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LOG = logging.getLogger("liaison.service")
#: The format of the file that this code writes, and the newest it reads.
FORMAT = 1


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What was known last.

    Attributes:
        format: The format of this document.
        manifest: The newest manifest that served; none before the first.
        tokens: The tokens that opened the product's servers.
    """

    format: int = FORMAT
    manifest: Inventoried | None = None
    tokens: tuple[Token, ...] = ()


class LocalCopy:
    """The file of what a product serves by; one that is damaged counts as none, and is logged.

    Args:
        file: The file.

    Attributes:
        known: What was known last.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._lock, self._is_failing = file, Lock(), False
        try:
            self.known = _read(file)
        except StateError as error:
            LOG.error("what was known last is not used: %s", error)  # noqa: TRY400 - its words suffice
            self.known = Known()

    def keep_manifest(self, manifest: Inventoried) -> None:
        """Keep a manifest that serves now."""
        with self._lock:
            self._write(replace(self.known, manifest=manifest))

    def keep_tokens(self, tokens: Iterable[Token]) -> None:
        """Keep the tokens that open the servers now."""
        with self._lock:
            self._write(replace(self.known, tokens=tuple(tokens)))

    def _write(self, known: Known) -> None:
        """Write what is new; a disk that cannot be written is logged, what serves serves on."""
        if known == self.known:
            return
        try:
            write_sealed(self._file, msgspec.json.encode(known))
        except StateError as error:
            if not self._is_failing:  # a message names another temporary file each time
                LOG.error("not kept for a start without the database: %s", error)  # noqa: TRY400
            self._is_failing = True
            return
        self.known, self._is_failing = known, False


def _read(file: Path) -> Known:
    """Return what was known last; nothing was if there is no file.

    Raises:
        IntegrityError: The file is not as it was written.
        StateError: It cannot be read, or newer code wrote it.
    """
    with disk_errors(str(file), "read"):
        try:
            known = msgspec.json.decode(read_sealed(file), type=Known)
        except FileNotFoundError:
            return Known()
        except msgspec.DecodeError as error:
            raise IntegrityError(f"{file}: {error}") from error
    if known.format > FORMAT:
        raise StateError(f"{file} has format {known.format}, this code reads {FORMAT}")
    return known
