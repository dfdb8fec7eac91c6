"""The report of a proof: which clauses hold, by which evidence, and where the two sides part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.equivalence.report import evidence
from contracts.equivalence.report.grouped import grouped, named
from contracts.equivalence.report.parting import parting, partings, record
from contracts.equivalence.report.pictures import forests
from contracts.report.page import Collapsible, Facts, Head, Note, Page, Section
from contracts.report.table import Heading, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.equivalence.report.account import Account
    from contracts.equivalence.report.grouped import Group
    from contracts.equivalence.verdict import Verdict
    from contracts.report.page import Part
    from contracts.report.table import Tone

TONES: dict[str, Tone] = {
    "equivalent": "good",
    "reported": "quiet",
    "different": "bad",
    "inconclusive": "open",
    "not_run": "quiet",
}
NBSP = "\N{NO-BREAK SPACE}"
HEADINGS = (
    Heading(name="clause"),
    Heading(name="pair", kind="name"),
    Heading(name="verdict", kind="badge"),
    Heading(name="finding"),
)
FIGURES = (
    Heading(name="observed", kind="number", digits=6),
    Heading(name="limit", kind="number", digits=6),
)


def table(verdicts: Sequence[Verdict], *, longest: int | None = None) -> Table:
    """Return the verdicts clause by clause, the parts that failed below their clause.

    Args:
        verdicts: What was found.
        longest: Letters of a finding that are shown; all unless given.
    """
    rows = ((*row, _cut(finding, longest)) for *row, finding in _rows(verdicts))
    return Table(headings=HEADINGS, rows=tuple(rows))


def _cut(text: str, longest: int | None) -> str:
    whole = longest is None or len(text) <= longest
    return text if whole else f"{text[:longest].rstrip()} …"


def _rows(verdicts: Sequence[Verdict]) -> Iterator[tuple[Any, ...]]:
    for group in grouped(verdicts):
        pair = group.verdicts[0].pair
        yield group.clause, pair, badge(group.status), group.message
        if group.divided:
            for verdict in group.failed:
                yield f"·{NBSP}{verdict.part}", "", badge(verdict.status), verdict.message


def badge(status: str) -> tuple[str, Tone]:
    """Return a status as it is shown, with its tone."""
    return status.replace("_", " "), TONES[status]


def page(account: Account, head: Head) -> Page:
    """Return the report's page: the verdict, the clauses, what failed, where the sides part."""
    contract = account.contract
    sections = (
        Section(title="Verdicts", parts=tuple(_verdict(account))),
        *(parting(contrast) for contrast in account.contrasts),
        *_intervals(account),
        *(_failed(group) for group in grouped(account.verdicts) if group.failed),
        *_rest(account),
    )
    return Page(
        title=f"{contract.product} {contract.version}: {_title(account)}",
        lead=lead(account),
        head=head,
        sections=sections,
    )


def lead(account: Account) -> str:
    """Return the verdict in a sentence."""
    who = {
        "joint": "Research's solution, as it is served,",
        "dual": f"`{account.candidate}`, as it is served,",
    }[account.liaison]
    contract = f"contract {account.contract.version} of {account.contract.product}"
    if account.holds:
        what = f"what was run of {contract}" if _partial(account) else contract
        return f"{who} keeps {what}: {account.summary}."
    if any(verdict.failed for verdict in account.verdicts):
        return f"{who} does not keep {contract}. It is {account.summary}."
    return f"That {who} keeps {contract} is not proven: {account.summary}."


def data(account: Account) -> dict[str, Any]:
    """Return what a machine reads of a proof."""
    return {
        "contract": {"version": account.contract.version, "digest": account.contract.digest},
        "liaison": account.liaison,
        "candidate": account.candidate,
        "reference": account.reference,
        "at": account.at,
        "summary": account.summary,
        "verdicts": [msgspec.to_builtins(v) for v in account.verdicts],
        "errors": account.errors,
        "left_out": account.left_out,
        "parting": [record(contrast) for contrast in account.contrasts],
    }


