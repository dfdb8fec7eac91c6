"""Makes the figures of a model card, of the rows and of what learning recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.contract.card import Card, CardScore, ColumnSeen, WindowRows
from contracts.data.rows import within
from contracts.score.stability import stability_index
from research.learn.segments import is_number, numbers

if TYPE_CHECKING:
    from contracts.contract.terms import Specification
    from contracts.data.labelled import LabelledRows
    from research.learn.result import LearningResult
    from research.specify.evidence import Evidence

TENTHS = np.arange(1, 10) / 10
#: Texts that have a bin of their own where two windows are compared.
TEXTS = 20


def card_of(evidence: Evidence, learned: LearningResult, terms: Specification) -> Card:
    """Return the card of a contract that is drafted from this evidence; without its digest."""
    plan, events = learned.plan, evidence.events
    windows = within(events, plan.start, plan.end), within(events, plan.test_start, plan.test_end)
    return Card(
        training=_rows(windows[0].num_rows, evidence.train, terms),
        test=_rows(windows[1].num_rows, evidence.test, terms),
        scores={
            name: CardScore(solution=each.solution, baseline=each.baseline, gain=each.gain)
            for name, each in learned.scores.items()
        },
        shuffled=learned.shuffled,
        calibration=learned.calibration,
        metric=learned.daily_metric,
        segments=learned.segments,
        small=learned.small,
        columns=tuple(
            _seen(
                name,
                *(part.events[name].combine_chunks() for part in (evidence.train, evidence.test)),
            )
            for name in evidence.test.inputs
        ),
    )


def _rows(events: int, rows: LabelledRows, terms: Specification) -> WindowRows:
    y, number = rows.outcomes, terms.kind == "regression"
    listed = y[~np.isnan(y)]
    return WindowRows(
        events=events,
        outcomes=len(rows),
        labels=()
        if number
        else tuple(int((listed == at).sum()) for at in range(len(terms.labels))),
        unlisted=rows.unlisted,
        spread=tuple(np.quantile(y, (0, 0.5, 1)).tolist()) if number else (),
    )


def _seen(name: str, trained: pa.Array, tested: pa.Array) -> ColumnSeen:
    missing = trained.null_count / len(trained)
    if is_number(trained.type):
        return _numbers_seen(name, numbers(trained), numbers(tested), missing)
    texts, new = (each.cast(pa.string()) for each in (trained, tested))
    known = texts.drop_null().unique()
    counts = pc.value_counts(texts.drop_null()).to_pylist()
    top = [pair["values"] for pair in sorted(counts, key=lambda pair: -pair["counts"])[:TEXTS]]
    bins = [_text_counts(each, top) for each in (texts, new)]
    unknown = pc.and_(pc.is_valid(new), pc.invert(pc.is_in(new, value_set=known)))
    return ColumnSeen(
        name=name,
        values=len(known),
        missing=missing,
        outside=(pc.sum(unknown).as_py() or 0) / len(new),
        moved=stability_index(*bins),
    )


def _numbers_seen(name: str, trained: Any, tested: Any, missing: float) -> ColumnSeen:
    present = trained[~np.isnan(trained)]
    if not len(present):
        share = float((~np.isnan(tested)).mean())
        return ColumnSeen(name=name, missing=missing, outside=share, moved=0.0)
    edges, least, most = np.unique(np.quantile(present, TENTHS)), present.min(), present.max()
    return ColumnSeen(
        name=name,
        least=float(least),
        most=float(most),
        missing=missing,
        outside=float(((tested < least) | (tested > most)).mean()),
        moved=stability_index(*(_number_counts(each, edges) for each in (trained, tested))),
    )


def _number_counts(values: Any, edges: Any) -> Any:
    """Return rows between edges, then those without a value."""
    absent = np.isnan(values)
    bins = np.searchsorted(edges, values[~absent], side="left")
    counts = np.bincount(bins, minlength=len(edges) + 1)
    return np.append(counts, absent.sum()).astype(np.float64)


def _text_counts(values: pa.Array, top: list[str]) -> Any:
    """Return rows of each of some texts, then those of others, then those without a value."""
    known = [pc.sum(pc.equal(values, text)).as_py() or 0 for text in top]
    others = len(values) - values.null_count - sum(known)
    return np.array([*known, others, values.null_count], np.float64)
