"""The attempt at ONNX: a graph that gives the estimator's answers, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.errors import ContractError
from contracts.score.tolerance import Tolerance
from research.export.convert import convert
from research.export.graph import Graph
from research.export.sample import asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.ports import Floats
    from research.export.values import Values

#: Of a probability, or of the spread of values that are none. Sums in float32 differ by 3e-7; a row
#: that takes another branch of one tree, by 1e-4 and more.
ROUNDING = 1e-5


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an attempt.

    Attributes:
        state: The graph; None where it is not the same model, or none came.
        why: In a sentence, why it may be served, or why not.
        difference: The largest between the two forms' answers, None where there is no number.
    """

    state: bytes | None = None
    why: str
    difference: float | None = None


def attempt(estimator: Any, inputs: Mapping[str, bool], sample: Mapping[str, Values]) -> Attempt:
    """Return what comes of an estimator as ONNX.

    Args:
        estimator: Fitted.
        inputs: Each column in order, whether it is text.
        sample: Columns of rows to compare on; they are asked as they are, and harder.
    """
    try:
        state = convert(estimator, inputs)
        pairs = [(found, _told(state, columns)) for columns, found in asked(estimator, sample)]
    except ContractError as error:
        return Attempt(why=error.message)
    expected, given = (np.concatenate(side) for side in zip(*pairs, strict=True))
    if expected.shape != given.shape:
        shapes = f"{given.shape[1]} answers a row where the estimator gives {expected.shape[1]}"
        return Attempt(why=f"its ONNX form is another model: {shapes}")
    apart = np.abs(expected - given).max(initial=0.0)
    difference = float(f"{apart:.1e}") if np.isfinite(apart) else None
    allowed = ROUNDING * _unit(estimator, expected)
    wrong = int((~Tolerance(absolute=allowed).mask(expected, given)).sum())
    if not wrong:
        why = f"on {len(given):,} rows its graph's answers are at most {apart:.1e} apart"
        return Attempt(state=state, why=why, difference=difference)
    why = (
        f"its ONNX form is another model: of {len(given):,} rows {wrong:,} are answered "
        f"differently, by up to {apart:.1e}; at most {allowed:.0e} may be rounding"
    )
    return Attempt(why=why, difference=difference)


def _unit(estimator: Any, expected: Floats) -> float:
    """Return what differences between answers are measured by."""
    return 1.0 if hasattr(estimator, "predict_proba") else float(expected.std()) or 1.0


def _told(state: bytes, columns: Mapping[str, Values]) -> Floats:
    """Return a graph's answers to columns.

    Raises:
        ContractError: The runtime refuses the graph, or the columns.
    """
    try:
        return Graph(state).answers({name: each.reshape(-1, 1) for name, each in columns.items()})
    except Exception as error:
        raise ContractError(
            f"its graph fails: {type(error).__name__}: {str(error).splitlines()[0][:200]}"
        ) from error
