from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from contracts.contract import provenance
from contracts.errors import ContractError
from contracts.publication.audit import audit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract


@pytest.fixture
def root(write: Callable[..., Contract], tmp_path: Path) -> Path:
    """Two published versions of one product's contract."""
    for version in ("1.0.0", "1.1.0"):
        write(tmp_path / "toy" / version, version=version)
    return tmp_path


def rewrite(folder: Path, name: str, content: bytes) -> None:
    """Replace a file of a contract, with matching digests."""
    (folder / name).write_bytes(content)
    provenance.write(folder, provenance.with_digests(provenance.read(folder), folder))


def test_every_published_version_is_verified(root: Path) -> None:
    """All versions of the given products are returned."""
    assert audit(root, ["toy"]) == ("toy 1.0.0", "toy 1.1.0")
    assert audit(root, ["other"]) == ()


def test_a_changed_file_is_named(root: Path) -> None:
    """The error names version and file, and the other versions are verified nevertheless."""
    with (root / "toy/1.0.0/input.yaml").open("a") as file:
        file.write("# later\n")
    with pytest.raises(ContractError, match="of 2 published contracts 1 cannot be kept") as refusal:
        audit(root, ["toy"])
    (line,) = refusal.value.details
    assert line.startswith("toy 1.0.0: ")
    assert "input.yaml" in line


def test_an_unknown_clause_is_named(root: Path) -> None:
    """A contract cannot be fulfilled if its clause no longer exists."""
    folder = root / "toy" / "1.0.0"
    text = (folder / "contract.yaml").read_text().replace("name: ranking", "name: rankings")
    rewrite(folder, "contract.yaml", text.encode())
    with pytest.raises(ContractError) as refusal:
        audit(root, ["toy"])
    assert refusal.value.details == (
        "toy 1.0.0: rankings: no such clause (did you mean 'ranking'?)",
    )


def test_golden_rows_that_break_the_schema_are_named(root: Path) -> None:
    """A proof on rows that the contract refuses would be worthless."""
    path = root / "toy/1.1.0/golden.parquet"
    table: pa.Table = pq.read_table(path)
    at = table.column_names.index("size")
    pq.write_table(table.set_column(at, "size", pc.add(table["size"], 9.0)), path)
    rewrite(root / "toy/1.1.0", "golden.parquet", path.read_bytes())
    with pytest.raises(ContractError) as refusal:
        audit(root, ["toy"])
    assert "toy 1.1.0: not a record of the contract" in refusal.value.details[0]
    assert "$.size" in refusal.value.details[0]
