"""Tells where a process spends its time: a light timer around functions, each of a named part.

Time counts for the innermost part that is at work, so that the parts add up to the whole.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import wraps
from importlib import _bootstrap, import_module  # type: ignore[attr-defined]
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

IMPORTS, REST = "imports", "the rest"


class PartTimer:
    """Times the parts of a process from its start on.

    Attributes:
        seconds: CPU seconds of each part, of processes that it started and waited for included.
    """

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._parts, self._whole = [REST], 0
        self._last, self._wall = 0.0, perf_counter()

    @property
    def wall(self) -> float:
        """Seconds on the wall clock since this was made."""
        return perf_counter() - self._wall

    def count(self) -> None:
        """Count the time since the last call for the part at work."""
        used = getrusage(RUSAGE_CHILDREN)
        now = process_time() + used.ru_utime + used.ru_stime
        self.seconds[self._parts[-1]] += now - self._last
        self._last = now

    def timed(self, part: str, call: Callable[..., Any], *, whole: bool) -> Callable[..., Any]:
        """Return a function that counts for a part; with ``whole``, so does all that it calls."""

        @wraps(call)
        def counted(*args: Any, **options: Any) -> Any:
            if self._whole:
                return call(*args, **options)
            self.count()
            self._parts.append(part)
            self._whole = int(whole)
            try:
                return call(*args, **options)
            finally:
                self._whole = 0
                self.count()
                self._parts.pop()

        return counted

    def time_imports(self) -> None:
        """Count what is imported from now on, and all until now, as imports."""
        self._parts = [IMPORTS]
        self.count()
        self._parts = [REST]
        _bootstrap._find_and_load = self.timed(  # noqa: SLF001 - what every import calls
            IMPORTS,
            _bootstrap._find_and_load,  # noqa: SLF001
            whole=True,
        )

    def time_parts(self, parts: Mapping[str, Sequence[str]], *, whole: Sequence[str] = ()) -> None:
        """Time functions, named as ``module:name`` or ``module:Class.name``, by part.

        Args:
            parts: The functions of each part.
            whole: The parts of which nothing is told apart.
        """
        for part, paths in parts.items():
            for path in paths:
                module, _, name = path.partition(":")
                self._time(import_module(module), name, part, whole=part in whole)

    def _time(self, module: Any, name: str, part: str, *, whole: bool) -> None:
        owner, _, attribute = name.rpartition(".")
        if owner:
            kind = getattr(module, owner)
            setattr(kind, attribute, self.timed(part, getattr(kind, attribute), whole=whole))
            return
        call = getattr(module, name)
        counted = self.timed(part, call, whole=whole)
        for each in [*sys.modules.values()]:  # also where it was imported by its name
            if getattr(each, name, None) is call:
                setattr(each, name, counted)
