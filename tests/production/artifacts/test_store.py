"""The artifact store in a local folder: tampered files, failing disks and killed writers."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from contracts.errors import IntegrityError, StateError
from contracts.host.durable import sync
from production.artifacts.listing import LISTING
from production.artifacts.store import PUBLISHED, QUARANTINED, STAGED, LocalArtifacts
from tests.suites.artifacts import ArtifactsSuite, state_folder
from tests.suites.writer import killed_after

REPOSITORY = Path(__file__).parents[3]

#: Publishes without end, and prints a line after every step.
WRITER = """
import itertools, sys
from pathlib import Path
from contracts.host.durable import sync
from production.artifacts.store import LocalArtifacts

def announce(path):
    sync(path)
    print("synced", flush=True)

root = Path(sys.argv[1])
store = LocalArtifacts(root / "store", sync=announce)
for number in itertools.count():
    folder = root / f"{sys.argv[2]}-{number}"
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "trees.bin").write_text(folder.name * 1000)
    (folder / "golden.arrow").write_text(folder.name)
    print("published", store.publish(folder), flush=True)
"""


class TestLocalArtifacts(ArtifactsSuite):
    """The local store passes the suite."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> LocalArtifacts:
        """An empty folder."""
        return LocalArtifacts(tmp_path / "store")


@pytest.fixture
def store(tmp_path: Path) -> LocalArtifacts:
    """A store that refuses more than 1 MiB."""
    return LocalArtifacts(tmp_path / "store", largest=2**20)


@pytest.fixture
def digest(store: LocalArtifacts, tmp_path: Path) -> str:
    """An artifact in it."""
    return store.publish(state_folder(tmp_path / "made"))


class FailingSync:
    """A disk that syncs a number of paths, and fails from the next on."""

    def __init__(self, count: int) -> None:
        self._left = count

    def __call__(self, path: Path) -> None:
        """Sync the path, or fail."""
        self._left -= 1
        if self._left < 0:
            raise OSError(5, "Input/output error", str(path))


def writable(store: LocalArtifacts, digest: str) -> Path:
    """Return an artifact's folder, its files made writable."""
    path = store.open(digest)
    for file in path.rglob("*"):
        if file.is_file():
            file.chmod(0o644)
    return path


def names_in(tmp_path: Path, place: str) -> list[str]:
    """Return the names in a subfolder of the store."""
    return sorted(path.name for path in (tmp_path / "store" / place).iterdir())


def test_changed(store: LocalArtifacts, digest: str) -> None:
    """One changed byte of the same length is refused, naming the file."""
    (writable(store, digest) / "model" / "trees.bin").write_bytes(b"weightz")
    with pytest.raises(IntegrityError, match=r"model/trees\.bin differs"):
        store.open(digest)


def test_truncated(store: LocalArtifacts, digest: str) -> None:
    """A file of another size is refused, naming both sizes."""
    (writable(store, digest) / "model" / "trees.bin").write_bytes(b"")
    with pytest.raises(IntegrityError, match=r"model/trees\.bin has 0 bytes, 7 are listed"):
        store.open(digest)


def test_missing(store: LocalArtifacts, digest: str) -> None:
    """A file that is gone is refused."""
    (store.open(digest) / "golden.arrow").unlink()
    with pytest.raises(IntegrityError, match=r"golden\.arrow is missing"):
        store.open(digest)


@pytest.mark.parametrize("name", ["model/extra.pkl", "extra", "model/deep/extra"])
def test_unlisted(store: LocalArtifacts, digest: str, name: str) -> None:
    """A file that is not listed is refused, however deep it lies."""
    extra = store.open(digest) / name
    extra.parent.mkdir(exist_ok=True)
    extra.write_text("code")
    with pytest.raises(IntegrityError, match="is not listed"):
        store.open(digest)


def test_unlisted_folder(store: LocalArtifacts, digest: str) -> None:
    """An empty folder that no listed file needs is refused too."""
    (store.open(digest) / "empty").mkdir()
    with pytest.raises(IntegrityError, match="empty is not listed"):
        store.open(digest)


def test_symbolic_link(store: LocalArtifacts, digest: str, tmp_path: Path) -> None:
    """A listed file replaced by a link to equal bytes is refused."""
    file = store.open(digest) / "golden.arrow"
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IntegrityError, match=r"golden\.arrow is a symbolic link"):
        store.open(digest)


def test_linked_folder(store: LocalArtifacts, digest: str, tmp_path: Path) -> None:
    """A folder replaced by a link is refused, not followed."""
    folder = store.open(digest) / "model"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IntegrityError, match="model is a symbolic link"):
        store.open(digest)


def test_hard_link(store: LocalArtifacts, digest: str, tmp_path: Path) -> None:
    """A hard link is refused: the file could change under its other name."""
    os.link(store.open(digest) / "golden.arrow", tmp_path / "elsewhere")
    with pytest.raises(IntegrityError, match=r"golden\.arrow is a hard link"):
        store.open(digest)


