"""The newest generation serves everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.version import Version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from production.selectors.selector import Candidate, Choice
    from production.triggers.runtime import Runtime


class Latest:
    """Chooses the candidate of the highest release, then the highest number."""

    def __call__(
        self,
        choice: Choice,
        runtime: Runtime | None,  # noqa: ARG002 - the port's signature
    ) -> Mapping[Candidate, float]:
        """Return the newest candidate with probability one."""
        newest = max(choice.candidates, key=lambda c: (Version.parse(c.release), c.generation))
        return {newest: 1.0}
