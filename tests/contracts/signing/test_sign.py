from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from contracts.errors import ConfigError, MissingExtraError, SignatureError
from contracts.signing.keys import Keys
from contracts.signing.nothing import Nothing
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


def test_signed_by_the_same_key_it_is_left_as_it_is(folder: Path, old: Pair) -> None:
    """An elliptic-curve signature differs each time: nothing is written."""
    before = (folder / "x.sig").read_bytes()
    for keys in (
        Keys(private_key=old.private, public_key=old.public),
        Keys(private_key=old.private),
    ):
        assert sign(keys, folder, FILES, folder / "x.sig") == "signed already"
    assert (folder / "x.sig").read_bytes() == before


def test_a_change_of_keys(folder: Path, old: Pair, new: Pair) -> None:
    """While both are trusted what the old one signed is signed anew; then the old one may go."""
    both = Keys(private_key=new.private, public_key=[new.public, old.public])
    assert both.verifier
    both.verifier.verify(folder, FILES, folder / "x.sig")
    assert sign(both, folder, FILES, folder / "x.sig") == "signed anew"
    both.verifier.verify(folder, FILES, folder / "x.sig")
    alone = Keys(private_key=new.private, public_key=new.public)
    assert sign(alone, folder, FILES, folder / "x.sig") == "signed already"
    left = Keys(public_key=old.public).verifier
    assert left
    with pytest.raises(SignatureError, match=r"not signed by the key .*old\.pub"):
        left.verify(folder, FILES, folder / "x.sig")


@pytest.mark.parametrize("trusted", [True, False])
def test_what_nobody_trusted_vouched_for_is_not_signed_anew(
    folder: Path, new: Pair, *, trusted: bool
) -> None:
    """Else a forged signature would become a true one at the next publication."""
    before = (folder / "x.sig").read_bytes()
    keys = Keys(private_key=new.private, public_key=new.public if trusted else None)
    with pytest.raises(SignatureError, match=r"not by signing\.|not signed by the key"):
        sign(keys, folder, FILES, folder / "x.sig")
    assert (folder / "x.sig").read_bytes() == before


def test_what_changed_since_is_not_signed_anew(folder: Path, old: Pair, new: Pair) -> None:
    """The key that signed is trusted; what it signed is not what lies there."""
    (folder / FILES[0]).write_text("other")
    keys = Keys(private_key=new.private, public_key=[new.public, old.public])
    with pytest.raises(SignatureError, match=f"not as it was signed: .*{FILES[0]}"):
        sign(keys, folder, FILES, folder / "x.sig")


def test_of_several_keys_all_are_named(folder: Path, tmp_path: Path, new: Pair) -> None:
    """Who is refused sees which keys were asked."""
    other = pair(tmp_path, "other")
    verifier = Keys(public_key=[new.public, other.public]).verifier
    assert verifier
    with pytest.raises(SignatureError, match=r"the key .*new\.pub or .*other\.pub"):
        verifier.verify(folder, FILES, folder / "x.sig")


def test_a_demand_without_a_key_is_told_at_once(new: Pair) -> None:
    """Its name and the next step are in the refusal."""
    with pytest.raises(ConfigError, match=r"signing\.private_key is not named") as refusal:
        rehearse(Keys(public_key=new.public))
    assert "signing.private_key=…" in refusal.value.hint
    rehearse(Nothing())


def test_keys_that_are_no_pair_are_told_at_once(folder: Path, old: Pair, new: Pair) -> None:
    """What was signed so would be refused by the next who loads it: nothing is signed."""
    keys = Keys(private_key=new.private, public_key=old.public)
    before = (folder / "x.sig").read_bytes()
    for attempt in (
        lambda: rehearse(keys),
        lambda: sign(keys, folder, FILES, folder / "x.sig"),
        lambda: sign(keys, folder, FILES[:1], folder / "y.sig"),
    ):
        with pytest.raises(ConfigError, match="no pair"):
            attempt()
    assert (folder / "x.sig").read_bytes() == before
    assert not (folder / "y.sig").exists()


def test_a_library_that_lacks_is_told_at_once(new: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that brings it."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "model_signing"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "model_signing", None)
    with pytest.raises(MissingExtraError, match=r"liaison-lifecycle\[signing\]"):
        rehearse(Keys(private_key=new.private))
