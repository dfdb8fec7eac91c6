"""The port of an artifact store, and the store in a local folder.

A reader of the local store sees a whole artifact or none:

```
published/<digest>/     the artifacts, each with its listing.json
staged/…                what is being written; removed if its writer is killed
quarantined/…           broken artifacts, each with the reason beside it
```
"""

from __future__ import annotations

import errno
import re
import shutil
from typing import TYPE_CHECKING, Protocol

from contracts.errors import IntegrityError, StateError, did_you_mean
from contracts.host.durable import disk_errors, make_folder, sync, sync_tree
from contracts.host.staging import staging, sweep
from production.artifacts.listing import LISTING, digest, list_files, verify, walk
from production.artifacts.signatures import FolderSignatures

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from contracts.host.durable import Sync
    from production.artifacts.listing import Listing
    from production.artifacts.signatures import Signatures

PUBLISHED, STAGED, QUARANTINED = "published", "staged", "quarantined"
DIGEST = re.compile(r"[0-9a-f]{64}")
REASON = "reason.txt"
READ_ONLY = 0o444
LARGEST = 2 * 2**30


class Artifacts(Protocol):
    """Stores folders of data files by digest, each written once."""

    def publish(self, folder: Path) -> str:
        """Store a folder's files and return the artifact's digest, once they are durable.

        Publishing equal content again changes nothing.

        Raises:
            IntegrityError: The folder has a link, or something that is no file.
            StateError: The folder is empty, or the bytes could not be made durable.
        """

    def open(self, digest: str) -> Path:
        """Return the folder of an artifact, after verifying every file; it is only to be read.

        Raises:
            IntegrityError: A file is unlisted, missing, linked, different or too large; or the
                artifact was quarantined.
            StateError: There is no such artifact, or it could not be read.
        """

    def quarantine(self, digest: str, reason: str) -> Path:
        """Move a broken artifact where it cannot be opened, and return where it lies now.

        Raises:
            StateError: There is no such artifact.
        """

    def signatures(self, folder: Path) -> Signatures:
        """Return the signatures of the artifacts, with files in a folder."""


