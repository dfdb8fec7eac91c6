"""What the serving processes did, by their metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from production.service.exposition import Family, gauge
from production.service.page import traffic as module
from production.service.page.traffic import TrafficWatch

if TYPE_CHECKING:
    from collections.abc import Mapping


class Steps:
    """A stopwatch that goes on by ten seconds whenever it is read."""

    def __init__(self) -> None:
        self.passed = -10.0

    def seconds(self) -> float:
        """Return the seconds."""
        self.passed += 10
        return self.passed


def families(fast: int, slow: int, *, route: str = "/predict", worker: str = "") -> list[Family]:
    """Return metrics of answers within 1 ms, and within 10 ms, of batches of ten events."""
    labels: Mapping[str, str] = {"route": route, **({"worker": worker} if worker else {})}
    buckets = ((0.001, fast), (0.01, fast + slow), (float("inf"), fast + slow))
    samples = [("_bucket", {**labels, "le": str(le)}, float(n)) for le, n in buckets]
    counts = [("", {**labels, "status": status}, 5.0) for status in ("200", "422", "503")]
    revision = {"worker": worker} if worker else {}
    return [
        Family(name=module.SECONDS, kind="histogram", help="", samples=samples),
        Family(name=module.ANSWERS, kind="counter", help="", samples=counts),
        gauge("liaison_manifest_revision", "", [(revision, 3)]),
        gauge("liaison_queue_depth", "", [(revision, 4)]),
        gauge(
            module.EVENTS,
            "",
            [
                ({**revision, "role": "served"}, 10 * (fast + slow)),
                ({**revision, "role": "shadow"}, 7),
            ],
        ),
    ]


def joined(*parts: list[Family]) -> list[Family]:
    """Return the metrics of several processes as one of them has them."""
    samples: dict[str, list[Any]] = {}
    for family in (each for part in parts for each in part):
        samples.setdefault(family.name, []).extend(family.samples)
    return [replace(each, samples=samples[each.name]) for each in parts[0]]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> TrafficWatch:
    """What looks at metrics, every ten seconds."""
    monkeypatch.setattr(module, "Stopwatch", Steps)
    return TrafficWatch()


def test_the_first_look_is_of_all_since_the_start(watch: TrafficWatch) -> None:
    """There is no period yet, so no rate."""
    seen = watch.look(families(99, 1))
    assert (seen.seconds, seen.rate) == (None, None)
    assert seen.p50 == pytest.approx(0.0005, rel=0.02)
    assert (seen.answered, seen.refused, seen.failed, seen.logged) == (15, 5, 5, 1000)
    assert (seen.queue, seen.workers, seen.revisions) == (4, 1, (3,))


def test_later_looks_are_of_the_time_since(watch: TrafficWatch) -> None:
    """What was slow before no longer counts."""
    watch.look(families(0, 100))
    seen = watch.look(families(50, 100))
    assert (seen.seconds, seen.rate, seen.logged) == (10, 5, 500)
    assert seen.p99 == pytest.approx(0.00099)


def test_a_period_is_about_a_minute(watch: TrafficWatch) -> None:
    """However long the console is open."""
    periods = [watch.look(families(each, 0)).seconds for each in range(20)]
    assert periods[-1] == module.PERIOD


def test_a_process_that_was_started_anew_counts_from_nothing(watch: TrafficWatch) -> None:
    """Nothing is negative."""
    watch.look(families(100, 0))
    seen = watch.look(families(20, 0))
    assert (seen.rate, seen.logged) == (2, 200)


def test_several_processes_are_one(watch: TrafficWatch) -> None:
    """Their answers, queues and manifests; other routes do not count."""
    parts = [families(90, 0, worker="1"), families(0, 10, worker="2")]
    other = families(0, 999, worker="1", route="/outcomes")
    seen = watch.look(joined(*parts, other[:2]))
    assert (seen.workers, seen.queue, seen.answered, seen.logged) == (2, 8, 30, 1000)
    assert seen.p50 is not None
    assert seen.p50 < 0.001 < (seen.p99 or 0)
