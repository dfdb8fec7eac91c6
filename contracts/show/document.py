"""One version of a contract as a page for a person to read: its model card, and its terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.contract import golden
from contracts.contract.digest import GOLDEN
from contracts.equivalence.registry import find_clause
from contracts.moment import iso, to_second
from contracts.report.page import Facts, Head, Note, Page, Section
from contracts.report.table import Heading, Table, text_headings
from contracts.show.card import card_sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.contract import Contract
    from contracts.contract.terms import ClauseTerm
    from contracts.schema.check import Check
    from contracts.schema.columns import Column, Columns

#: Values of a closed set that are listed; of more, the number is given.
LISTED = 16
#: Defaults that demand nothing, or that cannot be shown.
NOT_SHOWN = (None, (), msgspec.NODEFAULT)
PAIRS = {
    "recorded": "what the contract recorded",
    "same_data": "the solution, fitted on the same rows and seed",
    "same_state": "the solution's own state, exported",
}
WORDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "=", "ne": "≠"}


def page(contract: Contract, head: Head) -> Page:
    """Return the page of a contract: its model card, then columns, metrics, clauses, learning."""
    return Page(
        title=f"{contract.product} {contract.version}",
        lead=f"What research promises of {contract.product}, and what production must fulfil.",
        head=head,
        sections=(
            Section(title="In short", parts=(_facts(contract),)),
            *card_sections(contract),
            *sections(contract),
        ),
    )


def sections(contract: Contract) -> tuple[Section, ...]:
    """Return the sections of a contract, published or a draft."""
    return (
        Section(title="Input: one record", parts=_record(contract.input_columns)),
        Section(title="Output: one prediction", parts=_record(contract.output_columns)),
        Section(title="Metrics: what is promised", parts=(_metrics(contract),)),
        Section(title="Clauses: what is tested", parts=(_clauses(contract),)),
        Section(title="Learning: how to reproduce it", parts=_learning(contract)),
    )


def data(contract: Contract) -> dict[str, Any]:
    """Return what the page's report.json contains: which contract it shows."""
    return {"contract": {"version": contract.version, "digest": contract.digest}}


def _facts(contract: Contract) -> Facts:
    origin = contract.provenance
    labels = ", ".join(map(str, contract.labels)) + (", …" if contract.labels_open else "")
    since = origin.published or origin.created
    published = to_second(since) if origin.published_from else "a draft"
    return Facts(
        items=(
            ("predicts", f"{contract.kind}{f': {labels}' if labels else ''}"),
            ("columns", f"{len(contract.inputs)} in, {len(contract.outputs)} out"),
            ("golden rows", f"{golden.count(contract.folder / GOLDEN):,}"),
            ("published", published),
            ("digest", contract.digest[:12]),
        )
    )


def _record(columns: Columns) -> tuple[Table | Note, ...]:
    """Return the columns of a record, and the checks between them."""
    checks = ", ".join(f"`{check}`" for check in columns.row_checks)
    return (_columns(columns), *([Note(text=f"In every row: {checks}.")] if checks else []))


def _columns(columns: Columns) -> Table:
    return Table(
        headings=text_headings("column", "type", "null", "allowed", "meaning"),
        rows=tuple(
            (f"`{c.name}`", c.kind, "yes" if c.nullable else "no", allowed(c), c.description)
            for c in columns
        ),
    )


def allowed(column: Column) -> str:
    """Return in words the values that a column's checks allow.

    >>> from contracts.schema.check import Check
    >>> from contracts.schema.columns import Column
    >>> checks = Check(name="ge", args={"min_value": 9}), Check(name="ne", args={"value": 13})
    >>> allowed(Column(name="size", kind="int", checks=checks))
    '≥ 9, ≠ 13'
    """
    return ", ".join(filter(None, map(_words, column.checks))) or "any"


def _words(check: Check) -> str:
    if check.name == "finite":
        return ""
    if check.name in WORDS:
        return f"{WORDS[check.name]} {next(iter(check.args.values()))}"
    if check.name == "isin":
        values = [str(each) for each in check.args["allowed_values"]]
        more = f" … {len(values)} in all" if len(values) > LISTED else ""
        return " ".join(values[:LISTED]) + more
    return str(check)


def _metrics(contract: Contract) -> Table:
    return Table(
        headings=(
            *text_headings("metric", "promised on the test window"),
            Heading(name="observed by research", kind="interval"),
            Heading(name="least gain over naive", kind="number", digits=3),
        ),
        rows=tuple(
            (
                term.name,
                f"{'at most' if term.direction == 'lower' else 'at least'} {term.threshold:g}",
                term.observed and (term.observed.value, term.observed.low, term.observed.high),
                term.skill,
            )
            for term in contract.metrics
        ),
    )


def _clauses(contract: Contract) -> Table:
    return Table(
        headings=text_headings("clause", "tests", "compared with", "tolerance"),
        rows=tuple(
            (term.name, _clause_summary(term), PAIRS[term.pair], _tolerance(term))
            for term in contract.clauses
        ),
    )


def _clause_summary(term: ClauseTerm) -> str:
    """Return the first paragraph of the clause's docstring, where the clause is installed."""
    kind = find_clause(term.name)
    if kind is None:
        return "a clause that is not installed here"
    return " ".join((kind.__doc__ or "").partition("\n\n")[0].split())


def _tolerance(term: ClauseTerm) -> str:
    """Return the tolerance that the contract states, then the defaults of what it leaves open."""
    kind = find_clause(term.name)
    defaults = {
        field.name: field.default
        for field in (msgspec.structs.fields(kind) if kind else ())
        if field.name not in term.tolerance
        and not field.required
        and field.default not in NOT_SHOWN
    }
    stated, rest = (", ".join(_values(each)) for each in (term.tolerance, defaults))
    return "; ".join(filter(None, (stated, f"by default {rest}" if rest else ""))) or "none"


def _values(tolerance: dict[str, Any], *words: str) -> Iterator[str]:
    """Yield each value of a tolerance, after the names it is nested under."""
    for name, value in tolerance.items():
        if isinstance(value, dict):
            yield from _values(value, *words, name)
        else:
            several = isinstance(value, list | tuple)
            shown = " and ".join(map(str, value)) if several else str(value)
            yield " ".join((*words, name, shown))


def _learning(contract: Contract) -> tuple[Table | Note, ...]:
    learning, origin = contract.learning, contract.provenance
    rows = {
        "fitted on": f"{iso(learning.start)} to {iso(learning.end)}",
        "outcomes known by": iso(learning.known_by),
        "tested on": f"{iso(learning.test_start)} to {iso(learning.test_end)}",
        "a day begins at": f"{learning.day_offset} after midnight UTC",
        "seed": learning.seed,
        **{f"parameter `{name}`": value for name, value in learning.params.items()},
        "commit": origin.commit,
        "data": origin.data,
        "libraries": ", ".join(f"{name} {number}" for name, number in origin.libraries.items()),
    }
    return (
        Table(headings=text_headings("", ""), rows=tuple(rows.items())),
        Note(text="Windows are [start, end), instants UTC."),
    )
