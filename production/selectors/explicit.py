"""The selector ``explicit``: all traffic goes to the arm that the configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.selectors.port import Choice, Split, only

if TYPE_CHECKING:
    from production.metrics import Runtime


class Explicit:
    """Chooses one arm by its name.

    Args:
        arm: The name.

    >>> from production.generation.description import Candidate
    >>> one, two = (Candidate(release="1.0.0", generation=at, artifact="a") for at in (1, 2))
    >>> Explicit(arm="candidate")(Choice(arms={"champion": one, "candidate": two}), None).shares
    {'candidate': 1.0}
    """

    def __init__(self, *, arm: str) -> None:
        self._arm = arm

    def __call__(self, choice: Choice, _: Runtime | None) -> Split:
        """Return the arm with probability one.

        Raises:
            StateError: The manifest has no such arm.
        """
        choice.require(self._arm)
        return only(self._arm)
