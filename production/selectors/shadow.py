"""The selector ``shadow``: one selector serves, and other arms predict each request beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from production.selectors.champion import Champion

if TYPE_CHECKING:
    from production.metrics import Runtime
    from production.selectors.port import Choice, Selector, Split


class Shadow:
    """Mirrors each request to arms whose predictions are logged and never served.

    Args:
        arms: The arms that predict in the shadow.
        selector: The selector that decides who serves; the champion if there is none.

    >>> from production.generation.description import Candidate
    >>> from production.selectors.port import Choice
    >>> one, two = (Candidate(release="1.0.0", generation=at, artifact="a") for at in (1, 2))
    >>> split = Shadow(arms=["candidate"])(Choice(arms={"champion": one, "candidate": two}), None)
    >>> split.shares, split.mirrored
    ({'champion': 1.0}, ('candidate',))
    """

    def __init__(self, *, arms: list[str], selector: Selector | None = None) -> None:
        self._arms, self._selector = tuple(arms), selector or Champion()

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:
        """Return the other selector's shares, and the arms to mirror.

        Raises:
            StateError: The manifest lacks one of the arms.
        """
        choice.require(*self._arms)
        return replace(self._selector(choice, runtime), mirrored=self._arms)
