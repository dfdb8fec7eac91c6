"""The selector ``contextual``: requests of some segments go to an arm of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from production.selectors.champion import Champion

if TYPE_CHECKING:
    from production.metrics import Runtime
    from production.selectors.port import Choice, Selector, Split


class Contextual:
    """Chooses the arm by the text in an input column.

    Args:
        column: The input column.
        arms: The arm of each text.
        selector: Decides for the requests of any other text; the champion if there is none.

    >>> from production.generation.description import Candidate
    >>> from production.selectors.port import Choice
    >>> one, two = (Candidate(release="1.0.0", generation=at, artifact="a") for at in (1, 2))
    >>> choice = Choice(arms={"champion": one, "night": two})
    >>> split = Contextual(column="shift", arms={"late": "night"})(choice, None)
    >>> split.column, split.segments, split.shares
    ('shift', {'late': {'night': 1.0}}, {'champion': 1.0})
    """

    def __init__(
        self, *, column: str, arms: dict[str, str], selector: Selector | None = None
    ) -> None:
        self._column, self._selector = column, selector or Champion()
        self._segments = {value: {arm: 1.0} for value, arm in arms.items()}

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:
        """Return the shares of each segment; the manifest must have their arms."""
        others = self._selector(choice, runtime)
        return replace(others, column=self._column, segments=self._segments)
