from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from contracts.equivalence.probes.counterexample import Counterexample, keep, kept
from contracts.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

FOUND = Counterexample(
    product="toy",
    contract="abc",
    pair="same_state",
    record={"colour": "blue", "size": 0.1 + 0.2, "count": 2**63 - 1, "note": "\N{GRINNING FACE}"},
    expected=[0.25],
    predicted={"in a batch": [0.5], "one by one": "the candidate fails"},
    absolute=1e-6,
    relative=0.0,
    libraries={"numpy": "2.0"},
)


def test_what_is_kept_reads_back_as_it_was(tmp_path: Path) -> None:
    """No digit of a float, no character and no refusal is lost in the file."""
    path = keep(tmp_path / "counterexamples", FOUND)
    assert path is not None
    assert kept(path.parent) == {path: FOUND}


def test_a_record_has_one_file(tmp_path: Path) -> None:
    """Finding a record again replaces its file; another record has another."""
    again = msgspec.structs.replace(FOUND, expected=[0.3], pair="same_data")
    other = msgspec.structs.replace(FOUND, record={**FOUND.record, "size": 0.3})
    for found in (FOUND, again, other):
        keep(tmp_path, found)
    assert kept(tmp_path) == {tmp_path / FOUND.file: again, tmp_path / other.file: other}


def test_the_order_of_fields_makes_no_other_record() -> None:
    """A record is the same however its fields are ordered."""
    turned = msgspec.structs.replace(FOUND, record=dict(reversed(FOUND.record.items())))
    assert turned.file == FOUND.file


def test_a_folder_that_is_none_holds_none(tmp_path: Path) -> None:
    """A contract on which the sides never parted has no folder."""
    assert kept(tmp_path / "counterexamples") == {}


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Where the folder takes no file nothing is claimed to be kept."""
    (tmp_path / "counterexamples").write_text("in the way")
    assert keep(tmp_path / "counterexamples", FOUND) is None


def test_a_newer_format_is_refused_by_its_file(tmp_path: Path) -> None:
    """A file of a format that this code does not know is named, not guessed at."""
    path = keep(tmp_path, FOUND)
    assert path is not None
    path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format": 2'))
    with pytest.raises(StateError, match=FOUND.file):
        kept(tmp_path)


def test_a_record_of_several_folders_is_read_once(tmp_path: Path) -> None:
    """The first folder's file stands for it."""
    other = msgspec.structs.replace(FOUND, record={**FOUND.record, "size": 0.3})
    for folder, found in (("one", FOUND), ("two", FOUND), ("two", other)):
        keep(tmp_path / folder, found)
    assert [*kept(tmp_path / "one", tmp_path / "none", tmp_path / "two")] == [
        tmp_path / "one" / FOUND.file,
        tmp_path / "two" / other.file,
    ]
