"""The page of a proof: which clauses are equivalent, by which evidence, where the sides differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.equivalence.report.evidence import evidence_parts
from contracts.equivalence.report.paired_section import differing_lines, paired_section
from contracts.equivalence.report.summary import by_clause, listed
from contracts.report.figure import Intervals
from contracts.report.page import Collapsible, Facts, Head, Note, Page, Section
from contracts.report.table import Heading, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from contracts.equivalence.clause import Verdict
    from contracts.equivalence.report.summary import ClauseVerdicts, ProofReport
    from contracts.report.page import Part
    from contracts.report.table import Tone

    #: The name of a row of a picture, and its figures.
    LabelledFigures = tuple[str, dict[str, Any]]

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
#: How many intervals one picture has.
INTERVALS = 40


def proof_page(report: ProofReport, head: Head) -> Page:
    """Return the report's page: the verdicts, both sides' predictions, intervals, evidence."""
    contract = report.contract
    intervals = tuple(interval_figures(report.verdicts))
    return Page(
        title=f"{contract.product} {contract.version}: {_title(report)}",
        lead=lead(report),
        head=head,
        sections=(
            Section(title="Verdicts", parts=tuple(_overview(report))),
            *map(paired_section, report.paired),
            *([Section(title="Intervals and margins", parts=intervals)] if intervals else []),
            *(_failed(clause) for clause in by_clause(report.verdicts) if clause.failed),
            Section(title="Every item", parts=tuple(_every_item(report))),
        ),
    )


def proof_data(report: ProofReport) -> dict[str, Any]:
    """Return the content of report.json."""
    candidate, reference = report.chosen.names
    return {
        "contract": {"version": report.contract.version, "digest": report.contract.digest},
        "liaison": report.chosen.liaison,
        "candidate": candidate,
        "reference": reference,
        "at": report.at,
        "summary": report.summary,
        "verdicts": [msgspec.to_builtins(v) for v in report.verdicts],
        "errors": report.errors,
        "left_out": report.left_out,
        "side_by_side": [each.data for each in report.paired],
    }


def verdict_table(verdicts: Sequence[Verdict], *, longest: int | None = None) -> Table:
    """Return a row for each clause, and below it one for each part that failed.

    Args:
        verdicts: The verdicts.
        longest: How many letters of a finding are shown; all unless given.
    """
    rows: list[tuple[Any, ...]] = []
    for clause in by_clause(verdicts):
        pair, badge = clause.verdicts[0].pair, status_badge(clause.status)
        rows.append((clause.clause, pair, badge, _cut(clause.message, longest)))
        for verdict in clause.failed if clause.has_parts else ():
            badge, message = status_badge(verdict.status), _cut(verdict.message, longest)
            rows.append((f"·{NBSP}{verdict.part}", "", badge, message))
    return Table(headings=HEADINGS, rows=tuple(rows))


def status_badge(status: str) -> tuple[str, Tone]:
    """Return a status as it is shown, with its tone."""
    return status.replace("_", " "), TONES[status]


def lead(report: ProofReport) -> str:
    """Return the conclusion in a sentence."""
    joint = report.chosen.liaison == "joint"
    candidate = "Research's solution" if joint else f"`{report.chosen.names[0]}`"
    who = f"{candidate}, as it is served,"
    contract = f"contract {report.contract.version} of {report.contract.product}"
    if report.proven:
        what = f"what was run of {contract}" if _partial(report) else contract
        return f"{who} fulfils {what}: {report.summary}."
    if any(verdict.failed for verdict in report.verdicts):
        return f"{who} does not fulfil {contract}. It is {report.summary}."
    return f"It is not proven that {who} fulfils {contract}: {report.summary}."


def _cut(text: str, longest: int | None) -> str:
    whole = longest is None or len(text) <= longest
    return text if whole else f"{text[:longest].rstrip()} …"


def _partial(report: ProofReport) -> bool:
    """Return whether a part of the contract was left out, or could not be compared."""
    return bool(report.left_out or report.no_reference)


def _title(report: ProofReport) -> str:
    if report.proven:
        return "equivalent in what was run" if _partial(report) else "equivalent"
    if any(verdict.failed for verdict in report.verdicts):
        return "not equivalent"
    some = any(verdict.status == "equivalent" for verdict in report.verdicts)
    return "not proven" if some else "nothing proven"


def _overview(report: ProofReport) -> Iterator[Part]:
    """Yield what was proven, what a reader should know first, and the table of verdicts."""
    contract = report.contract
    judged = [v for v in report.verdicts if v.status not in {"not_run", "reported"}]
    rows = () if report.rows is None else (("rows judged", f"{report.rows:,}"),)
    yield Facts(
        items=(
            ("contract", f"{contract.product} {contract.version}"),
            ("digest", contract.digest[:12]),
            ("liaison", report.chosen.liaison),
            *rows,
            ("items", f"{sum(not v.failed for v in judged)} of {len(judged)} hold"),
        )
    )
    candidate, reference = report.chosen.names
    reason = f" ({report.no_reference})" if report.no_reference else ""
    facts = (
        ("candidate", candidate),
        *((("served as", report.form),) if report.form else ()),
        ("reference", f"{reference}{reason}" if reference else "none was asked for"),
        ("concluded", report.at),
    )
    yield Table(headings=(Heading(name="", kind="name"), Heading(name="")), rows=facts)
    yield from _warnings(report)
    yield verdict_table(report.verdicts)
    yield from (Note(text=line, tone="warning") for line in differing_lines(report.paired))


def _warnings(report: ProofReport) -> Iterator[Note]:
    for line in report.not_judged:
        yield Note(text=line, tone="bad")
    if report.no_reference:
        count = sum(verdict.status == "not_run" for verdict in report.verdicts)
        yield Note(
            text=f"Nothing was compared with a reference: {report.no_reference}. {count} of "
            f"{len(report.verdicts)} items were not run.",
            tone="warning",
        )
    if report.left_out:
        count = len(report.left_out)
        total = count + len(report.verdicts) + len(report.errors)
        yield Note(
            text=f"This run was asked for a part of the contract: {count} of its {total} items "
            f"were left out ({listed(report.left_out)}).",
            tone="warning",
        )


def _failed(clause: ClauseVerdicts) -> Section:
    """Return the messages and the evidence of a clause's verdicts that failed."""
    parts: list[Part] = []
    for verdict in clause.failed:
        part = f"`{verdict.part}`: " if verdict.part else ""
        undecided = verdict.status == "inconclusive"
        text = f"{part}{verdict.message}"
        parts.append(Note(text=text, tone="warning" if undecided else "bad"))
        parts += evidence_parts(verdict.evidence)
    return Section(title=f"{clause.clause}: {clause.status}", parts=tuple(parts))