def _partial(account: Account) -> bool:
    """Return whether some of the contract was not asked for, or could not be compared."""
    return bool(account.left_out or account.absent)


def _title(account: Account) -> str:
    if account.holds:
        return "equivalent in what was run" if _partial(account) else "equivalent"
    if any(verdict.failed for verdict in account.verdicts):
        return "not equivalent"
    held = any(verdict.status == "equivalent" for verdict in account.verdicts)
    return "not proven" if held else "nothing proven"


def _verdict(account: Account) -> Iterator[Part]:
    """Yield what a reader should know before the table."""
    contract = account.contract
    rows = () if account.rows is None else (("rows judged", f"{account.rows:,}"),)
    yield Facts(
        items=(
            ("contract", f"{contract.product} {contract.version}"),
            ("digest", contract.digest[:12]),
            ("liaison", account.liaison),
            *rows,
            ("items", _held(account)),
        )
    )
    absent = f" ({account.absent})" if account.absent else ""
    reference = f"{account.reference}{absent}" if account.reference else "none was asked for"
    told = (
        ("candidate", account.candidate),
        *((("served as", account.form),) if account.form else ()),
        ("reference", reference),
        ("concluded", account.at),
    )
    yield Table(headings=(Heading(name="", kind="name"), Heading(name="")), rows=told)
    yield from _warnings(account)
    yield table(account.verdicts)
    yield from (Note(text=line, tone="warning") for line in partings(account.contrasts))


def _held(account: Account) -> str:
    held = [not v.failed for v in account.verdicts if v.status not in {"not_run", "reported"}]
    return f"{sum(held)} of {len(held)} hold"


def _warnings(account: Account) -> Iterator[Note]:
    for line in account.unjudged:
        yield Note(text=line, tone="bad")
    if account.absent:
        count = sum(verdict.status == "not_run" for verdict in account.verdicts)
        yield Note(
            text=f"Nothing was compared with a reference: {account.absent}. {count} of "
            f"{len(account.verdicts)} items were not run.",
            tone="warning",
        )
    if account.left_out:
        count = len(account.left_out)
        of = count + len(account.verdicts) + len(account.errors)
        yield Note(
            text=f"This run was asked for a part of the contract: {count} of its {of} items were "
            f"left out ({named(account.left_out)}).",
            tone="warning",
        )


def _failed(group: Group) -> Section:
    """Return what an engineer looks at next of a clause that is not kept."""
    found: list[Part] = []
    for verdict in group.failed:
        part = f"`{verdict.part}`: " if verdict.part else ""
        undecided = verdict.status == "inconclusive"
        text = f"{part}{verdict.message}"
        found.append(Note(text=text, tone="warning" if undecided else "bad"))
        found += evidence.parts(verdict.evidence)
    return Section(title=f"{group.clause}: {group.status}", parts=tuple(found))


def _intervals(account: Account) -> Iterator[Section]:
    drawn = tuple(forests(account.verdicts))
    if drawn:
        yield Section(title="Intervals and margins", parts=drawn)


def _rest(account: Account) -> Iterator[Section]:
    """Yield every item with its figures, and the evidence of those that hold, folded."""
    rows = tuple(
        (v.name, v.pair, badge(v.status), v.observed, v.limit, v.message) for v in account.verdicts
    )
    every = Table(headings=(*HEADINGS[:3], *FIGURES, HEADINGS[3]), rows=rows)
    kept = [v for v in account.verdicts if v.evidence and not v.failed]
    folds = tuple(Collapsible(title=v.name, parts=evidence.parts(v.evidence)) for v in kept)
    absent = (
        (Note(text=f"There are no pictures of predictions: {account.pictureless}."),)
        if account.pictureless
        else ()
    )
    yield Section(title="Every item", parts=(*absent, every, *folds))