class LocalArtifacts:
    """An artifact store in a folder of one file system; threads and processes may share it.

    Opening it removes what killed writers had staged.

    Args:
        folder: The store's folder, created if it is missing.
        largest: How many bytes one artifact may have.
        sync: Makes one path durable.

    Raises:
        StateError: The folder could not be made durable.
    """

    def __init__(self, folder: Path, *, largest: int = LARGEST, sync: Sync = sync) -> None:
        self._folder, self._largest, self._sync = folder, largest, sync
        with disk_errors("the store of artifacts"):
            for name in (PUBLISHED, STAGED, QUARANTINED):
                make_folder(folder / name, sync)
        sweep(folder / STAGED)

    def publish(self, folder: Path) -> str:
        """Store a folder's files and return the artifact's digest, once they are durable.

        Publishing equal content again changes nothing.

        Raises:
            IntegrityError: The folder has a link, or something that is no file.
            StateError: The folder is empty, or the bytes could not be made durable.
        """
        with disk_errors("the artifact"), staging(self._folder / STAGED) as stage:
            name = self._fill(stage, folder)
            sync_tree(stage, self._sync)
            self._place(stage, name)
            self._sync(self._folder / PUBLISHED)
        return name

    def open(self, digest: str) -> Path:
        """Return the folder of an artifact, after verifying every file; it is only to be read.

        Raises:
            IntegrityError: A file is unlisted, missing, linked, different or too large; or the
                artifact was quarantined.
            StateError: There is no such artifact, or it could not be read.
        """
        path = self._path(digest)
        with disk_errors(f"the artifact {digest}", "read"):
            verify(path, digest, largest=self._largest)
        return path

    def quarantine(self, digest: str, reason: str) -> Path:
        """Move a broken artifact where it cannot be opened, and return where it lies now.

        Raises:
            StateError: There is no such artifact, or the move could not be made durable.
        """
        path, aside = self._path(digest), self._folder / QUARANTINED
        target = next_quarantine(aside, digest)
        with disk_errors("the quarantine"):
            target.mkdir()
            (target / REASON).write_text(f"{reason}\n", encoding="utf-8")
            path.rename(target / "artifact")
            for changed in (target / REASON, target, aside, self._folder / PUBLISHED):
                self._sync(changed)
        return target

    def signatures(self, folder: Path) -> FolderSignatures:
        """Return the signatures of the artifacts, which lie in a folder."""
        return FolderSignatures(folder)

    def _fill(self, stage: Path, folder: Path) -> str:
        """Copy a folder's files into the stage, list them there, and return the digest."""
        for relative, path in walk(folder):
            if path.is_file():
                copy = stage / relative
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
                copy.chmod(READ_ONLY)
        listing = list_files(stage)
        self._check(folder, listing)
        content = listing.encode()
        (stage / LISTING).write_bytes(content)
        (stage / LISTING).chmod(READ_ONLY)
        return digest(content)

    def _check(self, folder: Path, listing: Listing) -> None:
        if not listing.files:
            raise StateError(f"expected files to publish, {folder} has none")
        if LISTING in {entry.path for entry in listing.files}:
            raise IntegrityError(f"{LISTING} is the listing's own name", hint="rename the file")
        if listing.size > self._largest:
            raise IntegrityError(
                f"{folder} has {listing.size} bytes, at most {self._largest} are allowed"
            )

    def _place(self, stage: Path, name: str) -> None:
        target = self._folder / PUBLISHED / name
        if not target.exists():
            try:
                stage.rename(target)
            except OSError as error:
                # Another writer may have placed equal content at the same time.
                if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                    raise
            else:
                return
        self._place_again(stage, name)

    def _place_again(self, stage: Path, name: str) -> None:
        """Leave what is published if it is whole, else replace it."""
        try:
            sync_tree(self.open(name), self._sync)
        except IntegrityError as broken:
            self.quarantine(name, str(broken))
            stage.rename(self._folder / PUBLISHED / name)

    def _path(self, digest: str) -> Path:
        path = self._folder / PUBLISHED / digest
        if not DIGEST.fullmatch(digest) or not path.is_dir():
            self._check_quarantine(digest)
            names = [entry.name for entry in (self._folder / PUBLISHED).iterdir()]
            raise StateError(
                f"unknown artifact {digest!r}{did_you_mean(digest, names)}",
                hint=f"{len(names)} artifacts lie in {self._folder / PUBLISHED}",
            )
        return path

    def _check_quarantine(self, digest: str) -> None:
        """Refuse an artifact that was moved aside, with the reason it was moved for."""
        files = (self._folder / QUARANTINED).glob(f"*/{REASON}")
        numbers = quarantines((each.parent.name for each in files), digest)
        if numbers:
            file = self._folder / QUARANTINED / f"{digest}.{numbers[-1]}" / REASON
            raise quarantined(digest, file.read_text("utf-8"))


def quarantines(names: Iterable[str], digest: str) -> list[int]:
    """Return the numbers of an artifact's quarantines among names like ``<digest>.2``, in order."""
    parts = (name.partition(".") for name in names)
    return sorted(int(number) for of, _, number in parts if of == digest and number.isdecimal())


def next_quarantine(folder: Path, digest: str) -> Path:
    """Return where in a folder of quarantines an artifact's next one lies."""
    numbers = quarantines((each.name for each in folder.iterdir()), digest)
    return folder / f"{digest}.{max(numbers, default=0) + 1}"


def quarantined(digest: str, reason: str) -> IntegrityError:
    """Return the error for an artifact that was moved aside."""
    return IntegrityError(
        f"the artifact {digest} was quarantined: {reason.strip()}", hint="train or publish it anew"
    )
