"""What the training agent saw, as it is recorded."""

from __future__ import annotations

import msgspec

from contracts.moment import DAY
from production.agents.progress import Pending
from production.agents.seen import MOST, metrics_seen
from production.generation.description import Candidate
from production.metrics import Runtime, ScoredWindow


def seen(metrics: int, count: int = 5) -> dict[str, object]:
    """Return what is recorded where windows are scored by so many metrics."""
    scores = {f"metric_{at}": 1 / 3 for at in range(metrics)}
    windows = tuple(
        ScoredWindow(start=at * DAY, end=(at + 1) * DAY, rows=9, served=scores, baseline=scores)
        for at in range(count)
    )
    runtime = Runtime(now=7, since=1, promoted=2, requests=30, outcomes=20, windows=windows)
    candidate = Candidate(release="1.0.0", generation=4, artifact="a")
    return metrics_seen(runtime, [Pending(asked=5, ready=8, candidate=candidate)])


def test_the_metrics_of_a_decision_are_recorded_with_the_last_windows() -> None:
    """Counts since the last training, what waits, and the scores to six digits."""
    recorded = seen(1)
    windows = recorded.pop("windows")
    assert recorded == {
        "since": 1,
        "promoted": 2,
        "requests": 30,
        "outcomes": 20,
        "pending": ["1.0.0/4"],
        "scored": 5,
    }
    assert [each["start"] // DAY for each in windows] == [2, 3, 4]  # type: ignore[attr-defined]
    assert windows[0]["served"] == {"metric_0": 0.333333}  # type: ignore[index]


def test_a_record_stays_below_a_kilobyte_however_many_metrics_there_are() -> None:
    """The oldest windows are left out first."""
    counts = [len(seen(metrics)["windows"]) for metrics in (1, 7, 30)]  # type: ignore[arg-type]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0
    assert all(len(msgspec.json.encode(seen(metrics))) <= MOST for metrics in range(1, 31))
