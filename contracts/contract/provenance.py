"""What a contract was made from: a file beside the normative ones, not part of the digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.contract.digest import INCOMPLETE, combined_digest, differing_files, file_digests
from contracts.errors import ContractError, IntegrityError
from contracts.host.regular import read_regular

if TYPE_CHECKING:
    from pathlib import Path

FILE = "provenance.json"
#: The most bytes of the file.
LARGEST = 2**20


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """What a contract was made from, and the digests it was written with.

    Unknown fields are ignored: a later version may record more without changing the contract.

    Attributes:
        commit: The code's commit, with ``-dirty`` if the work tree differed from it.
        data: The digest of the data.
        libraries: The versions of the libraries that were used.
        seed: The seed of learning.
        created: When the draft was written, ISO 8601.
        solution: The digest of the solution's configuration and code; empty in older contracts.
        published_from: The commit it was published from; empty in a draft.
        published: When it was published, ISO 8601; empty in a draft, and in older contracts.
        files: The SHA-256 of each normative file; filled in when they are written.
        digest: The digest of them all; likewise.
    """

    commit: str
    data: str
    libraries: dict[str, str]
    seed: int
    created: str
    solution: str = ""
    published_from: str = ""
    published: str = ""
    files: dict[str, str] = {}
    digest: str = ""


def with_digests(provenance: Provenance, folder: Path) -> Provenance:
    """Return a provenance with the digests of the normative files in a folder.

    Raises:
        ContractError: A file is missing.
    """
    digests = file_digests(folder)
    return msgspec.structs.replace(provenance, files=digests, digest=combined_digest(digests))


def verify(provenance: Provenance, folder: Path) -> None:
    """Check that the normative files in a folder are those that a provenance names.

    Raises:
        ContractError: A file is missing.
        IntegrityError: A file changed since it was written.
    """
    digests = file_digests(folder)
    changed = differing_files(digests, provenance.files)
    if changed or combined_digest(digests) != provenance.digest:
        raise IntegrityError(
            f"{folder}: changed since it was written: {', '.join(changed) or 'the digest differs'}",
            hint="a contract is never edited: restore it, or draft and publish another version",
        )


def read(folder: Path) -> Provenance:
    """Return the provenance in a contract's folder.

    Raises:
        ContractError: There is none, or it cannot be decoded.
    """
    try:
        content = read_regular(folder / FILE, largest=LARGEST)
        return msgspec.json.decode(content, type=Provenance)
    except FileNotFoundError as error:
        raise ContractError(
            f"{folder}: no contract there; missing {FILE}", hint=INCOMPLETE
        ) from error
    except OSError as error:
        raise ContractError(f"{folder / FILE}: {error.strerror}", hint=INCOMPLETE) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ContractError(f"{folder / FILE}: {error}", hint=INCOMPLETE) from error


def write(folder: Path, provenance: Provenance) -> None:
    """Write the provenance into a contract's folder."""
    encoded = msgspec.json.format(msgspec.json.encode(provenance), indent=2)
    (folder / FILE).write_bytes(encoded + b"\n")
