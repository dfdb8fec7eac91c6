"""The sections of a model card: what was learned from, what it scores where, what was not seen.

Every figure is research's measurement or the contract's own term.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract import card as figures
from contracts.moment import DAY, iso
from contracts.report.page import Collapsible, Note, Section
from contracts.report.table import Heading, Table, score_text, text_headings
from contracts.score.calibration import picture
from contracts.score.metric.registry import metric
from contracts.show.limits import limits

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.contract.card import Card, CardScore, SegmentScore
    from contracts.report.page import Part

#: Segments that are shown at once: those where the solution scores worst.
WORST = 12
NO_CARD = "No model card was recorded: the draft was written before there were any."


def card_sections(contract: Contract) -> tuple[Section, ...]:
    """Return the sections of a contract's model card; one that says so where it has none.

    Raises:
        ContractError: The card cannot be decoded, or is of another contract.
    """
    card = figures.read(contract.folder, digest=contract.digest)
    if card is None:
        return (Section(title="Model card", parts=(Note(text=NO_CARD),)),)
    return (
        Section(title="Data: what it was learned from", parts=_data(contract, card)),
        Section(title="Scores: the solution beside the naive baseline", parts=_scores(card)),
        Section(title="Scores by segment", parts=_segments(card)),
        Section(title="Calibration", parts=_calibration(contract, card)),
        Section(title="Limits: what was not seen", parts=limits(contract, card)),
    )


def _data(contract: Contract, card: Card) -> tuple[Part, ...]:
    learning = contract.learning
    spans = (
        ("training", learning.start, learning.end, card.training),
        ("test", learning.test_start, learning.test_end, card.test),
    )
    counts = [Heading(name=name, kind="count") for name in ("events", "with an outcome")]
    windows = Table(
        headings=(*text_headings("window", "from", "to"), Heading(name="days", kind="count"),
                  *counts),
        rows=tuple(
            (name, iso(start), iso(end), (end - start) // DAY, rows.events, rows.outcomes)
            for name, start, end, rows in spans
        ),
        caption="An outcome counts if it had arrived by the window's end.",
    )  # fmt: skip
    return (windows, _outcomes(contract, card))


def _outcomes(contract: Contract, card: Card) -> Table:
    if contract.kind == "regression":
        numbers = [
            Heading(name=name, kind="measure", digits=5) for name in ("least", "middle", "largest")
        ]
        return Table(
            headings=(*text_headings("outcomes"), *numbers),
            rows=(("training", *card.training.spread), ("test", *card.test.spread)),
        )
    rows = [
        (str(label), trained, tested)
        for label, trained, tested in zip(
            contract.labels, card.training.labels, card.test.labels, strict=True
        )
    ]
    unlisted = (card.training.unlisted, card.test.unlisted)
    if any(unlisted):
        rows.append(("labels that are not listed", *unlisted))
    counts = [Heading(name=name, kind="count") for name in ("training", "test")]
    return Table(headings=(*text_headings("label"), *counts), rows=tuple(rows))


def _scores(card: Card) -> tuple[Part, ...]:
    intervals = [Heading(name=name, kind="interval") for name in ("solution", "naive", "gain")]
    claimed = ", ".join(
        f"`{name}` {score_text(score, card.scores[name].solution.value)}"
        for name, score in card.shuffled.items()
        if name in card.scores
    )
    return (
        Table(
            headings=(*text_headings("metric", "better"), *intervals),
            rows=tuple(
                (name, metric(name).direction, *_intervals(score))
                for name, score in card.scores.items()
            ),
            caption=(
                "On the test window, with 95% intervals over whole days. The gain is paired, and "
                "positive where the solution is better."
            ),
        ),
        Note(text=f"A random split of the same rows would have claimed {claimed}."),
    )


def _intervals(score: CardScore) -> list[tuple[float, float, float]]:
    sides = (score.solution, score.baseline, score.gain)
    return [(side.value, side.low, side.high) for side in sides]


def _segments(card: Card) -> tuple[Part, ...]:
    if not card.segments:
        return (Note(text=_left_out(card) or "No part of the test window has rows enough."),)
    sign = 1 if metric(card.metric).direction == "lower" else -1
    ordered = sorted(card.segments, key=lambda each: (-sign * each.solution, each.column))
    rest = ordered[WORST:]
    caption = (
        f"`{card.metric}` on parts of the test window, the worst first: the values of a text, and "
        "the thirds of a number, cut by the training window."
    )
    folded = Collapsible(title=f"{len(rest)} more segments", parts=(_table(rest),))
    note = _left_out(card)
    return (
        _table(ordered[:WORST], caption=caption),
        *([folded] if rest else []),
        *([Note(text=note)] if note else []),
    )


def _left_out(card: Card) -> str:
    return f"Segments left out for too few rows: {card.small}." if card.small else ""


def _table(segments: list[SegmentScore], *, caption: str = "") -> Table:
    scores = [Heading(name=name, kind="number") for name in ("solution", "naive")]
    return Table(
        headings=(*text_headings("column", "value"), Heading(name="rows", kind="count"), *scores),
        rows=tuple(
            (f"`{each.column}`", each.value, each.rows, each.solution, each.baseline)
            for each in segments
        ),
        caption=caption,
    )


def _calibration(contract: Contract, card: Card) -> tuple[Part, ...]:
    what = {
        "binary": f"the probability of `{contract.labels[-1] if contract.labels else ''}`",
        "multiclass": "the probability of the likeliest label",
        "regression": "the predicted value",
    }[contract.kind]
    numbers = [Heading(name=name, kind="number") for name in ("predicted", "observed")]
    table = Table(
        headings=(Heading(name="rows", kind="count"), *numbers,
                  *[Heading(name=name, kind="number") for name in ("from", "to")]),
        rows=tuple(
            (each.events, each.predicted, each.observed, each.low, each.high)
            for each in card.calibration
        ),
    )  # fmt: skip
    caption = f"Tenths of the test rows by {what}; lines are 95% intervals."
    return (
        picture(card.calibration, caption=caption),
        Collapsible(title="The same as numbers", parts=(table,)),
    )
