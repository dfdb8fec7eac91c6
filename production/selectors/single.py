"""The one generation of a wrapped bundle serves everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from production.selectors.selector import Candidate, Choice
    from production.triggers.runtime import Runtime


class Single:
    """Takes the only candidate there is."""

    def __call__(
        self,
        choice: Choice,
        runtime: Runtime | None,  # noqa: ARG002 - the port's signature
    ) -> Mapping[Candidate, float]:
        """Return the only candidate with probability one.

        Raises:
            StateError: The manifest offers several.
        """
        if len(choice.candidates) != 1:
            raise StateError(
                f"a bundle holds one candidate, this manifest offers {len(choice.candidates)}",
                hint="selector=champion or selector=latest, with deployment=dynamic",
            )
        return {choice.candidates[0]: 1.0}
