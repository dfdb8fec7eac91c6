"""What vowpalwabbit and tea-tasting say of a log: run by ``off_policy.py``, in their environment.

The log is JSON on standard input, a list for each column; what they say is JSON on standard output.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import pyarrow as pa
import tea_tasting
from vowpalwabbit import Workspace


def costs(log: dict[str, list[float]], kind: str) -> float:
    """Return what arm 1 alone costs on average, by vowpalwabbit's ``--cb_type`` on ``--eval``."""
    workspace = Workspace(f"--cb 2 --cb_type {kind} --eval --quiet")
    rows = zip(log["arm"], log["reward"], log["propensity"], log["segment"], strict=True)
    for arm, reward, propensity, segment in rows:
        example = workspace.example(f"2 {arm + 1}:{-reward}:{propensity} | s{segment}")
        workspace.learn(example)
        workspace.finish_example(example)
    return float(workspace.get_sum_loss()) / len(log["arm"])


def gain(log: dict[str, list[float]]) -> list[float]:
    """Return how much more arm 1 earns than arm 0, and its interval: a ratio of means over keys."""
    key, arm = np.array(log["key"]), np.array(log["arm"])
    _, first = np.unique(key, return_index=True)
    table = pa.table(
        {
            "variant": arm[first],
            "reward": np.bincount(key, weights=np.array(log["reward"])),
            "events": np.bincount(key).astype(np.float64),
        }
    )
    ratio = tea_tasting.RatioOfMeans(numer="reward", denom="events", use_t=False, equal_var=False)
    result = tea_tasting.Experiment(gain=ratio).analyze(table)["gain"]
    return [result.effect_size, result.effect_size_ci_lower, result.effect_size_ci_upper]


if __name__ == "__main__":
    log = json.load(sys.stdin)
    json.dump({"ips": costs(log, "ips"), "dr": costs(log, "dr"), "gain": gain(log)}, sys.stdout)
