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


def test_what_a_later_version_records_is_ignored(tmp_path: Path) -> None:
    """Provenance may grow without a new contract format."""
    write(tmp_path, ORIGIN)
    grown = json.loads((tmp_path / FILE).read_text()) | {"weather": "fair"}
    (tmp_path / FILE).write_text(json.dumps(grown))
    assert read(tmp_path) == ORIGIN


def test_a_file_that_is_no_provenance_is_refused(tmp_path: Path) -> None:
    """A broken file is a broken contract, with its path."""
    (tmp_path / FILE).write_text("{}")
    with pytest.raises(ContractError, match=FILE):
        read(tmp_path)
