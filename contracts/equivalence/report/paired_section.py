"""The section of a report that compares both sides' predictions: text, pictures, worst rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.equivalence.probes.differences import largest_at
from contracts.report.figure import Dots, Limit, Line, Scatter, Tail
from contracts.report.page import Collapsible, Note, Section
from contracts.report.table import Heading, Table, text_headings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from contracts.contract.terms import Pair
    from contracts.equivalence.report.paired import PairedPredictions
    from contracts.report.page import Part

#: By pair: the section's title, and what the candidate is compared with.
TITLES: dict[Pair, str] = {
    "same_state": "Side by side, same state",
    "same_data": "Side by side, same data",
    "recorded": "Side by side, golden rows",
}
COMPARED_WITH: dict[Pair, str] = {
    "same_state": "the reference's own state, as the candidate reads it",
    "same_data": "the reference, fitted on the same rows with the same seed",
    "recorded": "what the contract recorded on its golden rows",
}
CONDITIONS = (
    Heading(name="condition"),
    Heading(name="of those rows", kind="share", digits=1),
    Heading(name="of all others", kind="share", digits=1),
    Heading(name="times as frequent", kind="text"),
)
#: How many of the worst rows are shown.
SHOWN = 10
#: How many points a scatter has, how many of them may be marked, and how many a tail's line has.
POINTS, MARKED, STEPS = 1200, 400, 240


def paired_section(paired: PairedPredictions) -> Section:
    """Return a section that shows where the candidate agrees with the other side, and where not."""
    return Section(title=TITLES[paired.pair], parts=tuple(_parts(paired)))


def differing_lines(paired: Iterable[PairedPredictions]) -> Iterator[str]:
    """Yield a line for each pair whose sides do not agree, with what distinguishes the rows."""
    for each in paired:
        if not each.agree:
            yield f"{each.pair}: {difference_text(each)} {condition_text(each)}"


def _parts(paired: PairedPredictions) -> Iterator[Part]:
    other = COMPARED_WITH[paired.pair]
    yield Note(text=f"The candidate compared with {other}. {difference_text(paired)}")
    if paired.identical:
        return
    note = Note(text=condition_text(paired), tone="plain" if paired.agree else "warning")
    pictures: tuple[Part, ...] = (scatter(paired), tail(paired))
    tables = [*([conditions_table(paired)] if paired.conditions else []), worst_table(paired)]
    if paired.agree:
        yield from pictures
        yield Collapsible(title="The rows that differ most", parts=(note, *tables))
    else:
        yield note
        yield from (*pictures, *tables)


def difference_text(paired: PairedPredictions) -> str:
    """Return in words how far the sides differ."""
    n, outside, largest = len(paired.size), int(paired.outside.sum()), paired.size.max()
    if paired.identical:
        return f"Both predict the same for all {n:,} rows."
    text = f"The largest difference on {n:,} rows is {largest:.3g}"
    if paired.rounded:
        text += ", which is rounding to float32"
    if paired.tolerance is None:
        return f"{text}."
    return f"{text}; {outside:,} rows are outside the tolerance, {paired.tolerance_text}."


def condition_text(paired: PairedPredictions) -> str:
    """Return in words what distinguishes the rows on which the sides differ most."""
    combined, count = paired.combined, int(paired.worst.sum())
    rows = f"{count:,} rows outside" if paired.by_tolerance else f"{count:,} worst rows"
    if combined is None:
        return f"Nothing in the inputs distinguishes the {rows} from the others."
    return (
        f"What distinguishes the {rows}: `{combined.text}`. This holds for {combined.covered:.1%} "
        f"of them and for {combined.elsewhere:.1%} of all others; of the rows for which it holds, "
        f"{combined.precision:.1%} are among them."
    )


def conditions_table(paired: PairedPredictions) -> Table:
    """Return the conditions that distinguish the worst rows, the strongest first, one a column."""
    rows = tuple(
        (each.text, each.among, each.elsewhere, _times(each.lift)) for each in paired.conditions
    )
    caption = "What distinguishes these rows, by one column at a time, the strongest first."
    return Table(headings=CONDITIONS, rows=rows, caption=caption)


def _times(lift: float) -> str:
    return f"{lift:,.1f}" if np.isfinite(lift) else "only there"


def worst_table(paired: PairedPredictions) -> Table:
    """Return the rows that differ most: both predictions, then the inputs.

    The inputs whose conditions distinguish the rows come first.
    """
    at, inputs = largest_at(paired.size, count=SHOWN), paired.rows.column_names
    first = [each.column for each in paired.conditions if each.column in inputs]
    names = [*dict.fromkeys([*first, *inputs])]
    rows = tuple(
        (
            str(paired.ids[place]),
            _figures(paired.reference[place]),
            _figures(paired.candidate[place]),
            f"{paired.size[place]:.3g}",
            *(_input(row[name]) for name in names),
        )
        for place, row in zip(at, paired.rows.take(at).to_pylist(), strict=True)
    )
    other = "recorded" if paired.pair == "recorded" else "reference"
    headings = (other, "candidate", "difference", *names)
    return Table(
        headings=(Heading(name="row", kind="name"), *text_headings(*headings)),
        rows=rows,
        caption="The rows that differ most, with their inputs.",
    )


def _figures(values: Any) -> str:
    return ", ".join(f"{value:.6g}" for value in values)


def _input(value: Any) -> str | None:
    return f"{value:.6g}" if isinstance(value, float) else None if value is None else str(value)


def scatter(paired: PairedPredictions) -> Scatter:
    """Return some of the rows as points beside identity, the worst of them marked."""
    column = int(np.abs(paired.candidate - paired.reference).max(axis=0).argmax())
    worst, others = _drawn(paired)
    x, y = paired.reference[:, column], paired.candidate[:, column]
    name = "outside the tolerance" if paired.by_tolerance else "differ most"
    series = tuple(
        Dots(name=f"{label} ({total:,})", x=x[at].tolist(), y=y[at].tolist(), marked=marked)
        for label, at, total, marked in (
            ("others", others, int((~paired.worst).sum()), False),
            (name, worst, int(paired.worst.sum()), not paired.agree),
        )
        if len(at)
    )
    band = f"; the band is the tolerance, {paired.tolerance_text}" if paired.tolerance else ""
    return Scatter(
        caption=(
            f"`{paired.outputs[column]}` of {len(worst) + len(others):,} of {len(paired.ids):,} "
            f"rows: on the dashed line both sides predict the same{band}."
        ),
        x="reference" if paired.pair != "recorded" else "recorded",
        y="candidate",
        size="half",
        series=series,
        absolute=paired.tolerance.absolute if paired.tolerance else 0.0,
        relative=paired.tolerance.relative if paired.tolerance else 0.0,
    )


def _drawn(paired: PairedPredictions) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return which rows to draw: the worst of the worst, and some of the others, evenly spaced."""
    worst = np.flatnonzero(paired.worst)
    worst = worst[np.argsort(-paired.size[worst], kind="stable")][:MARKED]
    others = np.flatnonzero(~paired.worst)
    others = others[np.argsort(paired.reference[others, 0], kind="stable")]
    places = np.linspace(0, len(others) - 1, min(len(others), POINTS - len(worst))).astype(np.intp)
    return worst, others[places] if len(others) else others


