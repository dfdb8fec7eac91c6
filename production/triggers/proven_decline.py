"""Proven decline: a refresh when skill has fallen further than chance makes it fall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from contracts.score.e_process import below, fall_since
from production.triggers.port import Wake
from production.triggers.skill import ServedSkill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.contract.terms import Terms
    from production.metrics import Runtime, ScoredWindow

#: The probability of a false alarm.
Alpha = Annotated[float, msgspec.Meta(gt=0, lt=1)]
#: A fall that does not matter.
Margin = Annotated[float, msgspec.Meta(ge=0)]
#: How many windows are compared with.
Windows = Annotated[int, msgspec.Meta(ge=2)]


class ProvenDecline:
    """Asks for a refresh when it is proven that the skill of the generation in service has fallen.

    It looks each time a window closes. The probability that it ever asks, however long a generation
    serves, though its skill has not fallen by more than the margin, is at most ``alpha``: if the
    generation's windows are alike and independent of each other. Weekdays that differ need windows
    of a week. Skill is compared with the generation's own first windows; or with a floor, which
    asks whether more than half of the windows are below it.

    Args:
        contract: Its metrics are what evaluation windows are scored by.
        metric: One of them; its first where none is named.
        floor: The skill that is too low; none to compare with the generation's own history.
        margin: The fall in skill from its own history that does not matter.
        over: How many windows are its own history.
        alpha: The probability of a false alarm in a generation's life.

    Raises:
        ConfigError: The contract has no such metric.
    """

    def __init__(
        self,
        *,
        contract: Terms,
        metric: str | None = None,
        floor: float | None = None,
        margin: Margin = 0.0,
        over: Windows = 14,
        alpha: Alpha = 0.05,
    ) -> None:
        self._skill = ServedSkill(contract=contract, metric=metric)
        self._floor, self._margin, self._over, self._alpha = floor, margin, over, alpha

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason once the evidence suffices, again only after another window."""
        scored = self._skill.windows(runtime)
        if not scored or scored[-1].end <= runtime.since or self._missing(scored):
            return None
        evidence, words = self._evidence(scored)
        return f"proven decline: {words}" if evidence * self._alpha >= 1 else None

    def wake(self, runtime: Runtime) -> Wake:
        """Return no wake of its own, since skill changes only as windows close, and why."""
        scored = self._skill.windows(runtime)
        if missing := self._missing(scored):
            return Wake(why=missing)
        _, words = self._evidence(scored)
        return Wake(
            why=f"{words}; it takes {1 / self._alpha:g}, and a window since the last refresh"
        )

    def _missing(self, scored: Sequence[ScoredWindow]) -> str:
        needed = 1 if self._floor is not None else self._over + 1
        if len(scored) >= needed:
            return ""
        return f"{len(scored)} of the {needed} windows that it takes are scored"

    def _evidence(self, scored: Sequence[ScoredWindow]) -> tuple[float, str]:
        """Return the evidence of a decline, and its words."""
        values, name = self._skill.rising(scored), self._skill.name
        if self._floor is not None:
            floor = -self._skill.fall(0.0, self._floor)
            evidence = below(values, floor)
            under = sum(value < floor for value in values)
            what = f"{name} below {self._floor:g} in {under} of {len(values)} windows"
        else:
            evidence = fall_since(values, reference=self._over, margin=self._margin)
            before = self._skill.of(scored[: self._over])
            now = self._skill.of(scored[self._over :][-self._over :])
            what = f"{name} {now:.3f} after {before:.3f}"
        return evidence, f"{what}, evidence {evidence:.3g}"
