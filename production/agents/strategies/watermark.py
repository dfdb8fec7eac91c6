"""Computes watermarks, and compares one with the rows that are known today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.moment import iso
from production.agents.row_hash import Hashes, row_hashes
from production.agents.rules.finding import Finding
from production.registry.lineage import Watermark

if TYPE_CHECKING:
    from contracts.data.labelled import LabelledRows
    from production.agents.hashed_rows import HashedRows

RULE = "watermark"


def watermark(rows: LabelledRows, known_by: int, *, after: Watermark | None = None) -> Watermark:
    """Return the watermark of a model that has learned rows, each once.

    Args:
        rows: The rows, all of which had arrived by the moment; those that nothing can learn do not
            count.
        known_by: The moment, microseconds.
        after: What the model had learned before them; none for nothing.
    """
    events = rows.listed.events
    return _watermark(row_hashes(events.columns, events.num_rows), known_by, after=after)


def compared(earlier: Watermark, today: HashedRows) -> Finding:
    """Return what became of the rows that a model has learned: it never refuses a model.

    Args:
        earlier: The model's watermark.
        today: The rows that are known today, of the same window.
    """
    learned = today.known.is_listed & (today.known.arrived < earlier.known_by)
    now = _watermark(today.rows[learned], earlier.known_by)
    then = f"{earlier.rows:,} rows learned by {iso(earlier.known_by)}"
    if now == earlier:
        why = f"the {then} are as they were"
    else:
        why = (
            f"of the {then}, some were revised, removed, or joined by others of an earlier date: "
            f"they are {now.rows:,} now; that is learned at the next full refit"
        )
    figures = {"learned": float(earlier.rows), "known": float(now.rows)}
    return Finding(rule=RULE, verdict="passed", why=why, figures=figures)


def _watermark(hashes: Hashes, known_by: int, *, after: Watermark | None = None) -> Watermark:
    # A sum of hashes does not depend on the order of rows, and grows with what is learned.
    total = int(hashes.sum(dtype=np.uint64)) + (int(after.digest, 16) if after else 0)
    return Watermark(
        known_by=known_by,
        rows=len(hashes) + (after.rows if after else 0),
        digest=f"{total % 2**64:016x}",
    )
