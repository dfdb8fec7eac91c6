"""The selector ``cold_start``: a segment's own model serves it once it has outcomes enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec.structs import replace

from production.selectors.champion import Champion

if TYPE_CHECKING:
    from production.metrics import Runtime
    from production.selectors.port import Choice, Selector, Split


class ColdStart:
    """Gives a segment to its own arm once so many outcomes of its requests have come back.

    Until then the segment is served as all requests of no segment are. Outcomes count since the
    experiment began, in the evaluation windows that have closed.

    Args:
        column: The input column whose text names the segment.
        arms: The arm of each text.
        least: How many outcomes a segment must have.
        selector: Decides for the requests of any other text, and of segments without outcomes
            enough; the champion if there is none.

    >>> from production.generation.description import Candidate
    >>> from production.metrics import Runtime
    >>> from production.selectors.port import Choice
    >>> one, two = (Candidate(release="1.0.0", generation=at, artifact="a") for at in (1, 2))
    >>> choice = Choice(arms={"champion": one, "jfk": two, "lga": two})
    >>> segments = {"JFK": 900, "LGA": 12}
    >>> runtime = Runtime(now=0, since=0, promoted=0, requests=0, outcomes=0, segments=segments)
    >>> selector = ColdStart(column="origin", arms={"JFK": "jfk", "LGA": "lga"}, least=500)
    >>> split = selector(choice, runtime)
    >>> split.column, split.segments, split.shares
    ('origin', {'JFK': {'jfk': 1.0}}, {'champion': 1.0})
    """

    def __init__(
        self,
        *,
        column: str,
        arms: dict[str, str],
        least: Annotated[int, msgspec.Meta(ge=1)],
        selector: Selector | None = None,
    ) -> None:
        self._column, self._arms, self._least = column, arms, least
        self._selector = selector or Champion()

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:
        """Return the shares of each segment that has outcomes enough.

        Raises:
            StateError: The manifest lacks one of the arms.
        """
        choice.require(*self._arms.values())
        outcomes = runtime.segments if runtime else {}
        warm = {
            text: {arm: 1.0}
            for text, arm in self._arms.items()
            if outcomes.get(text, 0) >= self._least
        }
        return replace(self._selector(choice, runtime), column=self._column, segments=warm)
