from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from contracts.contract import latest, load, products, provenance, published, versions
from contracts.contract.digest import combined_digest, file_digests
from contracts.errors import ContractError, IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract


@pytest.mark.parametrize(
    ("kind", "outputs"),
    [
        ("binary", ("late",)),
        ("multiclass", ("low", "mid", "high")),
        ("regression", ("score",)),
    ],
)
def test_a_contract_of_every_kind_loads(
    write: Callable[..., Contract], tmp_path: Path, kind: str, outputs: tuple[str, ...]
) -> None:
    """Loading gives the terms, the columns of both schemas and the digest."""
    written = write(tmp_path / "draft", kind)
    contract = load(tmp_path / "draft")
    assert contract == written
    assert (contract.kind, contract.inputs, contract.outputs) == (
        kind,
        ("colour", "size"),
        outputs,
    )
    assert contract.digest == combined_digest(file_digests(tmp_path / "draft"))


@pytest.mark.parametrize("name", ["contract.yaml", "input.yaml", "output.yaml", "golden.parquet"])
def test_a_changed_file_is_refused_by_name(
    write: Callable[..., Contract], tmp_path: Path, name: str
) -> None:
    """One byte added to any normative file is found by its digest."""
    write(tmp_path)
    with (tmp_path / name).open("ab") as file:
        file.write(b"\n")
    with pytest.raises(IntegrityError, match=f"changed since it was written: {name}"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["contract.yaml", "golden.parquet", "provenance.json"])
def test_a_missing_file_is_named(write: Callable[..., Contract], tmp_path: Path, name: str) -> None:
    """Without one of the five files a folder holds no contract."""
    write(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ContractError, match=f"missing {name}"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["contract.yaml", "input.yaml"])
def test_a_file_that_is_not_utf_8_is_refused(
    write: Callable[..., Contract], tmp_path: Path, name: str
) -> None:
    """Bytes that are not UTF-8 text are a contract error, even if the digests agree."""
    write(tmp_path)
    (tmp_path / name).write_bytes(b"\xff\xfe")
    provenance.write(tmp_path, provenance.with_digests(provenance.read(tmp_path), tmp_path))
    with pytest.raises(ContractError, match=rf"{name}: not UTF-8 text"):
        load(tmp_path)


def test_provenance_is_not_part_of_the_digest(
    write: Callable[..., Contract], tmp_path: Path
) -> None:
    """Another provenance does not make another contract."""
    contract = write(tmp_path)
    text = (tmp_path / provenance.FILE).read_text()
    (tmp_path / provenance.FILE).write_text(text.replace('"abc"', '"fed"'))
    assert load(tmp_path).provenance.commit == "fed"
    assert load(tmp_path).digest == contract.digest


def test_an_output_schema_of_another_kind_is_refused(
    write: Callable[..., Contract], tmp_path: Path
) -> None:
    """The output schema needs as many columns as a prediction of that kind."""
    write(tmp_path / "three", "multiclass")
    write(tmp_path / "one")
    other = (tmp_path / "three" / "output.yaml").read_bytes()
    (tmp_path / "one" / "output.yaml").write_bytes(other)
    folder = tmp_path / "one"
    provenance.write(folder, provenance.with_digests(provenance.read(folder), folder))
    with pytest.raises(ContractError, match="expected 1 columns for binary, got 3"):
        load(folder)


def test_versions_are_sorted_by_number(write: Callable[..., Contract], tmp_path: Path) -> None:
    """1.10.0 comes after 1.9.0, and a folder not named by a version is ignored."""
    for version in ("1.10.0", "1.9.0"):
        write(tmp_path / "toy" / version, version=version)
    (tmp_path / "toy" / ".publish-left").mkdir()
    assert versions(tmp_path, "toy") == ("1.9.0", "1.10.0")
    assert latest(tmp_path, "toy").version == "1.10.0"


def test_only_folders_with_a_version_are_products(
    write: Callable[..., Contract], tmp_path: Path
) -> None:
    """A folder without a version inside, empty or not, is not a product."""
    for name in ("toy", "another"):
        write(tmp_path / name / "1.0.0")
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes" / "old").mkdir(parents=True)
    assert products(tmp_path) == ("another", "toy")


def test_an_unpublished_product_is_refused_with_the_valid_names(
    write: Callable[..., Contract], tmp_path: Path
) -> None:
    """The error names what is published, the near match, and what publishes another."""
    write(tmp_path / "toy" / "1.0.0")
    with pytest.raises(ContractError, match="did you mean 'toy'"):
        latest(tmp_path, "tay")
    with pytest.raises(ContractError, match="holds toy; python -m research task=specify drafts"):
        published(tmp_path, "sales", "1.0.0")
    with pytest.raises(ContractError, match=r"holds 1\.0\.0"):
        published(tmp_path, "toy", "2.0.0")


def test_a_contract_under_another_name_is_refused(
    write: Callable[..., Contract], tmp_path: Path
) -> None:
    """A contract copied to the folder of another version does not become that version."""
    write(tmp_path / "toy" / "2.0.0")
    with pytest.raises(ContractError, match=r"holds toy 1\.0\.0, not toy 2\.0\.0"):
        latest(tmp_path, "toy")


def test_loading_imports_none_of_the_heavy_libraries(
    write: Callable[..., Contract], tmp_path: Path
) -> None:
    """The serving process loads contracts without pandas, pandera, sklearn, scipy or pyarrow."""
    write(tmp_path)
    program = (
        "import sys; from pathlib import Path; from contracts.contract import load; "
        f"load(Path({str(tmp_path)!r})); "
        "sys.exit(str({'pandas', 'pandera', 'sklearn', 'scipy', 'pyarrow'} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == "set()"
