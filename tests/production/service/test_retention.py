"""Retention of a product in service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.moment import DAY, iso
from production.agents import retention
from production.settings import RetentionSettings
from tests.production.service.conftest import NOW, RECORD

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.production.service.conftest import InService


def test_old_events_are_deleted_while_others_are_served(
    serve: Callable[..., InService], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept keeps its lineage, and what was deleted is counted."""
    monkeypatch.setattr(retention, "PERIOD", 0)
    service = serve(retention=RetentionSettings(age="10d", count=None), evaluate=None)
    for name, age in (("old", 11), ("new", 9)):
        time = iso(NOW - age * DAY)
        service.json("/predict", {"record": RECORD, "id": name, "time": time})
    service.flush()
    (deleting,) = service.application.repeated
    deleting._job(deleting._stop)
    assert service.ask("/lineage/old").status == 404
    assert service.json("/lineage/new")["origin"]["generation"] == 1
    assert 'liaison_deleted_total{kind="events"}' in service.ask("/metrics").body.decode()


def test_nothing_is_deleted_by_default(serve: Callable[..., InService]) -> None:
    """No thread looks for events to delete."""
    assert serve(evaluate=None).application.repeated == ()
