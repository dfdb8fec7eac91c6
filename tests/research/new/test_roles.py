"""Columns that are no inputs, and those that name owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.research.new.tables import found, table

if TYPE_CHECKING:
    from pathlib import Path

N = 600


def test_lists_are_no_inputs(tmp_path: Path) -> None:
    """A column of lists, or of what has parts, is left out."""
    odd = {"tags": [["a", "b"]] * N, "place": [{"lat": 1.0, "lon": at / 7} for at in range(N)]}
    columns = {each.column: each for each in found(tmp_path, table(N, **odd), drop="place").columns}
    assert (columns["tags"].role, columns["tags"].distinct) == ("left out", None)
    assert columns["tags"].doubt == "list: derive a number or a text of it"
    assert (columns["place"].role, columns["place"].doubt) == ("left out", "drop")


def test_few_values_name_no_owners(tmp_path: Path) -> None:
    """Three devices are kinds of things and an input; a hundred are whose event it is."""
    three = found(tmp_path, table(N, device=[f"d{at % 3}" for at in range(N)]))
    assert (three.asked.key, {each.column: each.role for each in three.columns}["device"]) == (
        None,
        "input",
    )
    many = found(tmp_path, table(N, device=[f"d{at % 100}" for at in range(N)]))
    assert many.asked.key == "device"
