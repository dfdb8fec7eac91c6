"""Where two sides part, as a section of a report: pictures, worst rows, what sets them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.equivalence.probes.differences import quantiles
from contracts.equivalence.probes.differences import worst as furthest
from contracts.equivalence.report.pictures import allowed, pictures
from contracts.report.page import Collapsible, Note, Section
from contracts.report.table import Heading, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.equivalence.report.contrast import Contrast
    from contracts.report.page import Part

#: How many of the rows that part furthest are shown.
SHOWN = 10
TITLES = {
    "same_state": "Side by side, same state",
    "same_data": "Side by side, same data",
    "recorded": "Side by side, golden rows",
}
CAUSES = (
    Heading(name="condition"),
    Heading(name="of those rows", kind="share", digits=1),
    Heading(name="of all others", kind="share", digits=1),
    Heading(name="times as frequent", kind="text"),
)


def parting(contrast: Contrast) -> Section:
    """Return where the candidate and what it is compared with agree, and where they do not."""
    return Section(title=TITLES[contrast.pair], parts=tuple(_parts(contrast)))


def _parts(contrast: Contrast) -> Iterator[Part]:
    yield Note(text=f"The candidate beside {contrast.against}. {told(contrast)}")
    if contrast.same:
        return
    if contrast.close:
        yield from pictures(contrast)
        inside: tuple[Part, ...] = (Note(text=why(contrast)), *tables(contrast))
        yield Collapsible(title="The rows that part furthest", parts=inside)
        return
    yield Note(text=why(contrast), tone="warning")
    yield from pictures(contrast)
    yield from tables(contrast)


def told(contrast: Contrast) -> str:
    """Return in words how far the sides part."""
    n, outside, largest = len(contrast.size), int(contrast.outside.sum()), contrast.size.max()
    if contrast.same:
        return f"Both predict the same on all {n:,} rows."
    found = f"The largest difference on {n:,} rows is {largest:.3g}"
    if contrast.rounded:
        found += ", which is what rounding to float32 makes"
    if contrast.tolerance is None:
        return f"{found}."
    return f"{found}; {outside:,} rows are outside the tolerance, {allowed(contrast)}."


def tables(contrast: Contrast) -> Iterator[Part]:
    """Yield what sets the rows apart, where anything does, and the rows."""
    if contrast.causes:
        yield causes(contrast)
    yield worst(contrast)


def why(contrast: Contrast) -> str:
    """Return in words what sets the rows apart on which the sides part."""
    rule, count = contrast.rule, int(contrast.apart.sum())
    rows = f"{count:,} rows outside" if contrast.by_tolerance else f"{count:,} worst rows"
    if rule is None:
        return f"Nothing in the inputs sets the {rows} apart from the rest."
    return (
        f"What sets the {rows} apart: `{rule.words}`, which holds for {rule.covered:.1%} of them "
        f"and for {rule.elsewhere:.1%} of all others; of the rows where it holds, "
        f"{rule.precision:.1%} are such."
    )


def partings(contrasts: Iterable[Contrast]) -> Iterator[str]:
    """Yield a line for each comparison whose sides part, with what sets the rows apart."""
    for contrast in contrasts:
        if not contrast.close:
            yield f"{contrast.pair}: {told(contrast)} {why(contrast)}"


def causes(contrast: Contrast) -> Table:
    """Return the conditions that tell the rows apart, the strongest first, one a column."""
    rows = tuple(
        (cause.words, cause.among, cause.elsewhere, _times(cause.lift)) for cause in contrast.causes
    )
    return Table(
        headings=CAUSES,
        rows=rows,
        caption="What sets these rows apart, each column by itself, the most telling first.",
    )


def _times(lift: float) -> str:
    return f"{lift:,.1f}" if np.isfinite(lift) else "only there"


def worst(contrast: Contrast) -> Table:
    """Return the rows that part furthest: both predictions, then the inputs, telling ones first."""
    at = furthest(contrast.size, count=SHOWN)
    told = dict.fromkeys(
        c.column for c in contrast.causes if c.column in contrast.rows.column_names
    )
    names = (*told, *(name for name in contrast.rows.column_names if name not in told))
    rows = tuple(
        (
            str(contrast.ids[row]),
            _numbers(contrast.reference[row]),
            _numbers(contrast.candidate[row]),
            f"{contrast.size[row]:.3g}",
            *(_value(inputs[name]) for name in names),
        )
        for row, inputs in zip(at, contrast.rows.take(at).to_pylist(), strict=True)
    )
    said = "recorded" if contrast.pair == "recorded" else "reference"
    others = (said, "candidate", "difference", *names)
    return Table(
        headings=(Heading(name="row", kind="name"), *(Heading(name=name) for name in others)),
        rows=rows,
        caption="The rows that part furthest, with their inputs.",
    )


def _numbers(values: Any) -> str:
    return ", ".join(f"{value:.6g}" for value in values)


def _value(value: Any) -> str | None:
    return f"{value:.6g}" if isinstance(value, float) else None if value is None else str(value)


def record(contrast: Contrast) -> dict[str, Any]:
    """Return what a machine reads of it."""
    rule = contrast.rule
    return {
        "pair": contrast.pair,
        "rows": len(contrast.size),
        "outside": int(contrast.outside.sum()) if contrast.tolerance else None,
        "quantiles": quantiles(contrast.size),
        "apart": int(contrast.apart.sum()),
        "rule": None
        if rule is None
        else {
            "words": rule.words,
            "covered": rule.covered,
            "elsewhere": rule.elsewhere,
            "precision": rule.precision,
        },
        "causes": [
            {"words": cause.words, "among": cause.among, "elsewhere": cause.elsewhere}
            for cause in contrast.causes
        ],
    }
