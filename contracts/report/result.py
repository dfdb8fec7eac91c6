"""The result of a task as a document: tasks hand it over here, and ``--json`` prints it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What was handed over since a task began; none where nobody asked.
RESULTS: ContextVar[list[Mapping[str, Any]] | None] = ContextVar("RESULTS", default=None)


def hand_over(document: Mapping[str, Any] | msgspec.Struct) -> None:
    """Hand over a result: the last one of a task counts.

    Args:
        document: Plain values; numpy's numbers and arrays may be among them.
    """
    results = RESULTS.get()
    if results is not None:
        plain = msgspec.to_builtins(document) if isinstance(document, msgspec.Struct) else document
        results.append(plain)


@contextmanager
def handed_over() -> Iterator[list[Mapping[str, Any]]]:
    """Yield the list that what is handed over comes into, meanwhile.

    >>> with handed_over() as results:
    ...     hand_over({"rows": 3})
    >>> results
    [{'rows': 3}]
    """
    results: list[Mapping[str, Any]] = []
    token = RESULTS.set(results)
    try:
        yield results
    finally:
        RESULTS.reset(token)
