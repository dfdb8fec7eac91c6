from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.moment import DAY, iso
from production.service.http import NDJSON
from tests.production.service.conftest import NOW, RECORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.production.service.conftest import InService


def counts(receipt: dict[str, Any]) -> dict[str, int]:
    """Return the counts of a receipt that are not 0."""
    return {name: value for name, value in receipt.items() if value and name != "rejections"}


def test_an_outcome_is_accepted_once(serve: Callable[..., InService]) -> None:
    """Reported again it is a duplicate; of an unknown event it waits; another value conflicts."""
    service = serve()
    service.json("/predict", {"record": RECORD, "id": "a"})
    outcome = {"event": "a", "value": "late"}
    assert counts(service.json("/outcomes", outcome)) == {"received": 1, "accepted": 1}
    many = [outcome, {"event": "b", "value": True}, {"event": "a", "value": False}]
    assert counts(service.json("/outcomes", many)) == {
        "received": 3,
        "duplicate": 1,
        "quarantined": 1,
        "conflicting": 1,
    }


def test_an_outcome_that_came_first_joins_its_event(serve: Callable[..., InService]) -> None:
    """Quarantined until the event is served, then scored with it."""
    service = serve()
    service.json("/outcomes", {"event": "a", "value": True})
    service.json("/predict", {"record": RECORD, "id": "a"})
    service.flush()
    assert service.serving.feedback.scored("toy", 0, 2**62).id[-1] == "a"


def test_a_malformed_outcome_is_rejected_alone(serve: Callable[..., InService]) -> None:
    """A value that is none of the target's is counted, with the reason; the others stand."""
    service = serve()
    body = b'{"event":"a","value":"never"}\n{"event":"b","value":true}\n'
    receipt = service.json("/outcomes", body=body, kind=NDJSON)
    assert counts(receipt) == {"received": 2, "rejected": 1, "quarantined": 1}
    assert "expected one of the labels 'in_time', 'late'" in receipt["rejections"][0]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"event":"a"}', "value"),
        (b'{"event":"","value":1}', "event"),
        (b'{"event":"a","value":1,"revision":-1}', "revision"),
        (b'{"event":"a","value":[]}', "value"),
        (b'{"event":"a","value":1,"x":2}', "x"),
        (b'[{"event":"a","value":1},{"value":1}]', "event"),
    ],
)
def test_what_is_no_outcome_is_refused_by_field(
    serve: Callable[..., InService], body: bytes, field: str
) -> None:
    """Nothing of the request is recorded."""
    problem = serve().problem("/outcomes", body=body)
    assert (problem["status"], problem["field"].rpartition(".")[2]) == (422, field)


def test_an_outcome_after_its_window_closed_is_late(serve: Callable[..., InService]) -> None:
    """It is accepted, and counted as late; one of an event of today is not."""
    service = serve()
    events = [("old", iso(NOW - 3 * DAY)), ("new", iso(NOW))]
    service.json(
        "/predict", [{"record": RECORD, "id": name, "time": time} for name, time in events]
    )
    old = service.json("/outcomes", {"event": "old", "value": True})
    new = service.json("/outcomes", {"event": "new", "value": True})
    assert counts(old) == {"received": 1, "accepted": 1, "late": 1}
    assert counts(new) == {"received": 1, "accepted": 1}


@pytest.mark.parametrize("time", ["2013-01-01", 1_357_000_000_000])
def test_how_a_time_is_written_is_said(serve: Callable[..., InService], time: object) -> None:
    """With an example, of a request and of an outcome."""
    service = serve()
    problem = service.problem("/predict", {"record": RECORD, "time": time})
    assert problem["hint"] == 'a time is a text with its offset: "2024-03-17T21:40:00Z"'
    outcome = {"event": "a", "value": True, "occurred": time}
    assert service.problem("/outcomes", outcome)["hint"] == problem["hint"]
