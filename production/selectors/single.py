"""The selector ``single``: a wrapped bundle has one generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import StateError
from production.selectors.port import Choice, Split, only

if TYPE_CHECKING:
    from production.metrics import Runtime


class Single:
    """Chooses the only arm.

    >>> from production.generation.description import Candidate
    >>> old = Candidate(release="1.0.0", generation=1, artifact="a")
    >>> Single()(Choice(arms={"champion": old}), None).shares
    {'champion': 1.0}
    """

    def __call__(self, choice: Choice, _: Runtime | None) -> Split:
        """Return the only arm with probability one.

        Raises:
            StateError: The manifest has several.
        """
        if len(choice.arms) != 1:
            raise StateError(
                f"a bundle has one arm, this manifest has {len(choice.arms)}",
                hint="selector=champion or selector=latest, with deployment=dynamic",
            )
        return only(*choice.arms)
