"""What every signer and verifier promises, wherever the keys come from; and key pairs in files."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import msgspec
import pytest

from contracts.errors import SignatureError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.signing.port import Signing

FILES = ("a.yaml", "model/b.bin")


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a key pair."""

    private: str
    public: str


def pair(folder: Path, name: str = "me", *, password: bytes | None = None) -> Pair:
    """Return a key pair, written as a person would write one."""
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - an extra's

    key = ec.generate_private_key(ec.SECP256R1())
    locked = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    forms = serialization.PrivateFormat.PKCS8, serialization.PublicFormat.SubjectPublicKeyInfo
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, forms[0], locked))
    public.write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, forms[1]))
    return Pair(private=str(private), public=str(public))


class SigningSuite:
    """Inherit it and give the fixtures `signing` and `stranger`: each signs by a key of its own.

    Each of them demands signatures by its own key.
    """

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A folder with files, one of them further down, and one that is nobody's business."""
        made = tmp_path / "folder"
        (made / "model").mkdir(parents=True)
        (made / "a.yaml").write_text("a: 1\n")
        (made / "model" / "b.bin").write_bytes(b"weights")
        (made / "notes.txt").write_text("for people")
        return made

    @pytest.fixture
    def signed(self, signing: Signing, folder: Path) -> Callable[[], None]:
        """Signs the folder beside its files, and returns what checks the signature."""
        assert signing.signer
        signing.signer.sign(folder, FILES, folder / "x.sig")

        def check() -> None:
            assert signing.verifier
            signing.verifier.verify(folder, FILES, folder / "x.sig")

        return check

    def test_confirmed(self, signed: Callable[[], None]) -> None:
        """What was signed is confirmed, the same time and again."""
        signed()
        signed()

    def test_unsigned(self, signing: Signing, folder: Path) -> None:
        """No signature is no permission."""
        assert signing.verifier
        with pytest.raises(SignatureError, match=r"there is none: no x\.sig"):
            signing.verifier.verify(folder, FILES, folder / "x.sig")

    def test_other_key(self, signed: Callable[[], None], folder: Path, stranger: Signing) -> None:
        """Another's signature is refused, whoever demands it."""
        signed()
        assert stranger.verifier
        with pytest.raises(SignatureError, match="not signed by the key"):
            stranger.verifier.verify(folder, FILES, folder / "x.sig")

    @pytest.mark.parametrize("name", FILES)
    def test_changed(self, signed: Callable[[], None], folder: Path, name: str) -> None:
        """One changed byte is refused, naming the file."""
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[:-1] + b"!")
        with pytest.raises(SignatureError, match=f"not as it was signed: .*{name}"):
            signed()

    @pytest.mark.parametrize("name", FILES)
    def test_missing(self, signed: Callable[[], None], folder: Path, name: str) -> None:
        """A file that is gone is refused."""
        (folder / name).unlink()
        with pytest.raises(SignatureError, match="not as it was signed"):
            signed()

    def test_others(self, signed: Callable[[], None], folder: Path) -> None:
        """Files that nobody signed may change as they like."""
        (folder / "notes.txt").write_text("for others")
        (folder / "model" / "more.txt").write_text("for others")
        signed()

    def test_less(self, signing: Signing, folder: Path) -> None:
        """A signature over fewer files vouches for nothing more, though it is the key's own."""
        assert signing.signer
        assert signing.verifier
        signing.signer.sign(folder, FILES[:1], folder / "x.sig")
        with pytest.raises(SignatureError):
            signing.verifier.verify(folder, FILES, folder / "x.sig")

    def test_borrowed(self, signing: Signing, folder: Path) -> None:
        """One over other files, copied in together with them, does not stand for these."""
        assert signing.signer
        assert signing.verifier
        signing.signer.sign(folder, ["notes.txt"], folder / "x.sig")
        with pytest.raises(SignatureError):
            signing.verifier.verify(folder, FILES, folder / "x.sig")

    def test_moved(self, signing: Signing, signed: Callable[[], None], folder: Path) -> None:
        """Where the folder lies is not signed: a copy is as good."""
        signed()
        copy = shutil.copytree(folder, folder.parent / "elsewhere")
        assert signing.verifier
        signing.verifier.verify(copy, FILES, copy / "x.sig")

    @pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"verificationMaterial": {}}'])
    def test_unreadable(self, signed: Callable[[], None], folder: Path, content: bytes) -> None:
        """What is no signature is refused as one that cannot be read."""
        (folder / "x.sig").write_bytes(content)
        with pytest.raises(SignatureError, match="its signature cannot be read"):
            signed()

    def test_forged(self, signed: Callable[[], None], folder: Path) -> None:
        """A signature whose statement was edited is not the key's any more."""
        bundle = msgspec.json.decode((folder / "x.sig").read_bytes())
        payload = bundle["dsseEnvelope"]["payload"]
        bundle["dsseEnvelope"]["payload"] = payload[:40] + payload[40:44].swapcase() + payload[44:]
        (folder / "x.sig").write_bytes(msgspec.json.encode(bundle))
        with pytest.raises(SignatureError):
            signed()

    def test_links(self, signed: Callable[[], None], folder: Path, tmp_path: Path) -> None:
        """A signed file replaced by a link to equal bytes is refused."""
        (folder / "a.yaml").rename(tmp_path / "elsewhere")
        (folder / "a.yaml").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(SignatureError):
            signed()
