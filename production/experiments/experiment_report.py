"""A running experiment in words, as a table, as data and as a page."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from contracts.moment import iso
from contracts.report.figure import Line, Lines
from contracts.report.page import Note, Page, Section
from contracts.report.table import Heading, Table, signed, text_headings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.report.page import Head, Part
    from production.experiments.experiment import ArmResult, ExperimentResult, ExperimentVerdict
    from production.experiments.sample_ratio import SampleRatio
    from production.selectors.comparison import ArmDifference

VERDICTS: dict[ExperimentVerdict, str] = {
    "better": "better",
    "worse": "worse",
    "cannot_tell_yet": "cannot tell yet",
    "sample_ratio_mismatch": "sample ratio mismatch: do not read the effect",
}


def headlines(result: ExperimentResult) -> Iterator[str]:
    """Yield the verdict in sentences: one for each arm, or one that none may be read."""
    if result.mismatched:
        words = VERDICTS["sample_ratio_mismatch"]
        sides = (("keys", result.served), ("keys with outcomes", result.returned))
        for what, ratio in sides:
            if ratio and ratio.mismatch:
                yield f"{words}: {_ratio(what, ratio)}"
        return
    for each in result.arms:
        if each.verdict:
            yield f"{VERDICTS[each.verdict]}: {_effect(result, each)}"


def notes(result: ExperimentResult) -> Iterator[str]:
    """Yield what a reader of the table should know."""
    if result.served is None:
        yield (
            "sample ratio not tested: nothing was served, or the shares of "
            f"{result.selector} change or differ by segment"
        )
    elif not result.mismatched:
        yield f"sample ratio as expected: {_ratio('keys', result.served)}"
    if result.moved:
        yield f"{result.moved:,} keys were served by more than one arm"
    if result.unknown:
        yield f"of {result.unknown:,} events it cannot be said which arm served"


def arms_table(result: ExperimentResult) -> Table:
    """Return what each arm did, with its effect unless that may not be read."""
    headings = (
        *text_headings("arm"),
        Heading(name="keys", kind="count"),
        Heading(name="events", kind="count"),
        Heading(name="outcomes", kind="count"),
        Heading(name=result.metric, kind="number"),
        Heading(name="effect", kind="interval"),
    )
    sign = 1 if result.direction == "higher" else -1
    rows = tuple(
        (each.arm, each.keys, each.events, each.scored, sign * each.reward,
         None if result.mismatched else _interval(each.difference))
        for each in result.arms
    )  # fmt: skip
    caption = (
        f"Mean loss by {result.metric}, {result.direction} is better. An effect above 0 is better "
        "than the champion; its interval holds at every look."
    )
    return Table(headings=headings, rows=rows, caption=caption)


def experiment_data(result: ExperimentResult) -> dict[str, Any]:
    """Return what ``report.json`` holds of an experiment; effects are better when larger."""
    return {
        "verdict": result.verdict,
        "words": VERDICTS[result.verdict],
        "headlines": [*headlines(result)],
        "notes": [*notes(result)],
        "selector": result.selector,
        "began": iso(result.began),
        "manifests": [result.revisions.start, result.revisions.stop - 1],
        "metric": result.metric,
        "direction": result.direction,
        "alpha": result.alpha,
        "arms": {each.arm: _arm(each) for each in result.arms},
        "sample_ratio": {"served": result.served, "returned": result.returned},
        "unknown": result.unknown,
        "moved": result.moved,
    }


def experiment_page(result: ExperimentResult, head: Head) -> Page:
    """Return the page of an experiment."""
    tones: dict[ExperimentVerdict, Any] = {
        "better": "good",
        "worse": "bad",
        "sample_ratio_mismatch": "bad",
    }
    tone = tones.get(result.verdict, "warning")
    pictures: list[Part] = [
        _picture(result, each)
        for each in result.arms
        if any(look.enough for look in each.looks.values())
    ]
    effects = (Section(title="Effect over time", parts=tuple(pictures)),) if pictures else ()
    return Page(
        title=f"{result.selector} on {result.product}",
        lead=f"Running since {iso(result.began)}, manifest {result.revisions.start} on.",
        head=head,
        sections=(
            Section(
                title="Verdict",
                parts=(
                    *(Note(text=line, tone=tone) for line in headlines(result)),
                    *(Note(text=line) for line in notes(result)),
                ),
            ),
            Section(title="Arms", parts=(arms_table(result),)),
            *(effects if not result.mismatched else ()),
        ),
    )


def _effect(result: ExperimentResult, arm: ArmResult) -> str:
    """Return an arm's effect in words, and what it would take to tell more."""
    difference = arm.difference
    if not difference.enough:
        sides = (result.arms[0], arm)
        counts = ", ".join(f"{each.arm} {each.scored_keys:,}" for each in sides)
        if min(each.scored_keys for each in sides) >= result.least:
            return (
                f"outcomes of enough keys ({counts}), too few of them in windows that both arms "
                f"served: longer ones, task.options.every=1d say, have at least {result.least:,} "
                "of each sooner"
            )
        return f"outcomes of too few keys: {counts}, at least {result.least:,} are needed of each"
    text = (
        f"{arm.arm} gains {signed(difference.value)} by {result.metric} over the champion "
        f"({1 - result.alpha:.0%} interval, at every look: {signed(difference.low)} to "
        f"{signed(difference.high)})"
    )
    if arm.verdict != "cannot_tell_yet":
        return text
    if not isfinite(arm.more):
        return f"{text}; a hundred times as many keys would not tell so small a difference"
    return f"{text}; about {_rounded(arm.more):,} more keys would tell such a difference"


