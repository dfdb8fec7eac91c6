"""A bucket of an object store, through obstore: S3, Google Cloud Storage and Azure alike."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from contracts.errors import ConfigError, MissingExtraError, StateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SCHEMES = ("s3", "gs", "az")
CONNECT, REQUEST = timedelta(seconds=5), timedelta(minutes=5)
RETRIES, GIVE_UP = 3, timedelta(seconds=20)


class Bucket:
    """Objects by key, below the path of a URL. A write is durable when its method returns.

    Every method raises a StateError if the store cannot be reached, or refuses.

    Args:
        url: For example ``s3://bucket/prefix``, ``gs://bucket/prefix`` or
            ``az://container/prefix``.
        options: Of obstore's store of that kind, such as ``endpoint`` or ``region``.

    Raises:
        ConfigError: The URL or an option is not one that obstore knows.
        MissingExtraError: obstore is not installed.
    """

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        try:
            import obstore  # noqa: PLC0415 - an optional extra
            from obstore.exceptions import AlreadyExistsError, BaseError  # noqa: PLC0415
            from obstore.store import from_url  # noqa: PLC0415
        except ModuleNotFoundError:
            raise MissingExtraError(
                "obstore", extra="objects", purpose=f"the store {url}"
            ) from None
        if url.partition("://")[0] not in SCHEMES:
            raise ConfigError(
                f"expected the URL of an object store, got {url!r}",
                hint="for example artifacts.url=s3://bucket/prefix, or gs://…, or az://…",
            )
        self._library, self.url = obstore, url
        self._faults, self._exists = (BaseError, OSError), AlreadyExistsError
        # Its overloads want to know the kind of store.
        make: Any = from_url
        try:
            self._store = make(
                url,
                config=dict(options),
                client_options={
                    "allow_http": str(options.get("endpoint", "")).startswith("http://"),
                    "connect_timeout": CONNECT,
                    "timeout": REQUEST,
                },
                retry_config={"max_retries": RETRIES, "retry_timeout": GIVE_UP},
            )
        except (BaseError, ValueError, TypeError) as error:
            raise ConfigError(
                f"{url}: {_first_line(error)}",
                hint="see the comment in conf/artifacts on its URL and credentials",
            ) from error

    def read(self, key: str, largest: int) -> bytes | None:
        """Return an object's bytes, None if there is none.

        Raises:
            StateError: It has more bytes than allowed.
        """
        with self._translated("read"):
            try:
                result = self._library.get(self._store, key)
            except FileNotFoundError:
                return None
            if result.meta["size"] <= largest:
                return bytes(result.bytes())
        raise StateError(f"{self.url}/{key}: expected at most {largest} bytes")

    def fetch(self, key: str, path: Path, largest: int) -> bool:
        """Write an object's bytes to a file, one more than allowed at most; False if it is missing.

        The file is not synced.
        """
        with path.open("wb") as file, self._translated("read"):
            try:
                chunks = self._library.get(self._store, key).stream()
            except FileNotFoundError:
                return False
            left = largest + 1
            for chunk in chunks:
                file.write(bytes(chunk)[:left])
                left -= min(left, len(chunk))
                if not left:
                    break
        return True

    def write(self, key: str, content: bytes | Path) -> None:
        """Write an object, in place of one that is there."""
        with self._translated("written"):
            self._library.put(self._store, key, content)

    def create(self, key: str, content: bytes) -> bool:
        """Write an object unless there is one, and return whether it was written."""
        with self._translated("written"):
            try:
                self._library.put(self._store, key, content, mode="create", use_multipart=False)
            except self._exists:
                return False
        return True

    def keys(self, prefix: str) -> list[str]:
        """Return the keys below a folder, in order."""
        with self._translated("read"):
            batches = self._library.list(self._store, prefix)
            return sorted(meta["path"] for batch in batches for meta in batch)

    def copy(self, key: str, target: str) -> None:
        """Copy an object."""
        with self._translated("written"):
            self._library.copy(self._store, key, target)

    def delete(self, key: str) -> None:
        """Delete an object; there may be none."""
        with self._translated("written"):
            self._library.delete(self._store, key)

    @contextmanager
    def _translated(self, done: str) -> Iterator[None]:
        try:
            yield
        except self._faults as error:
            raise StateError(
                f"{self.url} could not be {done}: {_first_line(error)}",
                hint="check the network, the bucket and who may use it, then try again",
            ) from error


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
