"""scikit-learn's own state through skops, read only where all it holds is allowed by our code.

Whoever wrote a file chose the names in it, so none of them is trusted for being there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.errors import ContractError, MissingExtraError, StateError
from research.export.allowed import LOADERS, REFUSED, SOURCES
from research.export.archive import require_ours, schema
from research.export.bounds import bounded
from research.export.canonical import canonical, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator


def dump(estimator: Any, allowed: frozenset[str]) -> bytes:
    """Return an estimator's state; equal estimators give equal bytes.

    Raises:
        ContractError: It holds what may not be read back, or what skops cannot write.
        MissingExtraError: The extra ``[research]`` is not installed.
    """
    skops = _skops()
    try:
        state = canonical(skops.dumps(estimator))
        foreign = _foreign(skops, state, allowed)
    except Exception as error:
        raise ContractError(
            f"skops cannot write it: {type(error).__name__}: {error}",
            hint="use transformers of scikit-learn, set up by plain values",
        ) from error
    if foreign:
        raise ContractError(
            f"skops may not read it back: {', '.join(foreign)} is not allowed",
            hint="use transformers of scikit-learn instead of functions, or list a type of the "
            "solution's own, by name, in the attribute `allowed` of the class that serves it",
        )
    return state


def load(state: bytes, allowed: frozenset[str]) -> Any:
    """Return the estimator of a state, after everything in it was found to be allowed.

    Raises:
        MissingExtraError: The extra ``[research]`` is not installed.
        StateError: It holds a type outside the allowed ones, or is no state of an estimator.
    """
    skops = _skops()
    try:
        foreign = _foreign(skops, state, allowed)
        if not foreign:
            return bounded(skops.loads(state, trusted=sorted(allowed)))
    except StateError:
        raise
    except Exception as error:
        raise StateError(
            f"no state of an estimator that skops can read: {type(error).__name__}: {error}",
            hint="restore the artifact, or train anew with the versions installed here",
        ) from error
    raise StateError(
        f"nothing was loaded: the state holds {', '.join(foreign)}, outside the allowlist",
        hint="do not serve this artifact: export the model anew from research's solution; a type "
        "of the solution's own belongs in the attribute `allowed` of the class that serves it",
    )


def _foreign(skops: Any, state: bytes, allowed: frozenset[str]) -> list[str]:
    """Return the types and functions in a state that are not allowed, found without importing any.

    Raises:
        StateError: The file is not as one is written here.
    """
    found = schema(state)
    strange = {name for name in _names(found) if not name.startswith(SOURCES)}
    strange |= {name for name in _names(found) if name.startswith(REFUSED)}
    strange |= {node["__loader__"] for node in nodes(found)} & LOADERS
    if strange - allowed:
        return sorted(strange - allowed)
    # Only where it names nothing strange may skops look, for it asks modules about some names.
    strange = {*skops.get_untrusted_types(data=state)} - allowed
    if not strange:
        require_ours(state)
    return sorted(strange)


def _names(node: Any) -> Iterator[str]:
    """Yield each type and function a file names, also where skops names one within a node."""
    if isinstance(node, dict):
        if "__module__" in node:
            yield f"{node['__module__']}.{node.get('__class__')}"
        for value in node.values():
            yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)


def _skops() -> Any:
    try:
        from skops import io  # noqa: PLC0415 - scikit-learn comes with it; ONNX needs neither
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            str(error.name), extra="research", purpose="a model kept as scikit-learn's own state"
        ) from error
    return io
