"""What a solution predicts, held to the target: a metric would score other shapes as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.ports import Floats, Model
    from research.target import Target


def predicted(model: Model, rows: pa.Table, target: Target) -> Floats:
    """Return a model's predictions for n rows, float64 of shape (n, k), finite.

    Raises:
        DataError: They are not, or the model names other labels than the target, or in another
            order.
    """
    _named_alike(model, target)
    made = model.predict(rows)
    expected = f"float64 {(rows.num_rows, target.k)}"
    found = f"{getattr(made, 'dtype', type(made).__name__)} {getattr(made, 'shape', '')}".rstrip()
    if found != expected:
        raise _broken(f"expected {expected}, got {found}", hint=_owed(target))
    wrong = int((~np.isfinite(made).all(axis=1)).sum())
    if wrong:
        raise _broken(f"expected finite numbers, got others in {wrong:,} of {len(made):,} rows")
    return made


def _named_alike(model: Model, target: Target) -> None:
    """Refuse columns under other names than the target's, where a model says their names.

    Names of which none is a label are an encoding of the solution's own: they say nothing.
    """
    wanted = [*map(str, target.labels)]
    named = [*map(str, getattr(model, "labels", ()))]
    if named != wanted and {*named} & {*wanted}:
        same = sorted(named) == sorted(wanted)
        raise _broken(
            f"expected the labels {', '.join(wanted)}, got {', '.join(named)}",
            hint="let it predict them in this order: Fitted takes it as labels="
            if same
            else "fit it to rows of each of these labels and of no other, of a longer window maybe",
        )


def _owed(target: Target) -> str:
    if target.kind == "multiclass":
        labels = ", ".join(map(str, target.labels))
        return f"predict a probability for each of {labels}, whichever it was fitted to"
    said = f"the probability of {target.labels[1]}" if target.kind == "binary" else "the value"
    return f"predict {said}, in the one column of a table"


def _broken(what: str, *, hint: str = "") -> DataError:
    return DataError(f"the solution breaks the protocol: {what}", hint=hint)
