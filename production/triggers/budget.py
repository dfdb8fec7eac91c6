"""Budget: another trigger, heard only while trainings took no more than they may."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Annotated

import msgspec

from contracts.errors import ConfigError
from contracts.moment import PositiveDuration, duration
from production.metrics import REMEMBERED
from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.metrics import PastTraining, Runtime
    from production.triggers.port import Trigger

#: Trainings, and the seconds that they took.
Count = Annotated[int, msgspec.Meta(ge=1)] | None
Seconds = Annotated[float, msgspec.Meta(gt=0)] | None


class Budget:
    """Asks for a refresh when another trigger does, within a budget of any ``per`` that passed.

    A training counts from the moment it was asked for, also one that failed or was refused. It is
    asked for while anything of the budget is left: the last one may take more than that. Seconds
    are those of the machine, so runs on two machines need not refresh at the same moments.

    Args:
        trigger: The other trigger.
        trainings: How many trainings may be asked for; none for any number.
        seconds: After how many seconds of training none is asked for; none for no limit.
        per: How long each counts, a week at most.

    Raises:
        ConfigError: Nothing is limited, or trainings would be forgotten before they stop counting.
    """

    def __init__(
        self,
        *,
        trigger: Trigger,
        trainings: Count = None,
        seconds: Seconds = None,
        per: PositiveDuration = "1d",
    ) -> None:
        if trainings is None and seconds is None:
            raise ConfigError(
                "trigger budget: expected a number of trainings or seconds",
                hint="for example trigger.trainings=2 or trigger.seconds=600",
            )
        self._trigger, self._trainings, self._seconds = trigger, trainings, seconds
        self._per, self._words = duration(per), per
        if self._per > REMEMBERED:
            raise ConfigError(f"trigger.per={per}: expected a week at most", hint="trigger.per=7d")

    def due(self, runtime: Runtime) -> str | None:
        """Return the other trigger's reason while something of the budget is left."""
        return None if self._spent(runtime) else self._trigger.due(runtime)

    def wake(self, runtime: Runtime) -> Wake:
        """Return when something of the budget is left again, or the other trigger's wake."""
        spent = self._spent(runtime)
        if not spent:
            return self._trigger.wake(runtime)
        last, words = spent
        return Wake(
            at=last.at + self._per, why=f"the budget is spent: {words} within {self._words}"
        )

    def _spent(self, runtime: Runtime) -> tuple[PastTraining, str] | None:
        """Return the training that must stop counting, and what was spent; none within budget."""
        since = runtime.now - self._per
        newest = [each for each in reversed(runtime.refreshes.trainings) if each.at > since]
        if self._trainings and len(newest) >= self._trainings:
            return newest[self._trainings - 1], f"{len(newest)} of {self._trainings} trainings"
        sums = [*accumulate(each.seconds for each in newest)]
        if self._seconds and sums and sums[-1] >= self._seconds:
            place = next(at for at, total in enumerate(sums) if total >= self._seconds)
            return newest[place], f"{sums[-1]:.1f} of {self._seconds:g} seconds"
        return None
