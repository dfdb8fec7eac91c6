from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from contracts.contract import load, published
from contracts.contract.signature import FILES, SIGNATURE, check_signature, load_trusted, signer_for
from contracts.errors import ConfigError, ContractError, SignatureError
from contracts.signing.keys import Keys
from contracts.signing.port import NoSigning
from tests.suites.signing import pair

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """A key pair that signs, and whose signature is required."""
    files = pair(tmp_path)
    return Keys(private_key=files.private, public_key=files.public)


@pytest.fixture
def root(tmp_path: Path, write: Callable[..., Contract]) -> Path:
    """A folder of published contracts with one in it, unsigned."""
    write(tmp_path / "published" / "toy" / "1.0.0")
    return tmp_path / "published"


@pytest.fixture
def folder(root: Path, keys: Keys) -> Path:
    """The contract in it, signed."""
    sign = signer_for(keys)
    assert sign
    sign(root / "toy" / "1.0.0")
    return root / "toy" / "1.0.0"


def test_a_signed_contract_loads_if_a_signature_is_required(
    root: Path, folder: Path, keys: Keys
) -> None:
    """It is the same contract: the signature is not part of the digest."""
    contract = load_trusted(root, "toy", "1.0.0", keys)
    assert contract == published(root, "toy", "1.0.0") == load(folder)
    assert (folder / SIGNATURE).is_file()


def test_an_unsigned_contract_is_refused_if_a_signature_is_required(root: Path, keys: Keys) -> None:
    """It loads if none is required."""
    with pytest.raises(SignatureError, match=r"there is none: no contract\.sig") as refusal:
        load_trusted(root, "toy", "1.0.0", keys)
    assert "signing.private_key" in refusal.value.hint
    assert load_trusted(root, "toy", "1.0.0", NoSigning()).version == "1.0.0"


def test_a_contract_signed_by_another_key_is_refused(
    root: Path, folder: Path, tmp_path: Path
) -> None:
    """Being able to write to the folder is not enough to publish."""
    assert folder
    other = Keys(public_key=pair(tmp_path, "other").public)
    with pytest.raises(SignatureError, match="not signed by the key"):
        load_trusted(root, "toy", "1.0.0", other)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused_even_with_new_digests(
    root: Path, folder: Path, keys: Keys, write: Callable[..., Contract], name: str
) -> None:
    """Somebody who edits a contract can recompute its digests, but not its signature."""
    old_signature = (folder / SIGNATURE).read_bytes()
    write(folder, labels=("early", "late"))
    (folder / SIGNATURE).write_bytes(old_signature)
    assert load(folder).labels == ("early", "late")
    with pytest.raises(SignatureError, match=r"contract\.yaml"):
        load_trusted(root, "toy", "1.0.0", keys)
    (folder / name).unlink()
    with pytest.raises(SignatureError, match="not as it was signed"):
        load_trusted(root, "toy", "1.0.0", keys)


def test_a_missing_version_is_refused_as_unpublished(root: Path, keys: Keys) -> None:
    """The next step is to publish it, not to sign it."""
    with pytest.raises(ContractError, match="no contract there"):
        load_trusted(root, "toy", "2.0.0", keys)


def test_a_signed_contract_in_the_folder_of_another_is_refused(
    root: Path, folder: Path, keys: Keys
) -> None:
    """The signature stays valid in a copied folder, so product and version are compared too."""
    shutil.copytree(folder, root / "toy" / "1.0.1")
    with pytest.raises(ContractError, match=r"holds toy 1\.0\.0, not toy 1\.0\.1"):
        load_trusted(root, "toy", "1.0.1", keys)


def test_a_valid_signature_is_not_replaced(folder: Path, keys: Keys) -> None:
    """Signing again writes nothing: an elliptic-curve signature differs each time."""
    before = (folder / SIGNATURE).read_bytes()
    sign = signer_for(keys)
    assert sign
    sign(folder)
    assert (folder / SIGNATURE).read_bytes() == before


def test_requiring_a_signature_needs_a_key_to_sign_with(keys: Keys) -> None:
    """Otherwise the published contract would be refused when it is loaded."""
    keys.signer = None
    with pytest.raises(ConfigError, match="no key to sign with"):
        signer_for(keys)
    assert signer_for(NoSigning()) is None


def test_without_a_requirement_nothing_is_checked(tmp_path: Path) -> None:
    """Not even whether the folder exists."""
    check_signature(tmp_path / "nowhere", NoSigning())
