"""The artifact store in a bucket that hosts share, with a verified cache in a local folder.

An object store cannot rename, so an artifact's files are written first and its listing last: a
reader sees an artifact only when its listing is there. An artifact's digest is a part of every key,
so writers of equal content write equal bytes.

```
published/<digest>/           the files, and listing.json
quarantined/<digest>.<n>/     why an artifact was moved aside, and a copy of it
signatures/<digest>.sig       the signatures
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.errors import IntegrityError, StateError
from contracts.host.durable import disk_errors, write_file
from contracts.host.staging import staging
from production.artifacts.bucket import Bucket
from production.artifacts.listing import (
    LARGEST_LISTING,
    LISTING,
    broken,
    check_file,
    parse_listing,
    walk,
)
from production.artifacts.signatures import BucketSignatures
from production.artifacts.store import (
    DIGEST,
    LARGEST,
    PUBLISHED,
    QUARANTINED,
    REASON,
    STAGED,
    LocalArtifacts,
    next_quarantine,
    quarantined,
    quarantines,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LARGEST_REASON = 2**20


class ObjectArtifacts:
    """An artifact store in a bucket; threads, processes and hosts may share it.

    Artifacts that were opened before can be opened while the bucket cannot be reached.

    Args:
        folder: The folder of the cache, created if it is missing.
        url: See `production.artifacts.bucket.Bucket`.
        endpoint: The address of a store that is not the provider's own.
        region: The region of the bucket.
        options: Others of obstore's store of that kind.
        largest: How many bytes one artifact may have.

    Raises:
        ConfigError: The URL or an option is not one that obstore knows.
        MissingExtraError: obstore is not installed.
        StateError: The folder could not be made durable.
    """

    def __init__(
        self,
        folder: Path,
        *,
        url: str,
        endpoint: str | None = None,
        region: str | None = None,
        options: Mapping[str, Any] | None = None,
        largest: int = LARGEST,
    ) -> None:
        named = {"endpoint": endpoint, "region": region}
        given = {name: value for name, value in named.items() if value is not None}
        self._bucket = Bucket(url, {**(options or {}), **given})
        self._cache = LocalArtifacts(folder, largest=largest)
        self._folder, self._largest = folder, largest

    def publish(self, folder: Path) -> str:
        """Store a folder's files and return the artifact's digest, once they are durable.

        Publishing equal content again changes nothing.

        Raises:
            IntegrityError: The folder has a link, or something that is no file.
            StateError: The folder is empty, or the bytes could not be made durable.
        """
        digest = self._cache.publish(folder)
        cached = self._cache.open(digest)
        for relative, path in walk(cached):
            if path.is_file() and relative != LISTING:
                self._bucket.write(_key(digest, relative), path)
        self._list(digest, (cached / LISTING).read_bytes())
        return digest

    def open(self, digest: str) -> Path:
        """Return the folder of an artifact, after verifying every file; it is only to be read.

        Raises:
            IntegrityError: A file is missing, different or too large, or the listing is; or the
                artifact was quarantined.
            StateError: There is no such artifact, or it could not be read.
        """
        try:
            content = self._listing(digest)
        except IntegrityError:
            raise
        except StateError as away:
            return self._cached(digest, away)
        if content is None:
            raise self._absent(digest)
        try:
            return self._cache.open(digest)
        except StateError:  # it is not in the cache, or not as it was
            self._download(digest, content)
        return self._cache.open(digest)

    def quarantine(self, digest: str, reason: str) -> Path:
        """Move a broken artifact where nobody can open it, and return where it lies here.

        Raises:
            StateError: There is no such artifact, or the bucket could not be written.
        """
        if self._listing(digest, verified=False) is None:
            raise self._absent(digest)
        self._move_aside(digest, reason)
        try:
            return self._cache.quarantine(digest, reason)
        except StateError:  # it is not in the cache
            return self._note(digest, reason)

    def signatures(self, folder: Path) -> BucketSignatures:
        """Return the signatures of the artifacts, with copies in a folder."""
        return BucketSignatures(self._bucket, folder)

    def _listing(self, digest: str, *, verified: bool = True) -> bytes | None:
        """Return the bytes of a listing, None if there is none.

        Raises:
            IntegrityError: It is not as it was written.
            StateError: It could not be read.
        """
        if not DIGEST.fullmatch(digest):
            return None
        content = self._bucket.read(_key(digest, LISTING), LARGEST_LISTING)
        if verified and content is not None:
            parse_listing(content, digest, self._largest)
        return content

    def _cached(self, digest: str, away: StateError) -> Path:
        try:
            return self._cache.open(digest)
        except IntegrityError:
            raise
        except StateError:
            raise away from None

    def _download(self, digest: str, listing: bytes) -> None:
        """Bring an artifact into the cache, each file verified."""
        what = f"the artifact {digest}"
        with disk_errors(what), staging(self._folder / STAGED) as stage:
            for entry in parse_listing(listing, digest, self._largest).files:
                path = stage / entry.path
                path.parent.mkdir(parents=True, exist_ok=True)
                if not self._bucket.fetch(_key(digest, entry.path), path, entry.size):
                    raise broken(digest, entry.path, "is missing")
                check_file(digest, path, entry)
            self._cache.publish(stage)

    def _list(self, digest: str, listing: bytes) -> None:
        """Make an artifact visible, whose files are there; replace a listing that is broken."""
        key = _key(digest, LISTING)
        if self._bucket.create(key, listing):
            return
        if self._bucket.read(key, LARGEST_LISTING) != listing:
            self._move_aside(digest, "its listing differed from its digest")
            self._bucket.create(key, listing)

    def _move_aside(self, digest: str, reason: str) -> None:
        """Record the reason, hide the artifact from all readers, then keep a copy of its files."""
        number, content = 1, f"{reason}\n".encode()
        while not self._bucket.create(f"{QUARANTINED}/{digest}.{number}/{REASON}", content):
            number += 1
        aside = f"{QUARANTINED}/{digest}.{number}/artifact"
        self._bucket.copy(_key(digest, LISTING), f"{aside}/{LISTING}")
        self._bucket.delete(_key(digest, LISTING))
        start = len(_key(digest, ""))
        for key in self._bucket.keys(_key(digest, "")):
            self._bucket.copy(key, f"{aside}/{key[start:]}")

    def _note(self, digest: str, reason: str) -> Path:
        aside = next_quarantine(self._folder / QUARANTINED, digest)
        write_file(aside / REASON, f"{reason}\n".encode())
        return aside

    def _absent(self, digest: str) -> StateError:
        """Return why an artifact cannot be opened: it was moved aside, or there is none."""
        numbers = self._quarantines(digest) if DIGEST.fullmatch(digest) else []
        if not numbers:
            return StateError(
                f"unknown artifact {digest!r}",
                hint=f"artifacts lie in {self._bucket.url}/{PUBLISHED}: train or publish it anew",
            )
        key = f"{QUARANTINED}/{digest}.{numbers[-1]}/{REASON}"
        reason = self._bucket.read(key, LARGEST_REASON) or b""
        return quarantined(digest, reason.decode(errors="replace"))

    def _quarantines(self, digest: str) -> list[int]:
        names = {key.split("/")[1] for key in self._bucket.keys(QUARANTINED)}
        return quarantines(names, digest)


def _key(digest: str, relative: str) -> str:
    return f"{PUBLISHED}/{digest}/{relative}"
