"""A scripted person: learns once from a dump made by hand, and ships that very instance.

What a notebook session does to a product, so that a backtest can measure it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.data.dump import Dump

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.ports import Source
    from production.agents.result import Trainer, TrainingResult


class Person:
    """Makes a release out of a session of their own.

    Args:
        source: The data the session starts from.
        session: Makes what a session releases, from the data it has.
        dump: Where the person exports the data to, none where the session may ask the source.
        history: The first moment the export holds.
    """

    def __init__(
        self,
        *,
        source: Source,
        session: Callable[[Source], Trainer],
        dump: Path | None,
        history: int,
    ) -> None:
        self._source, self._session = source, session
        self._dump, self._history = dump, history

    def refresh(self, moment: int, reason: str) -> TrainingResult:
        """Export what is known at the moment, learn from it, and ship the result."""
        return self._session(self._data(moment)).refresh(moment, reason)

    def _data(self, moment: int) -> Source:
        if self._dump is None:
            return self._source
        return Dump.cut(self._source, self._dump, start=self._history, moment=moment)
