from __future__ import annotations

from typing import Any

from contracts.equivalence.report.evidence import LINES, ROWS, evidence_lines, evidence_parts
from contracts.report.page import Code
from contracts.report.table import Table

WORST = [
    {"row": 1, "reference": [0.25], "inputs": {"carrier": "UA", "wind": None}},
    {"row": 1002, "reference": [0.5], "inputs": {"carrier": "AA", "wind": 3.0}},
]


def tables(evidence: dict[str, Any]) -> list[Table]:
    """Return evidence's tables."""
    return [part for part in evidence_parts(evidence) if isinstance(part, Table)]


def test_single_figures_share_a_table() -> None:
    """What fits a cell is in one table, mappings of figures too, rounded."""
    (table,) = tables({"rows": 12488, "quantiles": {"0.5": 1.23456789e-08, "1": 0.5}, "none": []})
    assert table.texts() == (
        ("rows", "12,488"),
        ("quantiles", "0.5 1.23457e-08, 1 0.5"),
        ("none", "none"),
    )


def test_rows_become_a_table_with_their_inputs_spread_out() -> None:
    """A list of rows is a table, what is nested in each beside the rest, what is null a dash."""
    (table,) = tables({"worst": WORST})
    assert [heading.name for heading in table.headings] == ["row", "reference", "carrier", "wind"]
    assert table.texts() == (("1", "0.25", "UA", "–"), ("1,002", "0.5", "AA", "3"))  # noqa: RUF001


def test_mappings_by_name_become_rows() -> None:
    """Each metric has a row."""
    figures = {"value": 0.1, "low": 0.0, "high": 0.2, "margin": 0.3, "status": "equivalent"}
    (table,) = tables({"metrics": {"brier": figures, "log_loss": figures}})
    assert [row[0] for row in table.texts()] == ["brier", "log_loss"]
    assert table.headings[-1].name == "status"


def test_a_list_inside_a_row_has_a_table_of_its_own() -> None:
    """Examples of one cut are not squeezed into its cell."""
    cuts = [{"cut": "at 0.2", "flips": 2, "examples": WORST}]
    first, second = tables({"cuts": cuts})
    assert [heading.name for heading in first.headings] == ["cut", "flips"]
    assert second.caption == "cuts at 0.2: examples"
    assert len(second.rows) == 2


def test_messages_keep_their_lines() -> None:
    """Text of several lines, and lists of long messages, are shown as they are."""
    long = "x" * 200
    assert evidence_parts({"trace": "a\nb"}) == (Code(text="a\nb"),)
    assert evidence_parts({"details": [long, "y"]}) == (Code(text=f"{long}\ny"),)
    trace = ["Traceback:", *(f"  File {at}" for at in range(30))]
    assert evidence_parts({"details": trace}) == (Code(text="\n".join(trace)),)
    assert [*evidence_lines({"details": trace})][:3] == ["details:", "  Traceback:", "    File 0"]


def test_long_lists_are_cut_and_counted() -> None:
    """A page and a terminal show the first, and how many are left."""
    rows = [{"row": n} for n in range(ROWS + 5)]
    (table,) = tables({"worst": rows})
    assert (len(table.rows), table.caption) == (ROWS, "worst; 5 more in report.json")
    assert [*evidence_lines({"worst": rows})][-1] == f"  and {ROWS + 5 - LINES} more"


def test_lines_keep_to_a_width() -> None:
    """A row of many inputs is wrapped, its further lines are indented."""
    wide = [{"row": 1, "inputs": {f"column_{n}": n for n in range(20)}}]
    written = [*evidence_lines({"worst": wide}, width=80)]
    assert max(map(len, written)) <= 80
    assert written[1].startswith("  row 1, ")
    assert written[2].startswith("      column")


def test_rows_of_any_shape_are_listed() -> None:
    """A clause of a package's own may list rows of rows alone, or of different fields."""
    inside = [{"row": 1}]
    rows = [{"a": 1, "worst": inside}, {"b": 2, "worst": inside}, {"worst": inside}]
    captions = [table.caption for table in tables({"cuts": rows})]
    assert captions == ["cuts", "cuts 1: worst", "cuts 2: worst", "cuts: worst"]
    assert [table.caption for table in tables({"cuts": rows[2:]})] == ["cuts", "cuts: worst"]
