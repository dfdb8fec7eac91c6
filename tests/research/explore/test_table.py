"""The report of the table itself: one page, offline, of a sample where the table is large."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from contracts.errors import MissingExtraError
from research.explore.table import FILE, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.ports import Source

START, END = 1_357_016_400_000_000, 1_357_016_400_000_000 + 42 * 86_400_000_000


def test_the_page_has_every_column_and_asks_no_other_host(source: Source, tmp_path: Path) -> None:
    """Scripts, styles and pictures are inside; of a large table rows are drawn, as it says."""
    events = source.window(START, END, known_by=END)
    assert write_table(events, tmp_path, title="toy", rows=50) == 50
    page = (tmp_path / FILE).read_text("utf-8")
    assert "toy: 50 rows drawn from 1,680" in page
    for column in ("colour", "size", "heat", "outcome"):
        assert column in page
    assert re.findall(r"""(?:src|<link[^>]*href)=["']https?:""", page) == []
    assert write_table(events.slice(0, 20), tmp_path, title="toy", rows=50) == 20
    assert "toy: all 20 rows" in (tmp_path / FILE).read_text("utf-8")


def test_without_skrub_the_extra_is_named(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is written."""
    monkeypatch.setitem(sys.modules, "skrub", None)
    with pytest.raises(MissingExtraError, match="table"):
        write_table(source.window(START, END, known_by=END), tmp_path, title="toy", rows=5)
    assert [*tmp_path.iterdir()] == []
