"""Selectors that give one candidate all traffic, whatever the runtime metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import StateError
from contracts.version import Version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from production.generation.description import Candidate
    from production.selectors.selector import Choice
    from production.triggers import Runtime


class Champion:
    """Chooses the candidate that the alias ``champion`` points to."""

    def __call__(self, choice: Choice, _: Runtime | None) -> Mapping[Candidate, float]:
        """Return the champion with probability one."""
        return {choice.champion: 1.0}


class Latest:
    """Chooses the candidate of the highest release, and of these the highest number."""

    def __call__(self, choice: Choice, _: Runtime | None) -> Mapping[Candidate, float]:
        """Return the newest candidate with probability one."""
        newest = max(choice.candidates, key=lambda c: (Version.parse(c.release), c.generation))
        return {newest: 1.0}


class Single:
    """Chooses the only candidate: a wrapped bundle has one generation."""

    def __call__(self, choice: Choice, _: Runtime | None) -> Mapping[Candidate, float]:
        """Return the only candidate with probability one.

        Raises:
            StateError: The manifest offers several.
        """
        if len(choice.candidates) != 1:
            raise StateError(
                f"a bundle has one candidate, this manifest offers {len(choice.candidates)}",
                hint="selector=champion or selector=latest, with deployment=dynamic",
            )
        return {choice.candidates[0]: 1.0}