def _rounded(count: float) -> int:
    """Return a number of keys with two digits that count.

    >>> _rounded(12345.6), _rounded(7.2)
    (12000, 8)
    """
    whole = int(count) + 1
    unit = 10 ** max(0, len(str(whole)) - 2)
    return int(round(whole / unit) * unit)


def _ratio(what: str, ratio: SampleRatio) -> str:
    total = sum(ratio.keys.values())
    parts = ", ".join(
        f"{arm} {count:,} (expected {ratio.expected.get(arm, 0.0) * total:,.0f})"
        for arm, count in ratio.keys.items()
        if count or arm in ratio.expected
    )
    return (
        f"{what}: {parts}; p {'<' if ratio.p_value < 1e-4 else '='} {max(ratio.p_value, 1e-4):.2g}"
    )


def _interval(difference: ArmDifference) -> tuple[float, float, float] | None:
    return (difference.value, difference.low, difference.high) if difference.enough else None


def _picture(result: ExperimentResult, arm: ArmResult) -> Lines:
    looks = {at: look for at, look in arm.looks.items() if look.enough}
    ends = [float(at) for at in looks]
    return Lines(
        caption=f"What {arm.arm} gains over the champion by {result.metric}, after each window; "
        "with a probability of "
        f"{1 - result.alpha:.0%} the band has the truth at all of them. Above 0 is better.",
        y=f"gain in {result.metric}",
        time=True,
        series=(
            Line(
                name=arm.arm,
                x=ends,
                y=[look.value for look in looks.values()],
                low=[look.low for look in looks.values()],
                high=[look.high for look in looks.values()],
            ),
            Line(name="champion", x=ends, y=[0.0] * len(ends)),
        ),
    )


def _arm(arm: ArmResult) -> dict[str, Any]:
    difference = arm.difference
    return {
        "generation": arm.generation,
        "keys": arm.keys,
        "events": arm.events,
        "outcomes": arm.scored,
        "keys_with_outcomes": arm.scored_keys,
        "reward": arm.reward,
        "verdict": arm.verdict,
        "effect": difference if arm.verdict else None,
        "more_keys": arm.more if arm.verdict == "cannot_tell_yet" else None,
        "looks": {iso(at): look for at, look in arm.looks.items()},
    }
