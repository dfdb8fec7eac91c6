"""What the serving processes did, from the metrics they keep: rates, latencies, queues."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from contracts.host.clock import Stopwatch
from production.service.peers import LABEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from production.service.exposition import Family

#: The routes whose answers are predictions.
PREDICTS = frozenset({"/predict", "/v2/models/{name}/infer"})
#: Seconds that rates and latencies are of, once the console has been looked at for so long.
PERIOD = 60.0
SECONDS, ANSWERS = "liaison_request_seconds", "liaison_requests_total"
EVENTS = "liaison_events_total"


class EngineTraffic(msgspec.Struct, frozen=True, kw_only=True):
    """What the serving processes did.

    Attributes:
        seconds: The period that rate and latencies are of; none: since the processes' start.
        rate: Requests for predictions answered a second; none without a period.
        answered: How many were answered since the start.
        logged: How many events of what was answered were logged, in the period or since the start;
            a batch is one request of many events.
        failed: How many requests met the server's own failure, or a server that was too busy.
        refused: How many requests were malformed, or not records of the contract.
        p50: The median time to an answer, seconds; none without any.
        p99: Its 99 % quantile.
        queue: Events that wait to be logged.
        spooled: Events that wait on the hosts' disks.
        workers: How many processes there are.
        revisions: The manifests that the processes serve by; 0 where nothing is deployed.
        shares: The probability with which the selector draws each generation, by its name.
    """

    seconds: float | None
    rate: float | None
    answered: int
    logged: int
    failed: int
    refused: int
    p50: float | None
    p99: float | None
    queue: int
    spooled: int
    workers: int
    revisions: tuple[int, ...]
    shares: Mapping[str, float]


class TrafficWatch:
    """Compares the metrics with those of a minute ago, as often as it is asked."""

    def __init__(self) -> None:
        self._age = Stopwatch()
        self._looks: deque[tuple[float, Counter[float], float]] = deque()

    def look(self, families: Iterable[Family]) -> EngineTraffic:
        """Return what the processes did, by their metrics now."""
        by_name = {each.name: each for each in families}
        now, buckets = self._age.seconds(), _buckets(by_name.get(SECONDS))
        while len(self._looks) > 1 and now - self._looks[1][0] >= PERIOD:
            self._looks.popleft()
        logged = _served(by_name.get(EVENTS))
        begun, before, earlier = self._looks[0] if self._looks else (now, Counter[float](), 0.0)
        self._looks.append((now, buckets, logged))
        period = now - begun
        # A process that was started anew counts from nothing: then all of it is of this period.
        lately = Counter({k: v - before[k] for k, v in buckets.items()}) if period else buckets
        if min(lately.values(), default=0) < 0:
            lately = buckets
        statuses = _statuses(by_name.get(ANSWERS))
        return EngineTraffic(
            seconds=period or None,
            rate=sum(lately.values()) / period if period else None,
            answered=sum(statuses.values()),
            logged=int(logged - earlier if logged >= earlier else logged),
            failed=sum(n for status, n in statuses.items() if status >= 500),
            refused=sum(n for status, n in statuses.items() if 400 <= status < 500),
            p50=quantile(lately, 0.5),
            p99=quantile(lately, 0.99),
            queue=int(_sum(by_name.get("liaison_queue_depth"))),
            spooled=int(_sum(by_name.get("liaison_spool_depth"))),
            workers=max(1, len(_workers(by_name.get("liaison_queue_depth")))),
            revisions=tuple(_revisions(by_name.get("liaison_manifest_revision"))),
            shares=_shares(by_name.get("liaison_selector_share")),
        )


def quantile(buckets: Mapping[float, float], share: float) -> float | None:
    """Return a quantile of a histogram: within a bucket, values are taken to be spread evenly.

    Args:
        buckets: How many values there are by their bucket's upper bound.
        share: The share of values that are no larger.

    >>> quantile({1.0: 50, 2.0: 50}, 0.5), quantile({1.0: 50, 2.0: 50}, 0.75)
    (1.0, 1.5)
    >>> quantile({}, 0.5) is None
    True
    """
    total, low, passed = sum(buckets.values()), 0.0, 0.0
    for bound in sorted(buckets):
        count = buckets[bound]
        if count and passed + count >= share * total:
            within = (share * total - passed) / count
            return low if bound == float("inf") else low + within * (bound - low)
        passed, low = passed + count, bound
    return None


def _buckets(family: Family | None) -> Counter[float]:
    """Return how many answers there are by their bucket's upper bound, of all processes."""
    counts: Counter[float] = Counter()
    for route in _routes(family):
        before = 0.0
        for bound, total in route:
            counts[bound] += int(total - before)
            before = total
    return counts


def _routes(family: Family | None) -> Iterator[Sequence[tuple[float, float]]]:
    """Yield the cumulated buckets of each process's routes that predict."""
    routes: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for suffix, labels, value in family.samples if family else ():
        if suffix == "_bucket" and labels["route"] in PREDICTS:
            key = labels.get(LABEL, ""), labels["route"]
            routes.setdefault(key, []).append((float(labels["le"]), value))
    yield from map(sorted, routes.values())


def _statuses(family: Family | None) -> Counter[int]:
    counts: Counter[int] = Counter()
    for _, labels, value in family.samples if family else ():
        if labels["route"] in PREDICTS:
            counts[int(labels["status"])] += int(value)
    return counts


def _sum(family: Family | None) -> float:
    return sum(value for _, _, value in family.samples) if family else 0.0


def _served(family: Family | None) -> float:
    """Return how many events were logged of answers, without those of shadows."""
    return sum(
        n for _, labels, n in (family.samples if family else ()) if labels["role"] == "served"
    )


def _workers(family: Family | None) -> set[str]:
    return {labels.get(LABEL, "") for _, labels, _ in family.samples} if family else set()


def _revisions(family: Family | None) -> list[int]:
    return sorted({int(value) for _, _, value in family.samples}) if family else []


def _shares(family: Family | None) -> dict[str, float]:
    """Return the selector's shares, as one of the processes has them: all compute the same."""
    shares: dict[str, float] = {}
    for _, labels, value in family.samples if family else ():
        shares.setdefault(f"{labels['release']}/{labels['generation']}", value)
    return shares
