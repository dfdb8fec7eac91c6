"""Which arm served each event of an experiment, and which arm each key was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from production.selectors.draw import distribution

if TYPE_CHECKING:
    from contracts.ports import Floats, Instants
    from production.experiments.arm_log import Booleans
    from production.experiments.history import ArmHistory
    from production.experiments.policy import Policy
    from production.feedback.choices import Assigned, Choices

#: In the place of an arm: which one it was cannot be said.
UNKNOWN = -1


def served_by(history: ArmHistory, policy: Policy, rows: Choices | Assigned) -> Instants:
    """Return the arm that served each row, as its place among the arms.

    It is the one with the generation that is logged. Where several arms have that one, the draw by
    the row's key is repeated; it cannot be if the selector's shares were others then.

    Args:
        history: Which generation an arm had in each manifest.
        policy: The policy that serves.
        rows: Served events or keys.
    """
    played = history.played(rows.manifest, rows.release, rows.generation)
    arm = np.where(played.any(axis=1), played.argmax(axis=1), UNKNOWN)
    several = np.flatnonzero(played.sum(axis=1) > 1)
    if len(several):
        drawn = np.array([_drawn(history, policy, rows.key[at]) for at in several], np.int64)
        fits = is_by(policy, played, rows.propensity)[several] & played[several, drawn]
        arm[several] = np.where(fits, drawn, UNKNOWN)
    return np.asarray(arm, np.int64)


def is_by(policy: Policy, played: Booleans, propensity: Floats) -> Booleans:
    """Return whether each row was drawn by the shares that a policy has now, (n,).

    Args:
        policy: The policy.
        played: Which arms had the generation that served, (n, arms).
        propensity: The logged probabilities.
    """
    if policy.column is not None:
        return np.zeros(len(propensity), np.bool_)
    share = (played * policy.shares[0]).sum(axis=1)
    return np.asarray(np.isclose(share, propensity, rtol=1e-6, atol=0))


def firsts(keys: list[str]) -> Instants:
    """Return the place of each key's first row.

    >>> firsts(["a", "b", "a"]).tolist()
    [0, 1]
    """
    places: dict[str, int] = {}
    for at, key in enumerate(keys):
        places.setdefault(key, at)
    return np.array([*places.values()], np.int64)


def _drawn(history: ArmHistory, policy: Policy, key: str) -> int:
    """Return the place of the arm that the running experiment draws for a key."""
    drawn = distribution(policy.split, history.newest.choice())
    return policy.arms.index(drawn.arms[drawn.draw(history.newest.salt, key)])
