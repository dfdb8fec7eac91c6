"""Checks an estimator that was read back, because compiled code follows its numbers unchecked.

A file of allowed types can still hold a node that points out of its tree, or back to an earlier
node; an encoder whose codes lie beyond its columns; a preprocessor that gives trees fewer columns
than they read. A prediction would then read or write other memory, or never end.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder
from sklearn.utils.validation import check_array

from contracts.errors import StateError
from research.export.estimator import nested_objects
from research.export.texts import vectorizer_stays_inside
from research.export.trees import (
    members_take_all_columns,
    sums_have_columns,
    trees_stay_inside,
    trees_without_estimator,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: How many numbers a Mersenne twister, and Philox, draw ahead.
DRAWN_AHEAD, BUFFERED = 624, 4
#: Kinds of categories: flags, numbers, texts, and objects that hold any of them.
CATEGORY_KINDS = "biufOSU"


def require_memory_safe(estimator: Any) -> Any:
    """Return an estimator, if no object in it leads a prediction outside of its own memory.

    Raises:
        StateError: One does.
    """
    fault = next(_faults([*nested_objects(estimator)]), None)
    if fault:
        raise StateError(
            f"nothing is served: {fault}",
            hint="restore the artifact, or export the model anew from research's solution",
        )
    return estimator


def keeps_its_methods(part: Any) -> bool:
    """Return whether each method is its class's, not an attribute that a file put in its place."""
    names = getattr(part, "__dict__", {})
    return not any(hasattr(getattr(type(part), name, None), "__get__") for name in names)


def generator_stays_inside(part: Any) -> bool:
    """Return whether a random generator, if it is one, reads within the numbers it drew ahead."""
    if isinstance(part, np.random.RandomState):
        state: Any = part.get_state(legacy=False)
    elif isinstance(part, np.random.Generator):
        state = part.bit_generator.state
    else:
        return True
    position, philox = state["state"].get("pos", 0), state.get("buffer_pos", 0)
    return bool(0 <= position <= DRAWN_AHEAD and 0 <= philox <= BUFFERED)


def preprocessor_keeps_columns(part: Any) -> bool:
    """Return whether boosted trees' preprocessor, if any, gives as many columns as it gets.

    Trees with ``categorical_features=`` check their input only through it, so it decides how wide
    the rows are that they read.
    """
    if not isinstance(part, BaseHistGradientBoosting):
        return True
    preprocessor = getattr(part, "_preprocessor", None)  # there only once it was fitted
    return preprocessor is None or _takes_each_column_once(preprocessor, part.n_features_in_)


def codes_stay_inside(part: Any) -> bool:
    """Return whether a fitted one-hot encoder, if it is one, makes no code beyond its columns.

    Its sparse matrix gets a one wherever a code points, without a check.
    """
    if not isinstance(part, OneHotEncoder) or not hasattr(part, "categories_"):
        return True
    widths, categories = part._n_features_outs, part.categories_  # noqa: SLF001
    drops = part._drop_idx_after_grouping  # noqa: SLF001
    dropped = [None] * len(categories) if drops is None else list(drops)
    # A list: numbers in an array would be added where a list is concatenated.
    return type(widths) is list and all(
        _is_searchable(each) and _fill_columns(_codes(part, at, each), drop, width, len(each))
        for at, (each, drop, width) in enumerate(zip(categories, dropped, widths, strict=True))
    )


#: The checks of each object, and the message about one that fails.
CHECKS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (keeps_its_methods, "{} holds an attribute in the place of a method"),
    (generator_stays_inside, "{} would read beyond the numbers it drew ahead"),
    (trees_stay_inside, "a tree of {} leads out of its nodes or of its columns"),
    (members_take_all_columns, "{} gives a tree of its own other columns than it takes"),
    (sums_have_columns, "{} adds its trees to other columns than it has"),
    (preprocessor_keeps_columns, "{} gives its trees other columns than they read"),
    (codes_stay_inside, "{} makes codes beyond its columns"),
    (vectorizer_stays_inside, "{} finds words in other columns than it has, or not by itself"),
)


def _faults(parts: Sequence[Any]) -> Iterator[str]:
    for part in parts:
        # Every check on every object: a file may give an object any attributes.
        for check, message in CHECKS:
            if not check(part):
                yield message.format(type(part).__name__)
    for tree in trees_without_estimator(parts):
        yield f"a {type(tree).__name__} belongs to no estimator that checks its input"


def _takes_each_column_once(preprocessor: Any, width: int) -> bool:
    # Weights are multiplied, and weights of another shape make other columns.
    if type(preprocessor) is not ColumnTransformer or preprocessor.transformer_weights is not None:
        return False
    taken: list[int] = []
    for name, step, mask in preprocessor.transformers_:
        if isinstance(step, str) and step == "drop":
            continue
        if not _gives_a_column_for_a_column(step) or mask.dtype != bool or mask.shape != (width,):
            return False
        columns = np.flatnonzero(mask).tolist()
        # A frame's columns are taken by the mask, a matrix's by these indices.
        if columns != preprocessor._transformer_to_input_indices[name]:  # noqa: SLF001
            return False
        taken += columns
    return sorted(taken) == [*range(width)]


def _gives_a_column_for_a_column(step: Any) -> bool:
    if type(step) is not FunctionTransformer:
        return type(step) is OrdinalEncoder
    function = step.func
    checks = type(function) is partial and function.func is check_array
    return checks and not function.args and not step.kw_args


def _is_searchable(categories: Any) -> bool:
    """Return whether a binary search finds each category: numbers in order, a missing one last."""
    if type(categories) is not np.ndarray or categories.ndim != 1:
        return False
    kind = categories.dtype.kind
    if kind not in CATEGORY_KINDS:
        return False
    return kind in "OSU" or np.array_equal(categories, np.sort(categories), equal_nan=True)


def _codes(encoder: Any, at: int, categories: Any) -> Any:
    """Return the code of each category, once the infrequent ones are grouped."""
    if encoder._infrequent_enabled:  # noqa: SLF001
        infrequent = encoder._infrequent_indices[at]  # noqa: SLF001
        grouped = encoder._default_to_infrequent_mappings[at]  # noqa: SLF001
        if infrequent is not None or grouped is not None:
            return None if infrequent is None else grouped
    return np.arange(len(categories))


def _fill_columns(codes: Any, drop: Any, width: int, count: int) -> bool:
    """Return whether the codes of some categories fill the columns, less the dropped one if any."""
    if type(codes) is not np.ndarray or codes.dtype.kind not in "iu" or codes.shape != (count,):
        return False
    inside = bool(((codes >= 0) & (codes < count)).all())
    columns = int(codes.max(initial=-1)) + 1
    if drop is None:
        return inside and width == columns
    return inside and drop in range(columns) and width == columns - 1
