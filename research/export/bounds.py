"""What was read back, looked at before it is used: scikit-learn follows numbers without looking.

A file of allowed types can still hold a node that leads out of its tree, or back; an encoder whose
codes lie beyond its columns; a preprocessor that hands trees fewer columns than they ask for. A
prediction would read, or write, what memory holds there, or never end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.errors import StateError
from research.export.dummies import dummies
from research.export.parts import parts
from research.export.recoded import recoded
from research.export.trees import gathered, stray, trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: How many numbers a Mersenne twister, and Philox, draw ahead.
AHEAD, BUFFERED = 624, 4


def bounded(estimator: Any) -> Any:
    """Return an estimator all of whose parts stay within themselves and their columns.

    Raises:
        StateError: One does not.
    """
    fault = next(_faults([*parts(estimator)]), None)
    if fault:
        raise StateError(
            f"nothing is served: {fault}",
            hint="restore the artifact, or export the model anew from research's solution",
        )
    return estimator


def undisguised(part: Any) -> bool:
    """Return whether each method is its class's, not an attribute that a file put in its place."""
    names = getattr(part, "__dict__", {})
    return not any(hasattr(getattr(type(part), name, None), "__get__") for name in names)


def drawn(part: Any) -> bool:
    """Return whether a generator of random numbers draws from within what it drew ahead."""
    if isinstance(part, np.random.RandomState):
        state: Any = part.get_state(legacy=False)
    elif isinstance(part, np.random.Generator):
        state = part.bit_generator.state
    else:
        return True
    at, of_philox = state["state"].get("pos", 0), state.get("buffer_pos", 0)
    return bool(0 <= at <= AHEAD and 0 <= of_philox <= BUFFERED)


CHECKS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (undisguised, "{} holds an attribute in the place of a method"),
    (drawn, "{} would draw from beyond what it drew ahead"),
    (trees, "a tree of {} leads out of its nodes or of its columns"),
    (gathered, "{} hands a tree of its own other columns than it takes"),
    (recoded, "{} gives its trees other columns than they ask for"),
    (dummies, "{} makes codes beyond its columns"),
)


def _faults(found: Sequence[Any]) -> Iterator[str]:
    for part in found:
        # Each is asked, for a file says itself what attributes its objects have.
        for holds, words in CHECKS:
            if not holds(part):
                yield words.format(type(part).__name__)
    for tree in stray(found):
        yield f"a {type(tree).__name__} stands where no estimator looks at its input"
