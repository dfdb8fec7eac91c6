"""The selector ``latest``: all traffic goes to the arm with the newest generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.version import Version
from production.selectors.port import Choice, Split, only

if TYPE_CHECKING:
    from production.metrics import Runtime


class Latest:
    """Chooses the arm whose generation is of the highest release, and of these the highest number.

    >>> from production.generation.description import Candidate
    >>> old = Candidate(release="1.0.9", generation=7, artifact="a")
    >>> new = Candidate(release="1.0.10", generation=1, artifact="b")
    >>> Latest()(Choice(arms={"champion": old, "candidate": new}), None).shares
    {'candidate': 1.0}
    """

    def __call__(self, choice: Choice, _: Runtime | None) -> Split:
        """Return the arm with the newest generation with probability one; the first of several."""

        def age(name: str) -> tuple[Version, int]:
            candidate = choice.arms[name]
            return Version.parse(candidate.release), candidate.generation

        return only(max(choice.arms, key=age))
