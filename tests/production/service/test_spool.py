"""Events on the disk of a host, and what becomes of them when processes die."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.errors import StateError
from production.service import spool as module
from production.service.spool import Spool

if TYPE_CHECKING:
    from pathlib import Path

    from production.service.event_rows import EventRow


def row(name: str) -> EventRow:
    """Return an event."""
    return (name, name, 0, "1.0.0", 1, 1, 1.0, (0.5, -1e300), '{"size":null}')


def drained(spool: Spool) -> list[str]:
    """Return the ids of all that waits, oldest first; each file is dropped once it is read."""
    names = []
    while (oldest := spool.oldest()) is not None:
        names += [each[0] for each in oldest[1]]
        spool.drop(oldest[0])
    return names


def spool(folder: Path, *, most: int = 2**20) -> Spool:
    """Return the spool of a process that starts."""
    opened = Spool(folder, most=most)
    opened.adopt()
    return opened


def test_what_a_process_left_is_the_next_one_s(tmp_path: Path) -> None:
    """Each event is there as it was, in order; nothing is left once it is dropped."""
    first = spool(tmp_path / "spool")
    first.append([row("a"), row("b")])
    first.append([row("c")])
    second = spool(tmp_path / "spool")
    assert second.depth == 3
    assert second.oldest()[1] == [row("a"), row("b"), row("c")]  # type: ignore[index]
    assert drained(second) == ["a", "b", "c"]
    assert (second.depth, second.size, [*(tmp_path / "spool").iterdir()]) == (0, 0, [])


def test_two_processes_do_not_both_take_a_file(tmp_path: Path) -> None:
    """What one adopted, the other does not find; the one that wrote it finds nothing either."""
    writing = spool(tmp_path)
    writing.append([row("a")])
    adopting = spool(tmp_path)
    assert spool(tmp_path).depth + adopting.depth == 2  # the third took it from the second
    assert drained(writing) == []
    assert drained(adopting) == []


def test_few_events_share_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long outage with few requests does not make a file for each."""
    opened = spool(tmp_path)
    for number in range(20):
        opened.append([row(str(number))])
    assert len([*tmp_path.iterdir()]) == 1
    monkeypatch.setattr(module, "SMALL", 1)
    opened.append([row("20")])
    assert len([*tmp_path.iterdir()]) == 2
    assert drained(opened) == [str(number) for number in range(21)]


def test_it_is_bounded(tmp_path: Path) -> None:
    """What has no room is refused, and what was there stays."""
    opened = spool(tmp_path, most=400)
    opened.append([row("a")])
    with pytest.raises(StateError, match="the spool of events is full: 400 bytes"):
        opened.append([row(str(number)) for number in range(20)])
    assert drained(opened) == ["a"]


@pytest.mark.parametrize("damage", ["cut", "changed", "empty"])
def test_a_damaged_file_is_moved_aside(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many events are lost is logged; those of other files are not."""
    monkeypatch.setattr(module, "SMALL", 1)
    first = spool(tmp_path)
    first.append([row("a"), row("b")])
    first.append([row("c")])
    (path, _) = sorted(tmp_path.iterdir())
    content = path.read_bytes()
    changed = {"cut": content[:-1], "changed": content[:-1] + b"X", "empty": b""}[damage]
    path.write_bytes(changed)
    assert drained(spool(tmp_path)) == ["c"]
    assert "2 events are lost" in caplog.text
    assert [each.suffix for each in tmp_path.iterdir()] == [".damaged"]


def test_a_file_of_newer_code_stays(tmp_path: Path) -> None:
    """Code that does not know a format leaves its files to code that does."""
    (tmp_path / "000000001-aa-3.events2").write_bytes(b"new")
    assert spool(tmp_path).depth == 0
    assert [each.name for each in tmp_path.iterdir()] == ["000000001-aa-3.events2"]
