"""The events of a replay: what they earned, and how two policies would have served them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from contracts.data.outcomes import numeric_outcomes
from contracts.errors import ConfigError
from production.evaluation import event_rewards, reward_metric
from production.experiments.arm_log import ArmLog, codes
from production.experiments.direct import known_rewards
from production.experiments.evidence import Pair, ReplayEvidence, known, weighted

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.ports import Floats
    from contracts.score.metric.port import Metric
    from production.experiments.arm_log import Booleans
    from production.experiments.gates import GateLimits
    from production.experiments.history import ArmHistory
    from production.experiments.policy import Policy
    from production.feedback.choices import Choices, Mirrors


class ReplayEvents:
    """Events with their outcomes, and with which probability two policies give them to each arm.

    Args:
        contract: Its metrics say what an event earns.
        history: Which generation an arm had in each manifest.
        choices: The events.
        proposed: The proposed policy.
        current: The policy that serves.

    Raises:
        ConfigError: None of the contract's metrics is a mean of losses.
        DataError: The events lack the input that a policy tells them apart by.

    Attributes:
        metric: The metric whose losses are the rewards.
    """

    def __init__(
        self,
        contract: Contract,
        history: ArmHistory,
        choices: Choices,
        proposed: Policy,
        current: Policy,
    ) -> None:
        self._history, self._choices = history, choices
        self._truth = numeric_outcomes(contract, choices.outcome) if choices.id else np.empty(0)
        self.metric = rewarding_metric(contract, self._truth, choices.prediction)
        segments = [each.segments(choices.features) for each in (proposed, current)]
        self._pair = Pair(
            proposed=proposed.shares[segments[0]], current=current.shares[segments[1]]
        )
        self._segment = segments[0] * len(current.shares) + segments[1]
        self._key = codes(choices.key)
        self._played = history.played(choices.manifest, choices.release, choices.generation)

    def weighted(self, used: Booleans, limits: GateLimits, alpha: float) -> ReplayEvidence:
        """Return what the events say of whose experiments each used arm has some."""
        rows, missing = self._supported(used)
        if missing:
            return ReplayEvidence(estimates=(), failures=missing)
        log = ArmLog(
            key=self._key,
            segment=self._segment,
            played=self._played,
            propensity=self._choices.propensity,
            reward=self._reward(self._choices.prediction, np.arange(len(self._key))),
        ).take(rows)
        pair = Pair(proposed=self._pair.proposed[rows], current=self._pair.current[rows])
        return weighted(log, pair, limits, alpha)

    def known(
        self, mirrors: Mirrors, used: Booleans, limits: GateLimits, alpha: float
    ) -> ReplayEvidence:
        """Return what the events say of which all that the used arms would earn is known."""
        rewards = known_rewards(self._history, self._choices, mirrors, self._reward)
        complete = rewards.complete(used)
        rows = np.zeros(len(complete), np.bool_)
        for _, of_experiment in self._experiments():
            if complete[of_experiment].any():
                rows |= of_experiment
        return known(
            rewards.value(self._pair.proposed)[rows],
            rewards.value(self._pair.current)[rows],
            self._key[rows],
            limits,
            alpha,
        )

    def _supported(self, used: Booleans) -> tuple[Booleans, tuple[str, ...]]:
        """Return the events of experiments in which each used arm served, or why there are none."""
        rows = np.zeros(len(self._key), np.bool_)
        served = np.zeros(len(used), np.bool_)
        for _, of_experiment in self._experiments():
            of_arms: Booleans = np.asarray(self._played[of_experiment].any(axis=0))
            served |= of_arms
            if of_arms[used].all():
                rows |= of_experiment
        if rows.any():
            return rows, ()
        if not len(rows):
            return rows, ("no logged event has an outcome since all arms that they use are there",)
        absent = [self._history.arms[at] for at in np.flatnonzero(used & ~served)]
        if not absent:
            return rows, ("no experiment has served events of all arms that the selectors use",)
        return rows, tuple(f"no logged event with an outcome under the arm {arm}" for arm in absent)

    def _experiments(self) -> list[tuple[range, Booleans]]:
        manifest = self._choices.manifest
        return [
            (each, (manifest >= each.start) & (manifest < each.stop))
            for each in self._history.experiments
        ]

    def _reward(self, predicted: Floats, at: npt.NDArray[np.intp]) -> Floats:
        if not len(at):
            return np.empty(0)
        return event_rewards(self.metric, self._truth[at], predicted)


def rewarding_metric(contract: Contract, truth: Floats, predicted: Floats) -> Metric:
    """Return the contract's metric whose losses are rewards.

    Raises:
        ConfigError: None is a mean of losses.
    """
    names = [term.name for term in contract.metrics]
    rewarding = reward_metric(names, truth, predicted)
    if rewarding is None:
        raise ConfigError(
            f"{contract.product}: an event earns its loss by a metric that is a mean of losses, "
            f"and none of the contract's is one: {', '.join(names)}",
            hint="add such a metric to the specification, and publish the contract anew",
        )
    return rewarding
