"""What runs of one comparison keep of the fits that they share, in a folder of theirs.

```
fits/<key>.json     what is kept of a fit
artifacts/          the models' files and their predictions, each under its digest
turns.lock          whose turn it is: a byte of it for each fit
```

All of it is data, verified before it is read. What is missing or broken is fitted anew: nothing
here need survive, and all of it may be removed when no run is under way.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.errors import IntegrityError, StateError
from contracts.host.durable import disk_errors, write_file
from production.artifacts.listing import LISTING
from production.artifacts.store import LocalArtifacts

if TYPE_CHECKING:
    from contracts.ports import Floats

LOCK, FITS, ARTIFACTS, PREDICTIONS = "turns.lock", "fits", "artifacts", "predictions.npy"
#: How many hexadecimal digits of a key say its byte of the lock file: an offset has 63 bits.
DIGITS = 15
#: numpy's codes of the numbers that a model may predict.
NUMBERS = "biuf"


class StoredFit(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one fit.

    Attributes:
        seconds: How long it took.
        labels: The labels that the model names, as texts; empty if it names none.
        model: The artifact of the model's files; None until one run has written them.
        predictions: By the digest of rows the artifact of what the model predicted for them.
    """

    seconds: float
    labels: tuple[str, ...]
    model: str | None = None
    predictions: Mapping[str, str] = {}


class FitStore:
    """The fits that runs of one comparison share. Processes may share a store.

    Args:
        folder: A folder of ours.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._artifacts = LocalArtifacts(folder / ARTIFACTS, sync=lambda _: None)

    def read(self, key: str) -> StoredFit | None:
        """Return what is kept of a fit; None if it has not been made, or the file is broken."""
        path = self._path(key)
        if not path.is_file():
            return None
        with suppress(msgspec.MsgspecError), disk_errors(str(path), "read"):
            return msgspec.json.decode(path.read_bytes(), type=StoredFit)
        return None

    def write(self, key: str, fit: StoredFit) -> None:
        """Keep a fit, in place of what was kept of it."""
        write_file(self._path(key), msgspec.json.encode(fit))

    def keep_files(self, folder: Path) -> str | None:
        """Keep a folder's files, and return their artifact; None where they make none."""
        with suppress(IntegrityError, StateError):
            return self._artifacts.publish(folder)
        return None

    def copy_files(self, artifact: str, folder: Path) -> bool:
        """Copy an artifact's files into an empty folder; False if it is missing or broken."""
        with suppress(IntegrityError, StateError):
            source = self._artifacts.open(artifact)
            shutil.copytree(source, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
            (folder / LISTING).unlink()
            return True
        return False

    def keep_predictions(self, predictions: Floats) -> str | None:
        """Keep predictions, and return their artifact; None where they are no array of numbers."""
        if not isinstance(predictions, np.ndarray) or predictions.dtype.kind not in NUMBERS:
            return None
        with tempfile.TemporaryDirectory(prefix="predictions-") as folder:
            np.save(Path(folder) / PREDICTIONS, predictions, allow_pickle=False)
            return self.keep_files(Path(folder))

    def predictions(self, artifact: str) -> Floats | None:
        """Return the predictions in an artifact; None if it is missing or broken."""
        with suppress(IntegrityError, StateError, ValueError):
            file = self._artifacts.open(artifact) / PREDICTIONS
            predictions: Floats = np.load(file, allow_pickle=False)
            return predictions
        return None

    def _path(self, key: str) -> Path:
        return self._folder / FITS / f"{key}.json"


class Turns:
    """Lets one process at a time go on with a fit; the system ends the turns of killed ones.

    Args:
        folder: The folder of the store.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / LOCK
        self._handle: int | None = None

    def take(self, key: str) -> None:
        """Wait until no other process has the turn of a fit, and take it.

        Where that would wait for a process that waits for this one, nothing is taken: what both
        then fit is equal.
        """
        if self._handle is None:
            with disk_errors(str(self._file)):
                self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.lockf(self._handle, fcntl.LOCK_EX, 1, int(key[:DIGITS], 16))
        except OSError as error:
            if error.errno != errno.EDEADLK:
                raise

    def end(self) -> None:
        """End all turns of this process: closing a file ends its locks."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
