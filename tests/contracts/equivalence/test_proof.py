from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from contracts.equivalence.proof import FILE, Proof, read, write
from contracts.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

PROOF = Proof(
    product="toy",
    version="1.0.0",
    digest="abc",
    liaison="dual",
    summary="equivalent by 1 clause (1 item), 1 not run",
    statuses={"schema": "equivalent", "metric": "not_run"},
    at="2013-03-01T00:00:00Z",
)


def test_a_proof_is_read_as_it_was_written(tmp_path: Path) -> None:
    """A record is written, into a folder that is made for it, and read."""
    folder = tmp_path / "prove" / "toy"
    assert write(folder, PROOF) == folder / FILE
    assert read(folder) == PROOF


def test_a_proof_of_format_1_is_read(tmp_path: Path) -> None:
    """An earlier version called the statuses outcomes."""
    fields = msgspec.to_builtins(PROOF)
    fields |= {"format": 1, "outcomes": fields.pop("statuses")}
    (tmp_path / FILE).write_bytes(msgspec.json.encode(fields))
    assert read(tmp_path) == PROOF


def test_where_nothing_was_proven_there_is_no_proof(tmp_path: Path) -> None:
    """An absent record is no error."""
    assert read(tmp_path) is None


@pytest.mark.parametrize(
    ("statuses", "proven"),
    [
        ({"a": "equivalent", "b": "not_run"}, True),
        ({"a": "equivalent", "b": "reported"}, True),
        ({"a": "equivalent", "b": "inconclusive"}, False),
        ({"a": "equivalent", "b": "different"}, False),
        ({"a": "not_run"}, False),
        ({"a": "reported"}, False),
    ],
)
def test_a_proof_needs_something_equivalent_and_nothing_failed(
    statuses: dict[str, str], *, proven: bool
) -> None:
    """A measurement proves nothing, nor does what was not run or is inconclusive."""
    assert msgspec.structs.replace(PROOF, statuses=statuses).proven is proven


def test_what_was_not_run_is_named() -> None:
    """A reader of the record learns of which items nothing is known."""
    assert PROOF.not_run == ("metric",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"format": 3, "verdict": "fine"}', "a proof of format 3"),
        (b'{"format": 1}', "not the record of a proof"),
        (b'{"form', "not the record of a proof"),
    ],
)
def test_a_malformed_record_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """A truncated, foreign or newer file is named, with the command that writes it anew."""
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(StateError, match=message) as refused:
        read(tmp_path)
    assert "task=prove" in refused.value.hint
