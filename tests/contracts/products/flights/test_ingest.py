"""The files that the ingest makes, leaves alone and repairs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contracts.errors import DataError, MissingExtraError, StateError
from contracts.host.owned import MARKER
from contracts.products.flights import ingest

if TYPE_CHECKING:
    from pathlib import Path


def test_same_bytes(
    raw: dict[str, pa.Table], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made again elsewhere, the files are the same byte by byte, and there are no others."""
    few = {**raw, "flights": raw["flights"].slice(0, 20_000)}
    monkeypatch.setattr(ingest, "raw_tables", lambda _: few)
    receipts = [ingest.ingest(tmp_path / name) for name in ("one", "two")]
    assert receipts[0] == receipts[1]
    for name in (ingest.EVENTS, ingest.RECEIPT):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    content = (tmp_path / "one" / ingest.EVENTS).read_bytes()
    assert hashlib.sha256(content).hexdigest() == receipts[0].sha256
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert names == {ingest.EVENTS, ingest.RECEIPT, MARKER}


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, flights_data: Path) -> list[str]:
    """A list of the runs of the recipe, each of which gives ten flights."""
    runs: list[str] = []
    monkeypatch.setattr(ingest, "raw_files", lambda: {"flights": b""})
    monkeypatch.setattr(ingest, "raw_tables", lambda _: {})
    few = pq.read_table(flights_data / ingest.EVENTS).slice(0, 10)
    receipt = msgspec.json.decode((flights_data / ingest.RECEIPT).read_bytes())
    traps = msgspec.convert(receipt["traps"], ingest.Traps)

    def run(_: object) -> tuple[pa.Table, ingest.Traps]:
        runs.append("run")
        return few, traps

    monkeypatch.setattr(ingest, "events_and_traps", run)
    return runs


def test_intact(tmp_path: Path, runs: list[str]) -> None:
    """Intact files are left alone, and made again only with force."""
    first = ingest.ingest(tmp_path)
    assert ingest.ingest(tmp_path) == first
    assert runs == ["run"]
    assert ingest.ingest(tmp_path, force=True) == first
    assert runs == ["run", "run"]


@pytest.mark.parametrize("name", [ingest.EVENTS, ingest.RECEIPT])
@pytest.mark.parametrize("damage", [b"", b"{}", None])
def test_damaged(tmp_path: Path, runs: list[str], name: str, damage: bytes | None) -> None:
    """Files that are damaged or missing are made again."""
    first = ingest.ingest(tmp_path)
    if damage is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(damage)
    assert ingest.ingest(tmp_path) == first
    assert len(runs) == 2


@pytest.mark.usefixtures("runs")
def test_foreign_events(tmp_path: Path) -> None:
    """Events that were not made by an ingest are refused by name, and stay."""
    (tmp_path / ingest.EVENTS).write_text("of someone else")
    with pytest.raises(StateError, match=f"did not write: {ingest.EVENTS}"):
        ingest.ingest(tmp_path)
    assert (tmp_path / ingest.EVENTS).read_text() == "of someone else"


def test_recipe(tmp_path: Path, runs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of another recipe or other raw tables are made again."""
    ingest.ingest(tmp_path)
    monkeypatch.setattr(ingest, "recipe_digest", lambda _: "another recipe")
    ingest.ingest(tmp_path)
    assert len(runs) == 2


@pytest.mark.usefixtures("runs")
def test_other_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Raw tables with unexpected clocks are refused, and nothing is written."""
    wrong = dict.fromkeys(ingest.Traps.__struct_fields__, 7)
    traps = msgspec.convert(wrong, ingest.Traps)
    monkeypatch.setattr(ingest, "events_and_traps", lambda _: (None, traps))
    with pytest.raises(DataError, match="without_zone: 7"):
        ingest.ingest(tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package that ships the tables, the error names the extra."""
    monkeypatch.setattr(ingest, "PACKAGE", "no_such_package")
    with pytest.raises(MissingExtraError, match=r"liaison-lifecycle\[flights\]"):
        ingest.ingest(tmp_path)


def test_file_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package without one of its tables is refused by the missing file."""
    monkeypatch.setitem(ingest.FILES, "weather", "sunshine.csv")
    with pytest.raises(DataError, match=r"lacks sunshine\.csv"):
        ingest.ingest(tmp_path)
