"""Converts a fitted estimator to ONNX, and compares a form with the estimator.

A conversion can succeed and give another model without a warning, so only what `operators` knows to
be exact is converted, and no graph is trusted before its outputs were compared.
"""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.fulfilment.graph import check_graph
from contracts.score.tolerance import Tolerance
from research.export.forms import OnnxGraph
from research.export.operators import converted
from research.export.sample import TRAINING
from research.export.steps import InexactError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from contracts.ports import Floats
    from research.export.arrays import Array, Kind
    from research.export.sample import Case

#: Allowed difference of a probability, or of any other value in units of the values' standard
#: deviation. Sums in float32 differ by 3e-7; a row that takes another branch of one tree, by 1e-4.
ROUNDING = 1e-5
#: Allowed beside it, as a share of the value: far from all that was seen, values may be huge.
SHARE = 1e-9
#: Characters of an error message of ONNX that are passed on.
MESSAGE = 200


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """How the outputs of a form differ from the estimator's.

    Attributes:
        tried: How many rows of which kinds.
        difference: The largest difference of the two, in units of which `ROUNDING` is allowed; None
            if not finite.
        fault: Why the form is another model, in a sentence; empty if it is the same.
    """

    tried: dict[str, int] = {}
    difference: float | None = None
    fault: str = ""

    @property
    def why(self) -> str:
        """What the form was tried on, in a sentence."""
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in self.tried.items())
        total = sum(self.tried.values())
        return f"its outputs differ by {self.difference:.1e} at most on {total:,} rows: {kinds}"


class Conversion(msgspec.Struct, frozen=True, kw_only=True):
    """What converting an estimator gave.

    Attributes:
        state: The graph, serialized; None if there is none or it is another model.
        why: Why the graph may be served, or why not, in a sentence.
        comparison: How its outputs differ.
    """

    state: bytes | None = None
    why: str
    comparison: Comparison = Comparison()


def convert(estimator: Any, inputs: Mapping[str, Kind], tried: Sequence[Case]) -> Conversion:
    """Return an estimator as an ONNX graph, if the graph gives the estimator's outputs.

    Args:
        estimator: Fitted; it is not changed.
        inputs: Each column it was fitted to, in order, and what it holds.
        tried: Rows to compare on, with the estimator's outputs, as `sample.cases` gives them.
    """
    try:
        state = converted(estimator, inputs)
        check_graph(state, name="its graph")
    except InexactError as error:
        return Conversion(why=f"ONNX cannot express it exactly: {error}")
    except Exception as error:  # noqa: BLE001 - whatever an attribute of another version raises
        return Conversion(why=f"ONNX cannot express it: {_brief(error)}")
    try:
        graph = OnnxGraph(state)
        answers = [without_warnings(graph.outputs, columns) for _, columns, _ in tried]
        comparison = compare(answers, estimator, tried)
    except Exception as error:  # noqa: BLE001 - whatever the runtime raises
        return Conversion(why=f"its graph fails: {_brief(error)}")
    if comparison.fault:
        why = f"its ONNX form is another model: {comparison.fault}"
        return Conversion(why=why, comparison=comparison)
    return Conversion(state=state, why=comparison.why, comparison=comparison)


def compare(answers: Iterable[Floats], estimator: Any, tried: Sequence[Case]) -> Comparison:
    """Return how what a form predicts differs from the estimator's outputs.

    Rows for which the estimator gives no finite numbers are left out: no contract takes them.

    Args:
        answers: What the form predicts for the rows of each case.
        estimator: The estimator.
        tried: The cases.
    """
    unit = _unit(estimator, tried)
    counts: Counter[str] = Counter()
    largest, faults = 0.0, []
    for (sort, _, outputs), answer in zip(tried, answers, strict=True):
        finite = np.isfinite(outputs).all(axis=1)
        expected, actual = outputs[finite], answer[finite]
        if expected.shape != actual.shape:
            shapes = f"{actual.shape[1]} outputs a row where the estimator has {expected.shape[1]}"
            return Comparison(fault=shapes)
        counts[sort] += len(expected)
        allowed = Tolerance(absolute=ROUNDING * unit, relative=SHARE)
        wrong = int((~allowed.mask(expected, actual)).sum())
        difference = _difference(expected, actual, unit)
        largest = max(largest, difference) if np.isfinite(difference) else np.inf
        if wrong:
            faults.append((wrong, len(expected), sort, difference))
    fault = ""
    if faults:
        wrong, count, sort, difference = faults[0]
        fault = (
            f"of {count:,} rows {sort} {wrong:,} get another output, by up to {difference:.1e}; "
            f"at most {ROUNDING:.0e} may be rounding"
        )
    return Comparison(
        tried=dict(counts),
        difference=float(f"{largest:.1e}") if np.isfinite(largest) else None,
        fault=fault,
    )


def without_warnings(
    predict: Callable[[Mapping[str, Array]], Floats], columns: Mapping[str, Array]
) -> Floats:
    """Return what a form predicts for columns, without a word."""
    # Numbers at the ends of their type overflow, as they do in the estimator itself.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return predict(columns)


def _difference(expected: Floats, actual: Floats, unit: float) -> float:
    """Return the largest difference, in units of which `ROUNDING` is allowed."""
    with np.errstate(all="ignore"):
        apart = np.abs(expected - actual) / (unit + SHARE / ROUNDING * np.abs(expected))
    return float(apart.max(initial=0.0))


def _unit(estimator: Any, tried: Sequence[Case]) -> float:
    """Return the unit of differences: 1 for probabilities, else the values' standard deviation."""
    if hasattr(estimator, "predict_proba"):
        return 1.0
    (values,) = (outputs for sort, _, outputs in tried if sort == TRAINING)
    return float(values.std()) or 1.0


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:MESSAGE]}"
