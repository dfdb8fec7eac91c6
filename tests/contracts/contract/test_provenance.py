from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from contracts.contract.provenance import FILE, Provenance, read, write
from contracts.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = Provenance(
    commit="abc", data="def", libraries={}, seed=1, created="2013-03-01T00:00:00Z", digest="0"
)


def test_unknown_fields_are_ignored(tmp_path: Path) -> None:
    """A later version may record more without a new contract format."""
    write(tmp_path, ORIGIN)
    grown = json.loads((tmp_path / FILE).read_text()) | {"weather": "fair"}
    (tmp_path / FILE).write_text(json.dumps(grown))
    assert read(tmp_path) == ORIGIN


def test_a_malformed_file_is_refused(tmp_path: Path) -> None:
    """The error is about the contract and names the file."""
    (tmp_path / FILE).write_text("{}")
    with pytest.raises(ContractError, match=FILE):
        read(tmp_path)
