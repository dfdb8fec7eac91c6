"""What a product serves by, as it is kept for a start while the database is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from production.registry.manifests import Inventoried
from production.registry.tokens import Token
from production.service.local_copy import Known, LocalCopy

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = Inventoried(product="toy", revision=3, document={"a": [1, None]}, created_at=5)
TOKEN = Token(product="toy", name="web", digest="0" * 64, scopes=("read",), created_at=1)


def test_it_is_what_was_known_last(tmp_path: Path) -> None:
    """Neither the manifest nor the tokens forget the other."""
    file = tmp_path / "served.bin"
    assert LocalCopy(file).known == Known()
    LocalCopy(file).keep_manifest(MANIFEST)
    LocalCopy(file).keep_tokens([TOKEN])
    assert LocalCopy(file).known == Known(manifest=MANIFEST, tokens=(TOKEN,))


def test_what_is_known_already_is_not_written_again(tmp_path: Path) -> None:
    """A process that looks every second does not write every second."""
    copy = LocalCopy(tmp_path / "served.bin")
    copy.keep_manifest(MANIFEST)
    before = (tmp_path / "served.bin").stat().st_ino
    copy.keep_manifest(MANIFEST)
    assert (tmp_path / "served.bin").stat().st_ino == before


@pytest.mark.parametrize("at", [0, 40, -1])
def test_a_damaged_one_is_none(tmp_path: Path, at: int, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing serves by what was changed; the log says so."""
    file = tmp_path / "served.bin"
    LocalCopy(file).keep_manifest(MANIFEST)
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    assert LocalCopy(file).known == Known()
    assert "differs from its digest" in caplog.text


def test_a_disk_that_cannot_be_written_disturbs_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once, and kept when it can be."""
    (tmp_path / "served.bin").mkdir()
    copy = LocalCopy(tmp_path / "served.bin")
    for _ in range(2):
        copy.keep_manifest(MANIFEST)
    assert caplog.text.count("not kept for a start without the database") == 1
    (tmp_path / "served.bin").rmdir()
    copy.keep_manifest(MANIFEST)
    assert LocalCopy(tmp_path / "served.bin").known.manifest == MANIFEST