def tail(paired: PairedPredictions) -> Tail:
    """Return the size of the differences by the share of rows that do not exceed it."""
    n, ordered, tolerance = len(paired.size), np.sort(paired.size), paired.tolerance
    shares = 1 - np.logspace(0, -np.log10(max(n, 2)), STEPS)
    at = np.minimum((shares * n + 1e-9).astype(np.intp), n - 1)
    equal = int((ordered == 0).sum())
    limits: tuple[Limit, ...] = ()
    if tolerance is not None:
        typical = float(np.median(np.abs(paired.reference)))
        limits = (
            Limit(
                name="tolerance" + (", at the median prediction" if tolerance.relative else ""),
                value=tolerance.absolute + tolerance.relative * typical,
                share=tolerance.rows,
            ),
        )
    return Tail(
        caption=(
            "By the share of rows, the difference that they do not exceed; the largest is "
            f"{ordered[-1]:.3g}. "
            + (f"{equal:,} of {n:,} rows do not differ at all and are not drawn. " if equal else "")
            + ("The tolerance applies up to its tick." if limits else "No tolerance row by row.")
        ),
        x="share of rows",
        y="|candidate - reference|",
        size="half",
        series=(Line(name="difference", x=shares.tolist(), y=ordered[at].tolist()),),
        limits=limits,
    )
