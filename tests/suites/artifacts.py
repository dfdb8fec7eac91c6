"""What every artifact store must do; the test file of a store only builds one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.errors import IntegrityError, StateError

if TYPE_CHECKING:
    from pathlib import Path

    from production.artifacts.store import Artifacts


def state_folder(folder: Path, text: str = "weights") -> Path:
    """Return a folder with files as a model writes them."""
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "trees.bin").write_bytes(text.encode())
    (folder / "golden.arrow").write_bytes(b"golden")
    return folder


class ArtifactsSuite:
    """Inherit it and give the fixture `store`: an empty one."""

    def test_reads_back(self, store: Artifacts, tmp_path: Path) -> None:
        """An artifact is opened with the files that were published."""
        path = store.open(store.publish(state_folder(tmp_path / "a")))
        assert (path / "model" / "trees.bin").read_bytes() == b"weights"
        assert (path / "golden.arrow").read_bytes() == b"golden"

    def test_named_by_content(self, store: Artifacts, tmp_path: Path) -> None:
        """Equal content has one digest wherever its folder was, other content another."""
        digests = [
            store.publish(state_folder(tmp_path / name, text))
            for name, text in (("a", "one"), ("b", "one"), ("c", "two"))
        ]
        assert digests[0] == digests[1] != digests[2]

    def test_source_untouched(self, store: Artifacts, tmp_path: Path) -> None:
        """The folder that was published can change afterwards without harm."""
        folder = state_folder(tmp_path / "a")
        digest = store.publish(folder)
        (folder / "golden.arrow").write_bytes(b"changed")
        assert (store.open(digest) / "golden.arrow").read_bytes() == b"golden"

    @pytest.mark.parametrize("digest", ["0" * 64, "", "..", "../published", "A" * 64])
    def test_unknown(self, store: Artifacts, digest: str) -> None:
        """A digest of no artifact is refused, also one that is a path."""
        with pytest.raises(StateError, match="unknown artifact"):
            store.open(digest)

    def test_empty_refused(self, store: Artifacts, tmp_path: Path) -> None:
        """A folder without files is refused."""
        (tmp_path / "a").mkdir()
        with pytest.raises(StateError, match="expected files"):
            store.publish(tmp_path / "a")

    def test_link_refused(self, store: Artifacts, tmp_path: Path) -> None:
        """A link is refused: its target would not be part of the artifact."""
        folder = state_folder(tmp_path / "a")
        (folder / "secret").symlink_to("/etc/hostname")
        with pytest.raises(IntegrityError, match="secret is a symbolic link"):
            store.publish(folder)

    def test_listing_refused(self, store: Artifacts, tmp_path: Path) -> None:
        """A folder with a listing of its own is refused."""
        folder = state_folder(tmp_path / "a")
        (folder / "listing.json").write_text("{}")
        with pytest.raises(IntegrityError, match=r"listing\.json"):
            store.publish(folder)

    def test_quarantined(self, store: Artifacts, tmp_path: Path) -> None:
        """A quarantined artifact cannot be opened, has its reason beside it, and can come again."""
        digest = store.publish(state_folder(tmp_path / "a"))
        aside = store.quarantine(digest, "golden set is off")
        assert "golden set is off" in (aside / "reason.txt").read_text()
        with pytest.raises(IntegrityError, match="was quarantined: golden set is off"):
            store.open(digest)
        assert store.publish(tmp_path / "a") == digest
        assert store.open(digest).is_dir()

    def test_the_last_quarantine_gives_the_reason(self, store: Artifacts, tmp_path: Path) -> None:
        """The eleventh comes after the second, and each lies in a place of its own."""
        folder = state_folder(tmp_path / "a")
        places = set()
        for number in range(1, 12):
            digest = store.publish(folder)
            places.add(store.quarantine(digest, f"reason {number}"))
        assert len(places) == 11
        with pytest.raises(IntegrityError, match="was quarantined: reason 11 "):
            store.open(digest)