def test_pipe(store: LocalArtifacts, digest: str) -> None:
    """What is neither a file nor a folder is refused without reading it."""
    os.mkfifo(store.open(digest) / "pipe")
    with pytest.raises(IntegrityError, match="pipe is neither a file nor a folder"):
        store.open(digest)


def test_file_became_folder(store: LocalArtifacts, digest: str) -> None:
    """A folder in a listed file's place is refused."""
    file = store.open(digest) / "golden.arrow"
    file.unlink()
    file.mkdir()
    with pytest.raises(IntegrityError, match=r"golden\.arrow is not a file"):
        store.open(digest)


def test_listing_changed(store: LocalArtifacts, digest: str) -> None:
    """A listing rewritten to fit changed files no longer fits the digest."""
    listing = writable(store, digest) / LISTING
    listing.write_bytes(listing.read_bytes() + b" ")
    with pytest.raises(IntegrityError, match=r"listing\.json differs from the artifact's digest"):
        store.open(digest)


def test_too_large(store: LocalArtifacts, digest: str, tmp_path: Path) -> None:
    """More bytes than allowed are neither published nor opened, and the file is named."""
    with pytest.raises(IntegrityError, match="at most 1048576"):
        store.publish(state_folder(tmp_path / "large", "x" * 2**20))
    with pytest.raises(IntegrityError, match=r"model/trees\.bin makes 13 bytes in all, at most 8"):
        LocalArtifacts(tmp_path / "store", largest=8).open(digest)


def test_read_only(store: LocalArtifacts, digest: str) -> None:
    """Published files are read-only."""
    files = [path for path in store.open(digest).rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o444}


def test_published_anew(store: LocalArtifacts, digest: str, tmp_path: Path) -> None:
    """Publishing what lies there broken quarantines that, and replaces it."""
    (writable(store, digest) / "golden.arrow").write_bytes(b"broken")
    assert store.publish(tmp_path / "made") == digest
    assert (store.open(digest) / "golden.arrow").read_bytes() == b"golden"
    assert names_in(tmp_path, QUARANTINED) == [f"{digest}.1"]


def test_every_sync_counts(tmp_path: Path) -> None:
    """Any fsync that fails makes publishing fail, and nothing stays staged."""
    folder, done = state_folder(tmp_path / "made"), list[Path]()
    LocalArtifacts(tmp_path / "counted", sync=done.append).publish(folder)
    for failing in range(len(done)):
        store = tmp_path / f"{failing}"
        with pytest.raises(StateError, match="could not be written"):
            LocalArtifacts(store, sync=FailingSync(failing)).publish(folder)
        assert not [*store.glob(f"{STAGED}/*")]


def test_order_of_syncs(tmp_path: Path) -> None:
    """The store's folders are synced first, then files before their folders, their place last."""
    done: list[Path] = []
    store = LocalArtifacts(tmp_path / "store", sync=done.append)
    store.publish(state_folder(tmp_path / "made"))
    names = [path.name for path in done]
    assert done[:4] == [tmp_path, *[tmp_path / "store"] * 3]  # that hold the new folders' names
    assert names.index("trees.bin") < names.index("model") < len(names) - 2
    assert names[-1] == PUBLISHED
    assert done[-2].parents[1].name == STAGED


def test_published_together(tmp_path: Path) -> None:
    """Two writers that publish equal content at once both succeed."""
    store = LocalArtifacts(tmp_path / "store")
    folder = state_folder(tmp_path / "made")
    digests: list[str] = []

    def overtaken(path: Path) -> None:
        sync(path)
        if not digests:
            digests.append(store.publish(folder))

    digests.append(LocalArtifacts(tmp_path / "store", sync=overtaken).publish(folder))
    assert digests[0] == digests[1]
    assert names_in(tmp_path, PUBLISHED) == [digests[0]]


def test_living_writer_keeps_its_folder(tmp_path: Path) -> None:
    """Opening the store again does not remove what a living writer is staging."""
    folder = state_folder(tmp_path / "made")

    def reopening(path: Path) -> None:
        LocalArtifacts(tmp_path / "store")
        sync(path)

    store = LocalArtifacts(tmp_path / "store", sync=reopening)
    assert store.open(store.publish(folder)).is_dir()


@pytest.mark.parametrize("seed", range(5))
def test_killed(tmp_path: Path, seed: int) -> None:
    """A writer killed at any step leaves only whole artifacts, and all that it acknowledged."""
    steps = random.Random(seed).randrange(1, 40)  # noqa: S311 - a step to stop at, not a secret
    lines = killed_after(steps, WRITER, str(tmp_path), str(seed))
    acknowledged = {line.split()[1] for line in lines if line.startswith("published")}
    store = LocalArtifacts(tmp_path / "store")
    published = names_in(tmp_path, PUBLISHED)
    assert acknowledged <= set(published)
    for digest in published:
        store.open(digest)
    assert names_in(tmp_path, STAGED) == []
