"""The port of selectors: the arms of a manifest, and how a selector shares traffic among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import msgspec

from contracts.errors import UnknownNameError, did_you_mean
from contracts.name import Name
from production.generation.description import Candidate

if TYPE_CHECKING:
    from production.metrics import Runtime

#: The arm that every manifest has: refreshes move it, and it stands in for a selector that fails.
CHAMPION = "champion"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What a selector chooses among.

    Attributes:
        arms: The generation that serves now for each arm, the champion among them. An arm is a
            named line of generations: a refresh gives it another generation and keeps its name.
        began: When the experiment began: since then selector and arms are the same, microseconds.
    """

    arms: Mapping[Name, Candidate]
    began: int = 0

    @property
    def champion(self) -> Candidate:
        """The generation that the arm ``champion`` serves with."""
        return self.arms[CHAMPION]

    def require(self, *names: str) -> None:
        """Check that there are arms of these names.

        Raises:
            UnknownNameError: There is none of a name.
        """
        for name in names:
            if name not in self.arms:
                raise UnknownNameError(
                    f"there is no arm {name!r}{did_you_mean(name, self.arms)}, the manifest has "
                    f"{', '.join(self.arms)}",
                    hint=f"python -m production task=promote task.options.arm={name} "
                    "task.options.generation=… task.options.why=…",
                )


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """How a selector shares the traffic.

    Attributes:
        shares: The probability of each arm that may serve; they sum to one.
        mirrored: Arms that predict each request too, to be logged and never served.
        column: An input column of texts by which requests are told apart; none if they are not.
        segments: The shares for requests with a text in that column; others go by ``shares``.
        order: The arms as they lie side by side in the draw, if not in the manifest's order: when
            shares change, keys move between neighbours only.
        chain: The arms that are tried, one after the other, where the arm that was drawn fails.
        deadline: The seconds that an arm may take for one record before the next one is tried; none
            if there is no such limit.
    """

    shares: Mapping[str, float]
    mirrored: tuple[str, ...] = ()
    column: str | None = None
    segments: Mapping[str, Mapping[str, float]] = {}
    order: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    deadline: float | None = None

    def segment(self, text: str) -> Split:
        """Return the split of the requests with a text in the column."""
        return Split(shares=self.segments[text], chain=self.chain, deadline=self.deadline)


class Selector(Protocol):
    """A function of runtime metrics to a distribution over a manifest's arms.

    It is asked when a manifest is deployed or the metrics change, never for each request.
    """

    def __call__(self, choice: Choice, runtime: Runtime | None, /) -> Split:
        """Return how the arms share the traffic.

        There are no runtime metrics yet when a process deploys for the first time.
        """


def only(arm: str) -> Split:
    """Return the split that gives all traffic to one arm.

    >>> only("champion").shares
    {'champion': 1.0}
    """
    return Split(shares={arm: 1.0})
