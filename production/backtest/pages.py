"""The report of a run as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from contracts.data.calendar import middle_of_month
from contracts.equivalence.report.page import verdict_table
from contracts.lifecycle import describe
from contracts.report.figure import Line, Lines, Mark
from contracts.report.page import Code, Collapsible, Facts, Note, Page, Section
from contracts.report.table import Heading, Table, cell_text, text_headings
from contracts.score.calibration import calibration, picture
from production.backtest.estimate_section import estimate_parts
from production.backtest.evaluation_section import BASELINE, evaluation_section
from production.backtest.gate_tables import asked, findings_table, gate_summary, held_back
from production.backtest.score import SIDES
from production.backtest.tables import digits_of, monthly_table

if TYPE_CHECKING:
    from contracts.report.page import Head, Part
    from contracts.score.bootstrap import Interval
    from production.assembly.proof import RunProof
    from production.backtest.evidence import VerdictCode
    from production.backtest.result import RunResult
    from production.backtest.verdict import RefreshVerdict

#: What became of the requests that the contract's input schema refused, by ``invalid``.
INVALID = {
    "refuse": "Refused, as the serving engine refuses them: no prediction, and no score.",
    "fallback": "Answered by the naive baseline, and logged as its answers: they are not scored.",
}
#: A measurement, to three significant digits.
MEASURE = Heading(name="", kind="measure", digits=3)
TONES: dict[VerdictCode, Literal["plain", "good", "warning", "bad"]] = {
    "worse_than_naive": "bad",
    "static_decays_from": "good",
    "refresh": "good",
    "refresh_not_worth_it": "good",
    "cannot_tell": "warning",
}
CALIBRATION = "What was predicted against what happened, by tenths; lines are 95% intervals."


def run_page(result: RunResult, head: Head) -> Page:
    """Return the page of a run."""
    run = result.run
    warnings = (
        Note(text=text, tone="warning") for text in (*result.anti_patterns, *result.warnings)
    )
    figures: list[Part] = [_scores_by_month(result)]
    if result.kind == "binary":
        bins = calibration("binary", run.predictions.truth, run.predictions.served)
        figures.append(picture(bins, caption=CALIBRATION))
    description = describe(run.lifecycle)
    return Page(
        title=f"{result.product} under the {run.name} lifecycle",
        lead=headline(result),
        head=head,
        sections=(
            verdict_section(result.verdict),
            Section(title="Month by month", parts=(monthly_table(result), *warnings)),
            Section(title="Scores over time", parts=tuple(figures)),
            *([_invalid(result)] if run.invalid.checks else []),
            Section(title="Refreshes", parts=_refreshes(result)),
            *([_evaluation(result)] if run.windows else []),
            *([proof_section(result.proof)] if result.proof else []),
            Section(
                title="The lifecycle",
                parts=(
                    Note(text=description.summary),
                    *(Note(text=f"It cannot: {what}.") for what in description.cannot),
                    Code(text=description.text),
                ),
            ),
        ),
    )


def headline(result: RunResult) -> str:
    """Return what a run scored, in a sentence."""
    main = result.metrics[0]
    heading = Heading(name="", kind="number", digits=digits_of(result, main))
    served, still, naive = (cell_text(result.overall[side][main].value, heading) for side in SIDES)
    count = len(result.months)
    time = f"{count} {'month' if count == 1 else 'months'}"
    return (
        f"Served over {time}: {main} {served}; the static first generation {still}; "
        f"the naive baseline {naive}."
    )


def verdict_section(verdict: RefreshVerdict) -> Section:
    """Return what a backtest says a team should do, in words and then in figures."""
    cost = verdict.cost
    facts = (
        (f"gain in {verdict.metric}", _interval(verdict.gain, "measure")),
        ("of the static score", _interval(verdict.relative, "share")),
        ("without meaning up to", cell_text(verdict.margin.value, MEASURE)),
        ("trainings", f"{cost.trainings:,}"),
        ("training seconds", cell_text(cost.seconds, MEASURE)),
        ("age of the data", f"{cell_text(cost.staleness_days, MEASURE)} days"),
    )
    tone = "bad" if verdict.none_beats_naive else TONES[verdict.code]
    note = Note(text=verdict.words, tone=tone)
    return Section(title="Verdict", parts=(note, Facts(items=facts)))


def _scores_by_month(result: RunResult) -> Lines:
    """Return the main metric by month, with the promotions marked."""
    main = result.metrics[0]
    names = zip(SIDES, ("served", "static", BASELINE), strict=True)
    return Lines(
        caption=f"{main} by month; each mark is a promotion.",
        y=main,
        time=True,
        margin=result.verdict.margin.value,
        series=tuple(score_line(result, side, name=name) for side, name in names),
        marks=tuple(Mark(x=float(moment), label="promotion") for moment in result.run.promotions),
    )


def score_line(result: RunResult, side: str, *, name: str) -> Line:
    """Return the main metric of a side by month."""
    return Line(
        name=name,
        x=[middle_of_month(month.month) for month in result.months],
        y=[month.metrics[side][result.metrics[0]] for month in result.months],
    )


def _interval(interval: Interval, kind: Literal["measure", "share"]) -> str:
    heading = Heading(name="", kind=kind, digits=MEASURE.digits if kind == "measure" else 1)
    value, low, high = (
        cell_text(each, heading) for each in (interval.value, interval.low, interval.high)
    )
    return f"{value} [{low}, {high}]"


def _refreshes(result: RunResult) -> tuple[Part, ...]:
    """Return every training, what the gate decided, and every finding of its rules."""
    trainings = result.run.trainings
    summary = gate_summary(trainings)
    if summary is None:
        return (_trainings(result),)
    return (
        Note(text=f"{summary[0].upper()}{summary[1:]}."),
        *(Note(text=line, tone="warning") for line in held_back(trainings)),
        _trainings(result),
        Collapsible(title="What each rule found", parts=(findings_table(trainings),)),
    )


def _trainings(result: RunResult) -> Table:
    """Return every training: what caused it, what it was trained on, what the gate decided."""
    return Table(
        headings=(
            *text_headings("asked", "because of"),
            Heading(name="rows", kind="count"),
            Heading(name="seconds", kind="number", digits=1),
            *text_headings("verdict", "generation", "serves", "finding"),
        ),
        rows=tuple(
            (
                asked(each),
                each.reason,
                each.rows,
                each.seconds,
                each.verdict,
                f"{each.release}/{each.generation}" if each.generation else None,
                each.detail.get("serves") if each.verdict == "promoted" else None,
                str(each.detail.get("why", "")),
            )
            for each in result.run.trainings
        ),
    )


def _invalid(result: RunResult) -> Section:
    """Return which checks refused requests, and how the model failed on others, with counts."""
    invalid = result.run.invalid
    table = Table(
        headings=(*text_headings("check"), Heading(name="requests", kind="count")),
        rows=tuple(invalid.checks.items()),
        caption='Each request counts under the first check that it breaks; under "model" where the '
        "model raised that error.",
    )
    text = INVALID[invalid.answer]
    return Section(title="Invalid requests", parts=(Note(text=text), table))


def _evaluation(result: RunResult) -> Section:
    """Return what the lifecycle knew of itself, and how honest its estimates were."""
    section = evaluation_section(result)
    estimates = estimate_parts(result.run.windows, result.offset)
    return Section(title=section.title, parts=(*section.parts, *estimates))


def proof_section(proof: RunProof) -> Section:
    """Return the proof that both sides are equivalent, and the time of one row on each."""
    joint = proof.liaison == "joint"
    facts = [
        ("one row, as served" if joint else "one row, production", f"{proof.candidate_us:.1f} µs")
    ]
    if proof.reference_us is not None:
        facts += [
            ("one row, research", f"{proof.reference_us:,.0f} µs"),
            ("ratio", f"1 / {proof.reference_us / proof.candidate_us:,.0f}"),
        ]
    form = proof.served_form
    return Section(
        title="Research's solution as served" if joint else "Two implementations",
        parts=(
            Facts(items=tuple(facts)),
            Note(text=proof.summary, tone="good"),
            *([Note(text=f"{form[0].upper()}{form[1:]}.")] if form else []),
            verdict_table(proof.verdicts),
        ),
    )
