from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families as parse
from sqlalchemy import delete

from contracts.errors import StateError
from contracts.moment import DAY, iso
from production.database.tables import OUTCOMES
from production.registry.evaluations import Evaluations, WindowMetric
from tests.production.service.conftest import NOW, RECORD, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.production.service.conftest import InService

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scrape(service: InService) -> Samples:
    """Return the samples of a scrape by name and labels, as Prometheus' own parser reads them."""
    response = service.ask("/metrics")
    assert (response.status, response.kind.partition(b";")[0]) == (200, b"text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse(response.body.decode())
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    """Return one sample."""
    return samples[name, frozenset(labels.items())]


def test_answers_are_counted_by_status(serve: Callable[..., InService]) -> None:
    """What is valid, what is no record, and what finds the queue full."""
    service = serve(queue=5)
    service.json("/predict", {"record": RECORD})
    service.problem("/predict", {"record": {"colour": "blue"}})
    service.problem("/predict", [{"record": RECORD}] * 6)
    samples = scrape(service)
    for status in ("200", "422", "503"):
        assert value(samples, "liaison_requests_total", route="/predict", status=status) == 1
    assert value(samples, "liaison_events_refused_total") == 6


def test_latency_is_a_histogram(serve: Callable[..., InService]) -> None:
    """Each answer is in one bucket, those of a thread too; buckets are cumulative."""
    service = serve()
    for _ in range(3):
        service.json("/predict", {"record": RECORD})
    service.json("/predict", [{"record": RECORD}] * 600)
    samples = scrape(service)
    buckets = {
        float(dict(labels)["le"]): count
        for (name, labels), count in samples.items()
        if name == "liaison_request_seconds_bucket" and ("route", "/predict") in labels
    }
    counts = [buckets[bound] for bound in sorted(buckets)]
    assert counts == sorted(counts)
    assert counts[-1] == 4 == value(samples, "liaison_request_seconds_count", route="/predict")
    assert value(samples, "liaison_request_seconds_sum", route="/predict") > 0


def test_events_by_generation(serve: Callable[..., InService]) -> None:
    """What is logged is counted with what predicted, and what the selector wants."""
    service = serve()
    service.json("/predict", [{"record": RECORD}] * 20)
    service.flush()
    samples = scrape(service)
    champion = {"release": "1.0.0", "generation": "1"}
    assert value(samples, "liaison_events_total", **champion, role="served") == 20
    assert value(samples, "liaison_selector_share", **champion) == 1
    assert value(samples, "liaison_manifest_revision") == 1
    assert value(samples, "liaison_queue_depth") == 0


def test_arms_of_one_generation_are_one_sample(serve: Callable[..., InService]) -> None:
    """A scraper refuses a sample that comes twice: the generation's share is that of its arms."""
    service = serve(poll="1h")
    champion = service.serving.engine.deployed.manifest.champion
    split = {
        "_target_": "production.selectors.ab_test.AbTest",
        "weights": {"champion": 3, "candidate": 1},
    }
    arms = {"champion": champion, "candidate": champion}
    publish(service, arms=arms, selector="ab_test", component=split)
    service.application.watcher.step()
    lines = service.ask("/metrics").body.decode().splitlines()
    (share,) = [line for line in lines if line.startswith("liaison_selector_share{")]
    assert share.endswith(" 1.0")


def test_outcomes_and_their_latency(serve: Callable[..., InService]) -> None:
    """Outcomes are counted by what became of them; of joined ones the delay is known."""
    service = serve()
    with service.serving.database.transaction() as connection:
        connection.execute(delete(OUTCOMES))
    service.json("/predict", {"record": RECORD, "id": "a", "time": iso(NOW - 2 * DAY)})
    service.json("/outcomes", [{"event": name, "value": True} for name in ("a", "a", "b")])
    samples = scrape(service)
    for result in ("accepted", "duplicate", "quarantined"):
        assert value(samples, "liaison_outcomes_total", result=result) == 1
    assert value(samples, "liaison_feedback_latency_seconds", quantile="0.5") == 2 * 86_400


def test_the_newest_evaluation(serve: Callable[..., InService]) -> None:
    """The newest window's metrics, as they were computed last; undefined ones are left out."""
    service = serve()
    for start, metric, number in ((18, "brier", 0.3), (19, "brier", 0.2), (19, "roc_auc", None)):
        Evaluations(service.serving.database).record(
            [
                WindowMetric(
                    product="toy",
                    start=start * DAY,
                    end=(start + 1) * DAY,
                    source="served",
                    metric=metric,
                    value=number,
                    rows=40,
                    computed_at=NOW,
                )
            ]
        )
    samples = scrape(service)
    assert value(samples, "liaison_evaluation", metric="brier", source="served") == 0.2
    assert value(samples, "liaison_evaluation_end_seconds") == 20 * 86_400
    assert not [labels for name, labels in samples if ("metric", "roc_auc") in labels]


def test_the_database_away(
    serve: Callable[..., InService], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this process knows is still answered."""
    service = serve()

    def away(*_: object, **__: object) -> None:
        raise StateError("the disk is away")

    monkeypatch.setattr(service.serving.feedback, "delays", away)
    samples = scrape(service)
    assert value(samples, "liaison_database_up") == 0
    assert value(samples, "liaison_manifest_revision") == 1
