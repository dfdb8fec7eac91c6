"""Reads the running experiment from the live log."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from contracts.data.outcomes import numeric_outcomes
from contracts.errors import StateError
from contracts.moment import duration
from production.evaluation import event_rewards
from production.experiments.arm_log import codes
from production.experiments.assignment import UNKNOWN, firsts, is_by, served_by
from production.experiments.effect import ExperimentLog, effect, more_units
from production.experiments.experiment import ArmResult, ExperimentResult
from production.experiments.replay_events import rewarding_metric
from production.experiments.sample_ratio import sample_ratio
from production.selectors.port import CHAMPION

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.ports import Instants
    from production.experiments.experiment import ArmVerdict, ExperimentOptions
    from production.experiments.history import ArmHistory
    from production.experiments.policy import Policy
    from production.experiments.sample_ratio import SampleRatio
    from production.feedback.choices import Assigned, ChoiceLog
    from production.selectors.comparison import ArmDifference


def read_log(
    log: ChoiceLog,
    contract: Contract,
    history: ArmHistory,
    *,
    current: Policy,
    options: ExperimentOptions,
) -> ExperimentResult:
    """Read the running experiment from the live log.

    Args:
        log: The live log.
        contract: Its metrics say what an event earns.
        history: The manifests.
        current: The policy that serves.
        options: How it is read.

    Raises:
        ConfigError: None of the contract's metrics is a mean of losses.
        DataError: The log lacks the input that the selector tells events apart by.
        StateError: There is no other arm than the champion.
    """
    if len(history.arms) == 1:
        raise StateError(
            f"no experiment is running: {contract.product} has the arm {CHAMPION} alone",
            hint="python -m production task=promote task.options.arm=candidate "
            "task.options.generation=… task.options.why=…",
        )
    return _Reading(log, contract, history, current, options).result()


class _Reading:
    """The events and keys of an experiment, with the arm of each."""

    def __init__(
        self,
        log: ChoiceLog,
        contract: Contract,
        history: ArmHistory,
        current: Policy,
        options: ExperimentOptions,
    ) -> None:
        self._contract, self._history = contract, history
        self._policy, self._options = current, options
        choices = log.scored(history.running, features=current.column is not None)
        self._assigned = log.assigned(history.running)
        truth = numeric_outcomes(contract, choices.outcome) if choices.id else np.empty(0)
        self._metric = rewarding_metric(contract, truth, choices.prediction)
        self._keys, self._every = choices.key, duration(options.every)
        self._log = ExperimentLog(
            key=codes(choices.key),
            window=choices.time // self._every,
            segment=current.segments(choices.features),
            arm=served_by(history, current, choices),
            reward=event_rewards(self._metric, truth, choices.prediction),
        )
        self._arm_of_row = served_by(history, current, self._assigned)
        self._firsts = firsts(self._assigned.key)

    def result(self) -> ExperimentResult:
        """Return what the experiment says."""
        newest, assigned = self._history.newest, self._assigned
        rows = np.array(assigned.events, np.int64)
        return ExperimentResult(
            product=newest.product,
            selector=newest.selector,
            began=newest.began,
            revisions=self._history.running,
            metric=self._metric.name,
            direction=self._metric.direction,
            alpha=self._alpha,
            least=self._options.least,
            arms=tuple(map(self._arm, range(len(self._history.arms)))),
            served=self._ratio(self._firsts, self._arm_of_row[self._firsts]),
            returned=self._ratio(self._firsts, self._first_scored()),
            unknown=int(rows[self._arm_of_row == UNKNOWN].sum()),
            moved=_moved(assigned, self._arm_of_row),
        )

    @property
    def _alpha(self) -> float:
        return self._options.alpha / (len(self._history.arms) - 1)

    def _arm(self, at: int) -> ArmResult:
        name = self._history.arms[at]
        mine, events = self._log.arm == at, np.array(self._assigned.events, np.int64)
        result = ArmResult(
            arm=name,
            generation=self._history.newest.arms[name].name,
            keys=int((self._arm_of_row[self._firsts] == at).sum()),
            scored_keys=len(np.unique(self._log.key[mine])),
            events=int(events[self._arm_of_row == at].sum()),
            scored=int(mine.sum()),
            reward=float(self._log.reward[mine].mean()) if mine.any() else nan,
        )
        return result if name == CHAMPION else self._compared(result, at)

    def _compared(self, result: ArmResult, at: int) -> ArmResult:
        champion = self._history.arms.index(CHAMPION)
        windows = effect(
            self._log, at, champion=champion, alpha=self._alpha, least=self._options.least
        )
        looks = {(window + 1) * self._every: look for window, look in windows.items()}
        result = replace(result, looks=looks)
        both = np.isin(self._log.arm, [at, champion])
        keys = len(np.unique(self._log.key[both]))
        return replace(
            result,
            verdict=_verdict(result.difference),
            more=more_units(result.difference, alpha=self._alpha) * keys if keys else inf,
        )

    def _first_scored(self) -> Instants:
        """Return the first arm of each key that has an outcome, `UNKNOWN` for others."""
        scored = set(self._keys)
        has = np.array([self._assigned.key[at] in scored for at in self._firsts], np.bool_)
        return np.where(has, self._arm_of_row[self._firsts], UNKNOWN)

    def _ratio(self, rows: Instants, arms: Instants) -> SampleRatio | None:
        """Return whether arms have their keys; none if not all were drawn by the same shares."""
        history, assigned = self._history, self._assigned
        played = history.played(assigned.manifest, assigned.release, assigned.generation)
        fixed = is_by(self._policy, played, assigned.propensity)
        counts = {name: int((arms == at).sum()) for at, name in enumerate(history.arms)}
        if not len(rows) or not fixed.all() or not sum(counts.values()):
            return None
        shares = dict(zip(history.arms, self._policy.shares[0].tolist(), strict=True))
        expected = {name: share for name, share in shares.items() if share > 0}
        # Half of alpha: the keys served are tested, and those with outcomes.
        return sample_ratio(counts, expected, alpha=self._options.ratio_alpha / 2)


def _verdict(difference: ArmDifference) -> ArmVerdict:
    if difference.low > 0:
        return "better"
    return "worse" if difference.high < 0 else "cannot_tell_yet"


def _moved(assigned: Assigned, arms: Instants) -> int:
    """Return the number of keys that more than one arm served."""
    pairs = {pair for pair in zip(assigned.key, arms.tolist(), strict=True) if pair[1] != UNKNOWN}
    return len(pairs) - len({key for key, _ in pairs})
