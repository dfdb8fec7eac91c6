"""What makes two contracts the same: the bytes of their normative files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from contracts.errors import ContractError
from contracts.host.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TERMS, INPUT, OUTPUT, GOLDEN = "contract.yaml", "input.yaml", "output.yaml", "golden.parquet"
#: The files whose change makes another contract; other files in the folder do not.
NORMATIVE = (TERMS, INPUT, OUTPUT, GOLDEN)

#: The most bytes of each.
LARGEST = 64 * 2**20

#: What to do about a folder that holds only a part of a contract.
INCOMPLETE = "restore the folder as it was written, draft it anew, or remove it"


def file_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each normative file in a contract's folder, by name.

    Raises:
        ContractError: A file is missing, too large, or cannot be read.
    """
    missing = [name for name in NORMATIVE if not (folder / name).is_file()]
    if missing:
        raise ContractError(
            f"{folder}: no contract there; missing {', '.join(missing)}", hint=INCOMPLETE
        )
    return {name: hashlib.sha256(_content(folder / name)).hexdigest() for name in NORMATIVE}


def _content(path: Path) -> bytes:
    try:
        return read_regular(path, largest=LARGEST)
    except OSError as error:
        raise ContractError(f"{path}: {error.strerror}", hint=INCOMPLETE) from error


def combined_digest(digests: Mapping[str, str]) -> str:
    """Return one SHA-256 of named digests, which does not depend on their order.

    >>> combined_digest({"a": "1", "b": "2"}) == combined_digest({"b": "2", "a": "1"})
    True
    """
    lines = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()


def differing_files(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of files whose digests differ, in order."""
    return tuple(name for name in sorted({*one, *other}) if one.get(name) != other.get(name))
