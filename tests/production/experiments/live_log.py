"""A live log in a real database: manifests, and events that their arms are drawn for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.moment import HOUR
from production.experiments.history import ArmHistory, arm_history
from production.experiments.policy import Policy, policy
from production.feedback.batch import Events, Outcomes
from production.feedback.choices import ChoiceLog
from production.feedback.events import EventLog
from production.feedback.outcomes import OutcomeLog
from production.generation.description import Candidate
from production.registry.manifests import Manifests
from production.selectors.draw import distribution
from production.selectors.port import Choice, Split
from production.serving.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from production.database.database import Database

PRODUCT = "amounts"
#: What a regression's contract says of its outcomes and of what an event earns.
CONTRACT: Any = SimpleNamespace(
    product=PRODUCT,
    kind="regression",
    labels=(),
    labels_open=False,
    metrics=(SimpleNamespace(name="mae"),),
)


class LiveLog:
    """Publishes manifests, and logs events as a server would, each arm wrong by an amount.

    Args:
        database: The database.
        errors: The absolute error of each generation's predictions.
        seed: Of the outcomes.
    """

    def __init__(self, database: Database, errors: Mapping[int, float], *, seed: int = 0) -> None:
        self.database, self._errors = database, errors
        self._random, self._events = np.random.default_rng(seed), 0
        self._manifests = Manifests(database)

    @property
    def log(self) -> ChoiceLog:
        """The choices that were logged."""
        return ChoiceLog(self.database, PRODUCT)

    @property
    def history(self) -> ArmHistory:
        """The manifests that were published."""
        return arm_history(self._manifests.all(PRODUCT))

    @property
    def choice(self) -> Choice:
        """What a selector chooses among now."""
        return self.history.newest.choice()

    def policy(self, name: str, split: Split) -> Policy:
        """Return a split as a policy over the arms there are now."""
        return policy(name, split, self.choice)

    def publish(self, salt: str, **arms: int) -> int:
        """Publish a manifest of an experiment whose arms point to generations; its revision."""
        newest = self._manifests.current(PRODUCT)
        revision = newest.revision if newest else 0
        manifest = Manifest(
            product=PRODUCT,
            contract="1.0.0",
            arms={
                arm: Candidate(release="1.0.0", generation=number, artifact=f"{number}")
                for arm, number in arms.items()
            },
            selector="any",
            began=revision * HOUR,
            salt=salt,
        )
        document = msgspec.to_builtins(manifest)
        moment = revision * HOUR
        self._manifests.publish(PRODUCT, document, revision=revision, moment=moment)
        return revision + 1

    def serve(
        self,
        keys: Sequence[str],
        shares: Mapping[str, float],
        *,
        order: tuple[str, ...] = (),
        shadows: Sequence[str] = (),
        features: Sequence[str] | None = None,
        propensity: float | None = None,
        lose: Mapping[str, float] | None = None,
        penalty: Sequence[float] | None = None,
    ) -> None:
        """Log an event for each key by the newest manifest, a minute apart, and its outcome.

        Args:
            keys: The keys.
            shares: The shares that arms are drawn by.
            order: The arms as they lie in the draw, if not in the manifest's order.
            shadows: Arms that predict each event too.
            features: The records as they are logged.
            propensity: What is logged as the probability instead of the true one.
            lose: The share of the outcomes that never come, by arm.
            penalty: What is added to the error of each event, whichever arm serves.
        """
        choice, manifest = self.choice, self.history.newest
        drawn = distribution(Split(shares=shares, order=order), choice)
        arms = [drawn.arms[drawn.draw(manifest.salt, key)] for key in keys]
        numbers = [choice.arms[arm].generation for arm in arms]
        of_number = {
            number: sum(share for arm, share in zip(drawn.arms, drawn.shares, strict=True)
                        if choice.arms[arm].generation == number)
            for number in set(numbers)
        }  # fmt: skip
        ids = [f"{self._events + at:07d}" for at in range(len(keys))]
        times = (np.arange(len(keys)) + self._events) * HOUR // 60
        self._events += len(keys)
        truth = 100 * self._random.standard_normal(len(keys))
        wrong = np.zeros(len(keys)) if penalty is None else np.array(penalty)
        self._record(
            ids, keys, times, numbers, features,
            propensity=[propensity or of_number[number] for number in numbers],
            prediction=self._predicted(truth, numbers) + wrong, shadow=False,
        )  # fmt: skip
        for arm in shadows:
            mirrored = [choice.arms[arm].generation] * len(keys)
            self._record(
                ids, keys, times, mirrored, features, propensity=[0.0] * len(keys),
                prediction=self._predicted(truth, mirrored) + wrong, shadow=True,
            )  # fmt: skip
        lost = [self._random.random() < (lose or {}).get(arm, 0.0) for arm in arms]
        came = [at for at, is_lost in enumerate(lost) if not is_lost]
        OutcomeLog(self.database).record(
            PRODUCT,
            Outcomes(
                event=[ids[at] for at in came],
                value=[float(truth[at]) for at in came],
                arrived=[int(times[at]) + 1 for at in came],
            ),
        )

    def _predicted(self, truth: Any, numbers: Sequence[int]) -> Any:
        noise = 0.1 * self._random.standard_normal(len(truth))
        return truth + np.abs(np.array([self._errors[each] for each in numbers]) + noise)

    def _record(
        self, ids: Sequence[str], keys: Sequence[str], times: Any, numbers: Sequence[int],
        features: Sequence[str] | None, *, propensity: Sequence[float], prediction: Any,
        shadow: bool,
    ) -> None:  # fmt: skip
        receipt = EventLog(self.database).record(
            PRODUCT,
            Events(
                id=ids,
                key=keys,
                time=times.astype(np.int64),
                release="1.0.0",
                generation=np.array(numbers, np.int64),
                manifest=max(self.history.manifests),
                propensity=np.array(propensity, np.float64),
                prediction=prediction[:, None],
                features=features,
                shadow=shadow,
            ),
        )
        assert receipt.accepted == len(ids), receipt
