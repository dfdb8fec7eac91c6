"""scikit-learn's own state through skops, read only if our code allows everything in it.

Whoever wrote a file chose the names in it, so no name is trusted because the file holds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sklearn

from contracts.errors import ContractError, MissingExtraError, StateError
from research.export.allowed import REFUSED, REFUSED_LOADERS, SOURCES
from research.export.archive import canonical, checked_schema, nodes, objects, require_canonical
from research.export.arrays import one_row, single
from research.export.estimator import outputs
from research.export.memory_safety import require_memory_safe
from research.export.texts import portable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contracts.ports import Floats
    from research.export.arrays import Array
    from research.export.forms import Form


def dump(estimator: Any, allowed: frozenset[str]) -> bytes:
    """Return an estimator's state; equal estimators give equal bytes.

    Raises:
        ContractError: It holds what may not be read back, or what skops cannot write.
        MissingExtraError: The extra ``[research]`` is not installed.
    """
    skops = _skops()
    try:
        state = canonical(skops.dumps(portable(estimator)))
        refused = _refused_names(skops, state, allowed)
    except Exception as error:
        raise ContractError(
            f"skops cannot write it: {type(error).__name__}: {error}",
            hint="use transformers of scikit-learn, set up by plain values",
        ) from error
    if refused:
        raise ContractError(
            f"skops may not read it back: {', '.join(refused)} is not allowed",
            hint="use transformers of scikit-learn instead of functions, or list a type of the "
            "solution's own, by name, in the attribute `allowed` of the class that serves it",
        )
    return state


def load(state: bytes, allowed: frozenset[str]) -> Any:
    """Return the estimator of a state, if everything in it is allowed and stays in its memory.

    Raises:
        MissingExtraError: The extra ``[research]`` is not installed.
        StateError: It holds a type that is not allowed, or is no state of an estimator.
    """
    skops = _skops()
    try:
        refused = _refused_names(skops, state, allowed)
        if not refused:
            return require_memory_safe(skops.loads(state, trusted=sorted(allowed)))
    except StateError:
        raise
    except Exception as error:
        raise StateError(
            f"no state of an estimator that skops can read: {type(error).__name__}: {error}",
            hint="restore the artifact, or train anew with the versions installed here",
        ) from error
    raise StateError(
        f"nothing was loaded: the state holds {', '.join(refused)}, outside the allowlist",
        hint="do not serve this artifact: export the model anew from research's solution; a type "
        "of the solution's own belongs in the attribute `allowed` of the class that serves it",
    )


class SkopsEstimator:
    """Runs an estimator read back from its own state, with scikit-learn and pandas.

    Args:
        form: How it was exported: its columns, and the version that wrote it.
        state: Its bytes.
        allowed: Types and functions it may hold.

    Raises:
        StateError: It holds what is not allowed, another version of scikit-learn wrote it, or its
            form names no columns.
    """

    def __init__(self, form: Form, state: bytes, allowed: frozenset[str]) -> None:
        if not form.inputs:
            raise StateError(
                "the form of a skops state names no input columns",
                hint="export the model anew from research's solution",
            )
        if form.scikit_learn != sklearn.__version__:
            raise StateError(
                f"the state was written by scikit-learn {form.scikit_learn}, here is "
                f"{sklearn.__version__}, which may read another model out of it",
                hint=f"pip install scikit-learn=={form.scikit_learn}, or train anew",
            )
        self.inputs = form.kinds
        self._estimator = load(state, allowed)

    def outputs(self, columns: Mapping[str, Array]) -> Floats:
        """Return everything the estimator predicts for columns of shape (n,), (n, m)."""
        # Of format 1: it was fitted to float32.
        cast = {name: single(columns[name]) for name in self.inputs if self._is_single(name)}
        return outputs(self._estimator, {**columns, **cast})

    def one(self, values: Iterable[Any]) -> Floats:
        """Return everything the estimator predicts for the values of one record, (1, m)."""
        return self.outputs(one_row(values, self.inputs))

    def _is_single(self, name: str) -> bool:
        return self.inputs[name] == "single"


def _refused_names(skops: Any, state: bytes, allowed: frozenset[str]) -> list[str]:
    """Return the types, functions and loaders in a state that are not allowed, importing none.

    Raises:
        StateError: The file is not as this package writes it.
    """
    schema = checked_schema(state)
    # Also where skops names a type within a node, without a loader.
    names = {
        f"{each['__module__']}.{each.get('__class__')}"
        for each in objects(schema)
        if "__module__" in each
    }
    refused = {name for name in names if not name.startswith(SOURCES) or name.startswith(REFUSED)}
    refused |= {node["__loader__"] for node in nodes(schema)} & REFUSED_LOADERS
    if refused - allowed:
        return sorted(refused - allowed)
    # skops imports the modules of some names to look at them, so it comes after the check above.
    refused = {*skops.get_untrusted_types(data=state)} - allowed
    if not refused:
        require_canonical(state)
    return sorted(refused)


def _skops() -> Any:
    try:
        from skops import io  # noqa: PLC0415 - optional: ONNX does without it
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            str(error.name), extra="research", purpose="a model stored as scikit-learn's own state"
        ) from error
    return io
