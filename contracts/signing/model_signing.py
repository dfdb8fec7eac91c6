"""The adapter of model-signing: a signature is a Sigstore bundle over the digests of files.

Nothing is sent anywhere: the keys are files. Anyone who has the public key can check a signature
without this framework: `model_signing verify key`.
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

#: Bytes; a signature over thousands of files is smaller, so a larger file is not one of ours.
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
        """Write a signature over files of a folder, completely or not at all.

        Raises:
            ConfigError: The key does not exist, or cannot sign.
            MissingExtraError: model-signing is not installed.
        """
        signing = _library("signing")
        try:
            config = signing.Config().use_elliptic_key_signer(
                private_key=self._key, password=self._password
            )
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise _unusable("private", self._key, error) from error
        # Made elsewhere, since the signature may belong into the folder that is signed.
        with TemporaryDirectory() as temporary:
            path = Path(temporary) / "signature"
            config.set_hashing_config(_hashing(folder, files)).sign(folder, path)
            write_file(signature, path.read_bytes())

    def signed(self, folder: Path, files: Collection[str], signature: Path) -> bool:
        """Return whether a signature is this key's, over exactly these files as they are.

        Raises:
            ConfigError: The key does not exist, or is no key.
            MissingExtraError: model-signing is not installed.
        """
        with TemporaryDirectory() as temporary:
            public = Path(temporary) / "public"
            public.write_bytes(self._public_key())
            try:
                KeyVerifier(str(public)).verify(folder, files, signature)
            except SignatureError:
                return False
        return True

    def _public_key(self) -> bytes:
        _library("signing")  # it brings the library that reads keys
        from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415 - an extra's

        try:
            key = form.load_pem_private_key(self._key.read_bytes(), self._password)
        except (OSError, ValueError, TypeError) as error:
            raise _unusable("private", self._key, error) from error
        return key.public_key().public_bytes(
            form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo
        )


class KeyVerifier:
    """Demands signatures that one of several public keys confirms.

    Args:
        keys: The files of the keys, PEM.
    """

    def __init__(self, *keys: str) -> None:
        self._keys = tuple(map(Path, keys))

    def verify(self, folder: Path, files: Collection[str], signature: Path) -> None:
        """Check that a signature exists, by one of the keys, over exactly these files as they are.

        Raises:
            SignatureError: There is none, or it is by another key, or over other bytes or files.
            ConfigError: A key does not exist, or is no key.
            MissingExtraError: model-signing is not installed.
        """
        # Every key is read first, so that a file that is no key is always reported.
        configs = [_verifying_config(key) for key in self._keys]
        _require(folder, signature)
        errors = []
        for config in configs:
            try:
                config.set_hashing_config(_hashing(folder, files)).verify(folder, signature)
                signed = _signed_files(signature)
            except Exception as error:  # noqa: BLE001 - what the parser or the curve below it raised
                errors.append(error)
            else:
                return _require_files(folder, files, signed)
        worst = next((each for each in errors if not _by_another_key(each)), errors[-1])
        raise _refusal(folder, self._keys, worst) from worst


def _verifying_config(key: Path) -> Any:
    try:
        return _library("verifying").Config().use_elliptic_key_verifier(public_key=key)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise _unusable("public", key, error) from error


def _require_files(folder: Path, files: Collection[str], signed: set[str]) -> None:
    if signed != {*files}:
        # A signature by the same key over fewer or other files does not count: otherwise an
        # artifact's would be accepted for a contract that it was copied beside.
        raise SignatureError(
            f"{folder}: signed are {', '.join(sorted(signed)) or 'no files'}; expected "
            f"{', '.join(sorted(files))}",
            hint="sign it again, with the key that is trusted",
        )


def _library(module: str) -> ModuleType:
    """Return a module of model-signing, which is heavy and in an extra, so imported only here."""
    try:
        from model_signing import hashing, signing, verifying  # noqa: PLC0415 - an extra's
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            error.name or "model-signing", extra="signing", purpose="a signature"
        ) from error
    modules: dict[str, ModuleType] = {
        "hashing": hashing,
        "signing": signing,
        "verifying": verifying,
    }
    return modules[module]


def _hashing(folder: Path, files: Collection[str]) -> Any:
    """Return the configuration that hashes these files alone of the folder, in one thread."""
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
            hint="publish it with signing=key signing.private_key=…, or read it with signing=none",
        )
    if signature.stat().st_size > LARGEST:
        raise SignatureError(f"{signature}: larger than {LARGEST} bytes, no signature of ours")


def _signed_files(signature: Path) -> set[str]:
    """Return the files that a verified signature is over."""
    bundle = msgspec.json.decode(signature.read_bytes())
    statement = msgspec.json.decode(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    return {resource["name"] for resource in statement["predicate"]["resources"]}


def _by_another_key(error: Exception) -> bool:
    return "Key mismatch" in str(error) or type(error).__name__ == "InvalidSignature"


def _refusal(folder: Path, keys: tuple[Path, ...], error: Exception) -> SignatureError:
    text = " ".join(str(error).split()) or type(error).__name__
    if _by_another_key(error):
        return SignatureError(
            f"{folder}: not signed by the key {' or '.join(map(str, keys))}",
            hint="ask who publishes for their public key, or for a signature by this one",
        )
    if text.startswith("Signature mismatch"):
        return SignatureError(
            f"{folder}: not as it was signed: {text.removeprefix('Signature mismatch: ')[:300]}",
            hint="restore the files; or, if they are right as they are, remove it and sign",
        )
    return SignatureError(
        f"{folder}: its signature cannot be read: {type(error).__name__}: {text[:300]}",
        hint="restore it; or, if the files are right as they are, remove it and sign",
    )


def _unusable(which: str, key: Path, error: Exception) -> ConfigError:
    return ConfigError(
        f"signing.{which}_key={key}: {type(error).__name__}: {' '.join(str(error).split())}",
        hint="expected the PEM file of a key on P-256, P-384 or P-521: docs/signing.md",
    )
