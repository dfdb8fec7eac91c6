"""The selector ``fallback``: where an arm fails or is late, the next one of a chain predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.errors import ConfigError
from contracts.moment import SECOND, PositiveDuration, duration
from production.selectors.port import Choice, Split, only

if TYPE_CHECKING:
    from production.metrics import Runtime
    from production.selectors.port import Selector


class Fallback:
    """Tries arms one after the other: the next one where a model raises, is late, or not finite.

    Args:
        arms: The arms, in the order in which they are tried.
        deadline: How long an arm may take for one record, such as ``50ms``; the last may take any
            time. Without it arms are tried for errors alone.
        selector: Another selector that decides which arm is tried first; the first one if there is
            none.

    Raises:
        ConfigError: There is no arm.

    >>> from production.generation.description import Candidate
    >>> one, two = (Candidate(release="1.0.0", generation=at, artifact="a") for at in (1, 2))
    >>> choice = Choice(arms={"champion": one, "candidate": two})
    >>> split = Fallback(arms=["candidate", "champion"], deadline="50ms")(choice, None)
    >>> split.shares, split.chain, split.deadline
    ({'candidate': 1.0}, ('candidate', 'champion'), 0.05)
    """

    def __init__(
        self,
        *,
        arms: list[str],
        deadline: PositiveDuration | None = None,
        selector: Selector | None = None,
    ) -> None:
        if not arms:
            raise ConfigError(
                "selector.arms: expected the arms to try, got none",
                hint="selector.arms=[candidate,champion]",
            )
        self._arms, self._selector = tuple(arms), selector
        self._deadline = None if deadline is None else duration(deadline) / SECOND

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:
        """Return the other selector's split with the chain.

        Raises:
            StateError: The manifest lacks one of the arms.
        """
        choice.require(*self._arms)
        split = self._selector(choice, runtime) if self._selector else only(self._arms[0])
        return replace(split, chain=self._arms, deadline=self._deadline)