def _every_item(report: ProofReport) -> Iterator[Part]:
    """Yield all items with their figures, and the evidence of those that hold, folded."""
    if report.no_pictures:
        yield Note(text=f"There are no pictures of predictions: {report.no_pictures}.")
    rows = tuple(
        (v.name, v.pair, status_badge(v.status), v.observed, v.limit, v.message)
        for v in report.verdicts
    )
    yield Table(headings=(*HEADINGS[:3], *FIGURES, HEADINGS[3]), rows=rows)
    for verdict in report.verdicts:
        if verdict.evidence and not verdict.failed:
            yield Collapsible(title=verdict.name, parts=evidence_parts(verdict.evidence))


def interval_figures(verdicts: Iterable[Verdict]) -> Iterator[Intervals]:
    """Yield the intervals of metrics with their margins: one picture a clause and metric.

    They are in a verdict's evidence: ``metrics`` by name, each with value, low, high, margin and
    status. The metrics of a clause without parts share one picture.
    """
    of: dict[tuple[str, str], list[LabelledFigures]] = {}
    for verdict in verdicts:
        metrics = verdict.evidence.get("metrics")
        for name, one in metrics.items() if isinstance(metrics, dict) else ():
            if isinstance(one, dict) and {"value", "low", "high"} <= one.keys():
                of.setdefault((verdict.clause, name), []).append((_label(verdict), one))
    single = [key for key, rows in of.items() if len(rows) == 1]
    for clause in dict.fromkeys(clause for clause, _ in single):
        rows = [(metric, of[clause, metric][0][1]) for each, metric in single if each == clause]
        yield _intervals(clause, rows)
    for (clause, metric), rows in of.items():
        if len(rows) > 1:
            yield _intervals(clause, rows, metric=metric)


def _label(verdict: Verdict) -> str:
    rows = verdict.evidence.get("rows")
    count = f" ({rows:,})" if isinstance(rows, int) and verdict.part else ""
    return f"{verdict.part or 'all rows'}{count}"


def _intervals(clause: str, rows: list[LabelledFigures], *, metric: str = "") -> Intervals:
    """Return one clause's intervals; if there are many, those that failed come first.

    Args:
        clause: The clause's name.
        rows: Each row's name and its figures: of one metric, or one row a metric.
        metric: Whose intervals they are; without it, each is measured by its own margin.
    """
    ordered = sorted(rows, key=_holds) if len(rows) > INTERVALS else rows
    drawn, rest = ordered[:INTERVALS], ordered[INTERVALS:]
    which = "that hold" if all(map(_holds, rest)) else "more"
    left_out = f"; {len(rest)} {which} are left out" if rest else ""
    figures = {
        key: [_number(one.get(key)) / _unit(one, metric) for _, one in drawn]
        for key in ("value", "low", "high", "margin")
    }
    return Intervals(
        caption=(
            f"`{clause}`{f', {metric}' * bool(metric)}: the candidate's gain over the reference "
            "with its interval. The margin is grey, and crosses mark what does not hold"
            f"{left_out}."
        ),
        x=f"gain in {metric}" if metric else "gain, in multiples of its margin",
        labels=tuple(name for name, _ in drawn),
        values=figures["value"],
        low=figures["low"],
        high=figures["high"],
        margins=figures["margin"],
        marked=[not _holds(row) for row in drawn],
    )


def _unit(one: dict[str, Any], metric: str) -> float:
    """Return what a row is measured by: its margin, if the rows are of several metrics."""
    return 1.0 if metric else _number(one.get("margin")) or float("nan")


def _holds(row: LabelledFigures) -> bool:
    return row[1].get("status") not in {"different", "inconclusive"}


def _number(value: Any) -> float:
    """Return a figure of the evidence, NaN if there is none."""
    return float(value) if isinstance(value, int | float) else float("nan")
