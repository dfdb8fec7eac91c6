from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from contracts.errors import ConfigError, MissingExtraError, SignatureError
from contracts.signing.keys import Keys
from contracts.signing.port import NoSigning
from contracts.signing.sign import rehearse, sign
from tests.suites.signing import FILES, Pair, pair

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def old(tmp_path: Path) -> Pair:
    """The key that signed so far."""
    return pair(tmp_path, "old")


@pytest.fixture
def new(tmp_path: Path) -> Pair:
    """The key that signs from now on."""
    return pair(tmp_path, "new")


@pytest.fixture
def folder(tmp_path: Path, old: Pair) -> Path:
    """A folder signed by the old key."""
    made = tmp_path / "folder"
    (made / "model").mkdir(parents=True)
    for name in FILES:
        (made / name).write_text(name)
    keys = Keys(private_key=old.private, public_key=old.public)
    assert sign(keys, made, FILES, made / "x.sig") == "signed"
    return made


def test_a_signature_by_the_same_key_is_kept(folder: Path, old: Pair) -> None:
    """An elliptic-curve signature differs each time, so it is not written again."""
    before = (folder / "x.sig").read_bytes()
    for keys in (
        Keys(private_key=old.private, public_key=old.public),
        Keys(private_key=old.private),
    ):
        assert sign(keys, folder, FILES, folder / "x.sig") == "signed already"
    assert (folder / "x.sig").read_bytes() == before


def test_a_new_key_replaces_the_old(folder: Path, old: Pair, new: Pair) -> None:
    """While both are trusted, files are signed again; then the old key can go."""
    both = Keys(private_key=new.private, public_key=[new.public, old.public])
    assert both.verifier
    both.verifier.verify(folder, FILES, folder / "x.sig")
    assert sign(both, folder, FILES, folder / "x.sig") == "signed again"
    both.verifier.verify(folder, FILES, folder / "x.sig")
    alone = Keys(private_key=new.private, public_key=new.public)
    assert sign(alone, folder, FILES, folder / "x.sig") == "signed already"
    left = Keys(public_key=old.public).verifier
    assert left
    with pytest.raises(SignatureError, match=r"not signed by the key .*old\.pub"):
        left.verify(folder, FILES, folder / "x.sig")


@pytest.mark.parametrize("trusted", [True, False])
def test_a_signature_that_is_not_trusted_is_not_replaced(
    folder: Path, new: Pair, *, trusted: bool
) -> None:
    """Otherwise a forged signature would become a valid one at the next publication."""
    before = (folder / "x.sig").read_bytes()
    keys = Keys(private_key=new.private, public_key=new.public if trusted else None)
    with pytest.raises(SignatureError, match=r"not by signing\.|not signed by the key"):
        sign(keys, folder, FILES, folder / "x.sig")
    assert (folder / "x.sig").read_bytes() == before


def test_files_changed_since_are_not_signed_again(folder: Path, old: Pair, new: Pair) -> None:
    """The signature is by a trusted key, but not over the files as they are."""
    (folder / FILES[0]).write_text("other")
    keys = Keys(private_key=new.private, public_key=[new.public, old.public])
    with pytest.raises(SignatureError, match=f"not as it was signed: .*{FILES[0]}"):
        sign(keys, folder, FILES, folder / "x.sig")


def test_the_error_names_all_keys(folder: Path, tmp_path: Path, new: Pair) -> None:
    """A refusal lists every key that could have confirmed."""
    other = pair(tmp_path, "other")
    verifier = Keys(public_key=[new.public, other.public]).verifier
    assert verifier
    with pytest.raises(SignatureError, match=r"the key .*new\.pub or .*other\.pub"):
        verifier.verify(folder, FILES, folder / "x.sig")


def test_a_missing_private_key_fails_at_once(new: Pair) -> None:
    """The error names the setting and the next step."""
    with pytest.raises(ConfigError, match=r"signing\.private_key is not named") as refusal:
        rehearse(Keys(public_key=new.public))
    assert "signing.private_key=…" in refusal.value.hint
    rehearse(NoSigning())


def test_keys_that_are_no_pair_fail_at_once(folder: Path, old: Pair, new: Pair) -> None:
    """What they sign would be refused on loading, so nothing is signed."""
    keys = Keys(private_key=new.private, public_key=old.public)
    before = (folder / "x.sig").read_bytes()
    for attempt in (
        lambda: rehearse(keys),
        lambda: sign(keys, folder, FILES, folder / "x.sig"),
        lambda: sign(keys, folder, FILES[:1], folder / "y.sig"),
    ):
        with pytest.raises(ConfigError, match="does not verify"):
            attempt()
    assert (folder / "x.sig").read_bytes() == before
    assert not (folder / "y.sig").exists()


def test_a_missing_library_fails_at_once(new: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the extra to install."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "model_signing"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "model_signing", None)
    with pytest.raises(MissingExtraError, match=r"liaison-lifecycle\[signing\]"):
        rehearse(Keys(private_key=new.private))
