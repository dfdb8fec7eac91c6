"""The selector ``champion``: all traffic goes to the arm that refreshes move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.selectors.port import CHAMPION, Choice, Split, only

if TYPE_CHECKING:
    from production.metrics import Runtime


class Champion:
    """Chooses the champion.

    >>> from production.generation.description import Candidate
    >>> old = Candidate(release="1.0.0", generation=1, artifact="a")
    >>> Champion()(Choice(arms={"champion": old}), None).shares
    {'champion': 1.0}
    """

    def __call__(self, _: Choice, __: Runtime | None) -> Split:
        """Return the champion with probability one."""
        return only(CHAMPION)
