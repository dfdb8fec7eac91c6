from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from contracts.equivalence.probes.counterexample import (
    Counterexample,
    read_counterexamples,
    write_counterexample,
)
from contracts.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = Counterexample(
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


def test_a_counterexample_is_read_as_it_was_written(tmp_path: Path) -> None:
    """No digit of a float, no character and no error message is lost in the file."""
    path = write_counterexample(tmp_path / "counterexamples", EXAMPLE)
    assert path is not None
    assert read_counterexamples(path.parent) == {path: EXAMPLE}


def test_a_record_has_one_file(tmp_path: Path) -> None:
    """A record that is found again replaces its file; another record has another file."""
    again = msgspec.structs.replace(EXAMPLE, expected=[0.3], pair="same_data")
    other = msgspec.structs.replace(EXAMPLE, record={**EXAMPLE.record, "size": 0.3})
    for each in (EXAMPLE, again, other):
        write_counterexample(tmp_path, each)
    assert read_counterexamples(tmp_path) == {
        tmp_path / EXAMPLE.file: again,
        tmp_path / other.file: other,
    }


def test_the_order_of_fields_does_not_matter() -> None:
    """A record is the same however its fields are ordered."""
    turned = msgspec.structs.replace(EXAMPLE, record=dict(reversed(EXAMPLE.record.items())))
    assert turned.file == EXAMPLE.file


def test_a_missing_folder_has_no_counterexamples(tmp_path: Path) -> None:
    """A contract on which the sides never differed has no folder."""
    assert read_counterexamples(tmp_path / "counterexamples") == {}


def test_a_counterexample_that_cannot_be_written_has_no_file(tmp_path: Path) -> None:
    """If the folder takes no file the caller learns that nothing was written."""
    (tmp_path / "counterexamples").write_text("in the way")
    assert write_counterexample(tmp_path / "counterexamples", EXAMPLE) is None


def test_a_newer_format_is_refused_by_its_file(tmp_path: Path) -> None:
    """A file of a format that this code does not know is named."""
    path = write_counterexample(tmp_path, EXAMPLE)
    assert path is not None
    path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format": 2'))
    with pytest.raises(StateError, match=EXAMPLE.file):
        read_counterexamples(tmp_path)


def test_a_record_of_several_folders_is_read_once(tmp_path: Path) -> None:
    """The first folder's file counts."""
    other = msgspec.structs.replace(EXAMPLE, record={**EXAMPLE.record, "size": 0.3})
    for folder, each in (("one", EXAMPLE), ("two", EXAMPLE), ("two", other)):
        write_counterexample(tmp_path / folder, each)
    assert [*read_counterexamples(tmp_path / "one", tmp_path / "none", tmp_path / "two")] == [
        tmp_path / "one" / EXAMPLE.file,
        tmp_path / "two" / other.file,
    ]
