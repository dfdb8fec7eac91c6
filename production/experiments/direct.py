"""Direct evidence: what arms predicted for an event, whoever served it; no weight is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt

from contracts.ports import Floats

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.experiments.arm_log import Booleans
    from production.experiments.history import ArmHistory
    from production.feedback.choices import Choices, Mirrors
    from production.generation.description import Candidate


#: The rows of shadow predictions: by release and generation, then by the event's id.
ShadowRows = dict[tuple[str, int], dict[str, int]]


class KnownRewards(msgspec.Struct, frozen=True, kw_only=True):
    """What arms would have earned, as far as the log has their predictions.

    Attributes:
        rewards: The reward of each event and arm, NaN where it is not known, (n, arms).
    """

    rewards: Floats

    def complete(self, used: Booleans) -> Booleans:
        """Return whether each event's rewards are known of all arms that are used, (n,)."""
        return np.asarray(~np.isnan(self.rewards[:, used]).any(axis=1))

    def value(self, probability: Floats) -> Floats:
        """Return what a policy earns at each event, (n,); NaN where that is not known."""
        used = probability > 0
        earned = np.where(used, probability * np.where(used, self.rewards, 0.0), 0.0)
        return np.asarray(earned.sum(axis=1))


def known_rewards(
    history: ArmHistory,
    choices: Choices,
    mirrors: Mirrors,
    reward: Callable[[Floats, npt.NDArray[np.intp]], Floats],
) -> KnownRewards:
    """Return what arms would have earned at events that they predicted whoever was drawn.

    Those are the arms that predicted in the shadow, and one that served because no other could. One
    that was drawn does not count: its events are a sample by chance, and weights say of what.

    Args:
        history: Which generation an arm had in each manifest.
        choices: The served events.
        mirrors: The predictions in the shadow.
        reward: Returns the rewards of predictions (m, k) for the events at m places.
    """
    rewards = np.full((len(choices.id), len(history.arms)), np.nan)
    places = _shadows(choices, mirrors)
    for at, arm in enumerate(history.arms):
        event, row = _predicted(history, arm, choices, places)
        if len(event):
            rewards[event, at] = reward(mirrors.prediction[row], event)
    sure = np.flatnonzero(choices.propensity >= 1)
    played = history.played(choices.manifest, choices.release, choices.generation)
    served = reward(choices.prediction[sure], sure)[:, None]
    rewards[sure] = np.where(played[sure], served, rewards[sure])
    return KnownRewards(rewards=rewards)


def _shadows(choices: Choices, mirrors: Mirrors) -> ShadowRows:
    """Return the row of each shadow prediction, by generation and event."""
    ids = set(choices.id)
    rows: ShadowRows = {}
    triples = zip(mirrors.id, mirrors.release, mirrors.generation.tolist(), strict=True)
    for at, (event, release, generation) in enumerate(triples):
        if event in ids:
            rows.setdefault((release, generation), {})[event] = at
    return rows


def _predicted(
    history: ArmHistory, arm: str, choices: Choices, shadows: ShadowRows
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the places of events that an arm predicted in the shadow, and those rows' places."""
    revisions = {at: _name(history.candidate(arm, at)) for at in set(choices.manifest.tolist())}
    pairs = []
    for at, (event, revision) in enumerate(zip(choices.id, choices.manifest.tolist(), strict=True)):
        row = shadows.get(revisions[revision], {}).get(event)
        if row is not None:
            pairs.append((at, row))
    places = np.array(pairs, np.intp).reshape(-1, 2)
    return places[:, 0], places[:, 1]


def _name(candidate: Candidate | None) -> tuple[str, int]:
    return (candidate.release, candidate.generation) if candidate else ("", 0)
