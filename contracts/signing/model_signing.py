"""The adapter of model-signing: a signature is a Sigstore bundle over the digests of files.

Nothing is sent anywhere: the keys are files. What is written here, `model_signing verify key`
confirms too, and so may anyone who has the public key and none of this framework.
Source: https://github.com/sigstore/model-transparency
"""

from __future__ import annotations

import base64
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import ConfigError, MissingExtraError, SignatureError
from contracts.host.durable import write_file

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import ModuleType

#: Larger than a signature over thousands of files; a longer file is none of ours.
LARGEST = 16 * 2**20


class KeySigner:
    """Signs with a private key.

    Args:
        key: The file of the key, PEM, on one of the curves P-256, P-384 and P-521.
        password: What it is encrypted with, if it is.
    """

    def __init__(self, key: str, password: bytes | None = None) -> None:
        self._key, self._password = Path(key), password

    def sign(self, folder: Path, files: Collection[str], signature: Path) -> None:
        """Write a signature over files of a folder, whole or not at all.

        Raises:
            ConfigError: The key is not there, or is none that signs.
            MissingExtraError: model-signing is not installed.
        """
        signing = _library("signing")
        try:
            config = signing.Config().use_elliptic_key_signer(
                private_key=self._key, password=self._password
            )
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise _unusable("private", self._key, error) from error
        # Made elsewhere, since what is signed may lie beside it; placed whole.
        with TemporaryDirectory() as room:
            made = Path(room) / "signature"
            config.set_hashing_config(_hashing(folder, files)).sign(folder, made)
            write_file(signature, made.read_bytes())

    def signed(self, folder: Path, files: Collection[str], signature: Path) -> bool:
        """Return whether a signature is this key's, over exactly these files as they are.

        Raises:
            ConfigError: The key is not there, or is none.
            MissingExtraError: model-signing is not installed.
        """
        with TemporaryDirectory() as room:
            public = Path(room) / "public"
            public.write_bytes(self._public())
            try:
                KeyVerifier(str(public)).verify(folder, files, signature)
            except SignatureError:
                return False
        return True

    def _public(self) -> bytes:
        _library("signing")  # it brings what reads keys
        from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415 - an extra's

        try:
            key = form.load_pem_private_key(self._key.read_bytes(), self._password)
        except (OSError, ValueError, TypeError) as error:
            raise _unusable("private", self._key, error) from error
        return key.public_key().public_bytes(
            form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo
        )


class KeyVerifier:
    """Demands signatures that one of some public keys confirms.

    Args:
        keys: The files of the keys, PEM.
    """

    def __init__(self, *keys: str) -> None:
        self._keys = tuple(map(Path, keys))

    def verify(self, folder: Path, files: Collection[str], signature: Path) -> None:
        """Check that a signature exists, by one of the keys, over exactly these files as they are.

        Raises:
            SignatureError: There is none, or it is another's, or of other bytes or other files.
            ConfigError: A key does not exist, or is no key.
            MissingExtraError: model-signing is not installed.
        """
        # Every key is read before any may confirm: a file that is none is told at once.
        configs = [_trusting(key) for key in self._keys]
        _require(folder, signature)
        refusals = []
        for config in configs:
            try:
                config.set_hashing_config(_hashing(folder, files)).verify(folder, signature)
                named = _named(signature)
            except Exception as error:  # noqa: BLE001 - what the parser or the curve below it raised
                refusals.append(error)
            else:
                return _require_all(folder, files, named)
        told = next((each for each in refusals if not _another(each)), refusals[-1])
        raise _refused(folder, self._keys, told) from told


def _trusting(key: Path) -> Any:
    try:
        return _library("verifying").Config().use_elliptic_key_verifier(public_key=key)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise _unusable("public", key, error) from error


def _require_all(folder: Path, files: Collection[str], named: set[str]) -> None:
    if named != {*files}:
        # A signature of the same key over less, or over something else, vouches for nothing
        # here: without this an artifact's would do for a contract it was copied beside.
        raise SignatureError(
            f"{folder}: signed are {', '.join(sorted(named)) or 'no files'}; expected "
            f"{', '.join(sorted(files))}",
            hint="sign it anew, with the key that is trusted",
        )


def _library(module: str) -> ModuleType:
    """Return a module of model-signing: heavy, and in an extra, so only who signs imports it."""
    try:
        from model_signing import hashing, signing, verifying  # noqa: PLC0415 - an extra's
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            error.name or "model-signing", extra="signing", purpose="a signature"
        ) from error
    found: dict[str, ModuleType] = {
        "hashing": hashing,
        "signing": signing,
        "verifying": verifying,
    }
    return found[module]


def _hashing(folder: Path, files: Collection[str]) -> Any:
    """Return how files are hashed: those and nothing else of the folder, in one thread."""
    others = [
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).as_posix() not in files
    ]
    config = _library("hashing").Config().use_file_serialization(max_workers=1)
    return config.set_ignored_paths(paths=others, ignore_git_paths=False)


def _require(folder: Path, signature: Path) -> None:
    if not signature.is_file():
        raise SignatureError(
            f"{folder}: a signature is demanded, and there is none: no {signature.name}",
            hint="publish it with signing=key signing.private_key=…, or ask with signing=none",
        )
    if signature.stat().st_size > LARGEST:
        raise SignatureError(f"{signature}: larger than {LARGEST} bytes, no signature of ours")


def _named(signature: Path) -> set[str]:
    """Return the files that a verified signature is over."""
    bundle = msgspec.json.decode(signature.read_bytes())
    statement = msgspec.json.decode(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    return {resource["name"] for resource in statement["predicate"]["resources"]}


def _another(error: Exception) -> bool:
    return "Key mismatch" in str(error) or type(error).__name__ == "InvalidSignature"


def _refused(folder: Path, keys: tuple[Path, ...], error: Exception) -> SignatureError:
    said = " ".join(str(error).split()) or type(error).__name__
    if _another(error):
        return SignatureError(
            f"{folder}: not signed by the key {' or '.join(map(str, keys))}",
            hint="ask who publishes for their public key, or for a signature by this one",
        )
    if said.startswith("Signature mismatch"):
        return SignatureError(
            f"{folder}: not as it was signed: {said.removeprefix('Signature mismatch: ')[:300]}",
            hint="restore the files; or, to vouch for them as they are, remove it and sign",
        )
    return SignatureError(
        f"{folder}: its signature cannot be read: {type(error).__name__}: {said[:300]}",
        hint="restore it; or, to vouch for the files as they are, remove it and sign",
    )


def _unusable(which: str, key: Path, error: Exception) -> ConfigError:
    return ConfigError(
        f"signing.{which}_key={key}: {type(error).__name__}: {' '.join(str(error).split())}",
        hint="expected the PEM file of a key on P-256, P-384 or P-521: docs/signing.md",
    )
