"""Evidence for a person: as parts of a page, or as lines of text, never as raw JSON."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from contracts.report.page import Code
from contracts.report.table import NOTHING, Heading, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.report.page import Part

#: How many rows of a list a page shows, and lines of it a terminal; the report's JSON has them all.
ROWS, LINES = 40, 10
#: Longest text that fits a cell, and longest name that is not broken into lines.
CELL, NAME = 160, 40


def evidence_parts(evidence: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return evidence for a page: what fits a cell in one table, then each of its lists."""
    cells = {name: value for name, value in evidence.items() if _fits_cell(value)}
    parts: list[Part] = []
    if cells:
        headings = (Heading(name="evidence", kind="name"), Heading(name="value"))
        rows = tuple((name, cell(value)) for name, value in cells.items())
        parts.append(Table(headings=headings, rows=rows))
    for name, value in evidence.items():
        if name not in cells:
            parts += _list_parts(name, value)
    return tuple(parts)


def evidence_lines(evidence: Mapping[str, Any], *, width: int = 100) -> Iterator[str]:
    r"""Yield evidence as lines of text: one for each value and each row of a list, wrapped.

    >>> evidence = {"rows": 300, "worst": [{"row": 1, "inputs": {"carrier": "UA"}}]}
    >>> print(*evidence_lines(evidence), sep="\n")
    rows: 300
    worst:
      row 1, carrier UA
    """
    for name, value in evidence.items():
        if _fits_cell(value):
            yield from _wrapped(f"{name}: {cell(value)}", width=width, indent=0)
            continue
        yield f"{name}:"
        lines = _lines(value)
        for line in lines[:LINES]:
            yield from _wrapped(line, width=width, indent=2)
        if len(lines) > LINES:
            yield f"  and {len(lines) - LINES:,} more"


def cell(value: Any) -> str:
    """Return a value as a cell shows it.

    >>> cell(0.123456789), cell([1.0, 2]), cell(True), cell(12345), cell({"a": 1, "b": "c"})
    ('0.123457', '1, 2', 'yes', '12,345', 'a 1, b c')
    """
    match value:
        case None | bool():
            return {None: NOTHING, True: "yes", False: "no"}[value]
        case int():
            return f"{value:,}"
        case float():
            return f"{value:.6g}"
        case list() | tuple():
            return ", ".join(cell(each) for each in value) or "none"
        case dict():
            return ", ".join(f"{name} {cell(each)}" for name, each in value.items()) or "none"
        case _:
            return str(value)


def _fits_cell(value: Any) -> bool:
    """Return whether a value fits a cell: no rows, no text of several lines, nothing long."""
    if isinstance(value, dict | list | tuple):
        inner = value.values() if isinstance(value, dict) else value
        nested = any(isinstance(each, dict) or not _fits_cell(each) for each in inner)
        return not nested and len(cell(value)) <= CELL
    return not isinstance(value, str) or ("\n" not in value and len(value) <= CELL)


def _list_parts(name: str, value: Any) -> Iterator[Part]:
    if isinstance(value, str):
        yield Code(text=value)
    elif isinstance(value, dict) and all(isinstance(each, dict) for each in value.values()):
        yield from _row_tables([{"": key, **each} for key, each in value.items()], caption=name)
    elif isinstance(value, dict):
        headings = (Heading(name=name, kind="name"), Heading(name="value"))
        yield Table(headings=headings, rows=tuple((key, cell(one)) for key, one in value.items()))
    elif all(isinstance(each, dict) for each in value):
        yield from _row_tables(value, caption=name)
    else:
        yield Code(text="\n".join(cell(each) for each in value[:ROWS]))


def _row_tables(rows: Any, *, caption: str) -> Iterator[Part]:
    """Yield mappings as the rows of a table, then a table of each list inside one of them.

    Args:
        rows: The mappings; those inside them are spread out beside their single values.
        caption: What the rows are.
    """
    flat = [dict(_spread(row)) for row in rows[:ROWS]]
    nested = [(row, name) for row in flat for name, value in row.items() if _is_rows(value)]
    inside = {name for _, name in nested}
    names = [name for name in dict.fromkeys(n for row in flat for n in row) if name not in inside]
    texts = tuple(tuple(cell(row[n]) if n in row else None for n in names) for row in flat)
    more = len(rows) - len(flat)
    yield Table(
        headings=tuple(
            Heading(name=name, kind="name" if _are_names(column) else "text")
            for name, column in zip(names, zip(*texts, strict=True), strict=True)
        ),
        rows=texts,
        caption=f"{caption}{f'; {more:,} more in report.json' if more > 0 else ''}",
    )
    for row, name in nested:
        label = next((f" {cell(row[each])}" for each in names if each in row), "")
        yield from _row_tables(row[name], caption=f"{caption}{label}: {name}")


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _are_names(column: tuple[str | None, ...]) -> bool:
    """Return whether a column's cells are names, which are not broken into lines."""
    return all(len(text) <= NAME and " " not in text for text in column if text)


def _spread(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield a row's values by name, those of the mappings in it under their own names."""
    for name, value in row.items():
        if not isinstance(value, dict) or not value:
            yield name, value
            continue
        for inner, one in value.items():
            yield (inner if inner not in row else f"{name} {inner}"), one


def _lines(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.splitlines()
    if isinstance(value, dict):
        return [f"{name}: {cell(one)}" for name, one in value.items()]
    return [cell(dict(_spread(one)) if isinstance(one, dict) else one) for one in value]


def _wrapped(line: str, *, width: int, indent: int) -> list[str]:
    begin, rest = " " * indent, " " * (indent + 4)
    return wrap(line, max(width, 40), initial_indent=begin, subsequent_indent=rest) or [""]
