"""The champion serves everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from production.selectors.selector import Candidate, Choice
    from production.triggers.runtime import Runtime


class Champion:
    """Chooses the candidate the alias ``champion`` points to."""

    def __call__(
        self,
        choice: Choice,
        runtime: Runtime | None,  # noqa: ARG002 - the port's signature
    ) -> Mapping[Candidate, float]:
        """Return the champion with probability one."""
        return {choice.champion: 1.0}
