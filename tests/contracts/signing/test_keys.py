from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contracts.errors import ConfigError, MissingExtraError
from contracts.signing.keys import Keys
from contracts.signing.port import NoSigning
from tests.suites.signing import FILES, SigningSuite, pair


class TestKeys(SigningSuite):
    """Key pairs in files pass the suite of all signers and verifiers."""

    @pytest.fixture
    def signing(self, tmp_path: Path) -> Keys:
        """A key pair."""
        made = pair(tmp_path)
        return Keys(private_key=made.private, public_key=made.public)

    @pytest.fixture
    def stranger(self, tmp_path: Path) -> Keys:
        """Somebody else's key pair."""
        made = pair(tmp_path, "other")
        return Keys(private_key=made.private, public_key=made.public)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files to sign."""
    made = tmp_path / "folder"
    (made / "model").mkdir(parents=True)
    for name in FILES:
        (made / name).write_text(name)
    return made


def test_one_key_of_a_pair_is_enough(tmp_path: Path) -> None:
    """The private key signs, the public key verifies; neither needs the other."""
    made = pair(tmp_path)
    assert Keys(public_key=made.public).signer is None
    assert Keys(private_key=made.private).verifier is None


def test_no_key_at_all_is_refused() -> None:
    """Without any key, signing=key would neither sign nor verify."""
    with pytest.raises(ConfigError, match="expected a key, got none"):
        Keys()


def test_by_default_nothing_is_signed_or_demanded() -> None:
    """Digests alone are compared."""
    assert NoSigning().signer is None
    assert NoSigning().verifier is None


def test_an_encrypted_key_takes_its_password_from_the_environment(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Configuration, which reports repeat, contains no password; a wrong one is refused."""
    made = pair(tmp_path, password=b"open sesame")
    with pytest.raises(ConfigError, match="no such environment variable"):
        Keys(private_key=made.private, password_from="KEY_PASSWORD")  # noqa: S106 - its name
    for word in ("closed", None, "open sesame"):
        monkeypatch.setenv("KEY_PASSWORD", word or "")
        keys = Keys(
            private_key=made.private,
            public_key=made.public,
            password_from="KEY_PASSWORD" if word else None,
        )
        assert keys.signer
        if word == "open sesame":
            keys.signer.sign(folder, FILES, folder / "x.sig")
        else:
            with pytest.raises(ConfigError, match=r"signing\.private_key="):
                keys.signer.sign(folder, FILES, folder / "x.sig")
            assert not (folder / "x.sig").exists()
    assert keys.verifier
    keys.verifier.verify(folder, FILES, folder / "x.sig")


@pytest.mark.parametrize("name", ["private_key", "public_key"])
def test_a_missing_file_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """It is refused before its first use, which may come after hours of training."""
    with pytest.raises(ConfigError, match=rf"signing\.{name}=.*nowhere: no such file"):
        Keys(**{name: str(tmp_path / "nowhere")})


@pytest.mark.parametrize("content", [b"no key", "public"])
def test_a_file_that_is_no_key_is_refused_by_name(
    tmp_path: Path, folder: Path, content: bytes | str
) -> None:
    """The error names the setting and the file, for other content and for the wrong key."""
    made = pair(tmp_path)
    key = tmp_path / "given"
    key.write_bytes(content if isinstance(content, bytes) else Path(made.public).read_bytes())
    keys = Keys(private_key=str(key), public_key=made.private)
    assert keys.signer
    assert keys.verifier
    with pytest.raises(ConfigError, match=r"signing\.private_key=.*given"):
        keys.signer.sign(folder, FILES, folder / "x.sig")
    with pytest.raises(ConfigError, match=r"signing\.public_key=.*me\.pem"):
        keys.verifier.verify(folder, FILES, folder / "x.sig")


def test_a_key_of_another_kind_is_refused(tmp_path: Path, folder: Path) -> None:
    """Only elliptic-curve keys are accepted, so an RSA key is an error."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - an extra's
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - the same

    key = tmp_path / "rsa.pem"
    key.write_bytes(
        rsa.generate_private_key(65537, 2048).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    keys = Keys(private_key=str(key))
    assert keys.signer
    with pytest.raises(ConfigError, match="P-256"):
        keys.signer.sign(folder, FILES, folder / "x.sig")


def test_without_the_extra_the_error_names_it(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naming keys needs no library; signing and verifying do."""
    made = pair(tmp_path)
    keys = Keys(private_key=made.private, public_key=made.public)
    for name in [name for name in sys.modules if name.partition(".")[0] == "model_signing"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "model_signing", None)
    assert keys.signer
    assert keys.verifier
    with pytest.raises(MissingExtraError, match=r"liaison-lifecycle\[signing\]"):
        keys.signer.sign(folder, FILES, folder / "x.sig")
    with pytest.raises(MissingExtraError):
        keys.verifier.verify(folder, FILES, folder / "x.sig")


def test_importing_needs_no_library() -> None:
    """Without signatures, serving never loads the library."""
    code = (
        "import sys, contracts.signing.keys, contracts.contract.signature; "
        "assert not {'model_signing', 'cryptography', 'pandas'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_librarys_own_command_verifies_a_signature(tmp_path: Path, folder: Path) -> None:
    """Anyone with the public key can check a signature without this framework."""
    made = pair(tmp_path)
    keys = Keys(private_key=made.private)
    assert keys.signer
    keys.signer.sign(folder, FILES, tmp_path / "x.sig")
    command = [sys.executable, "-m", "model_signing", "verify", "key", str(folder)]
    options = ["--signature", str(tmp_path / "x.sig"), "--public_key", made.public]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
