"""The console over HTTP: what it shows, and what it costs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import UnavailableError
from production.service.page.assets import FOLDER
from production.service.page.fragments import FRAGMENTS
from tests.production.service.conftest import RECORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.service.page.console import Console
    from production.service.page.state import ConsoleState
    from tests.production.service.conftest import InService

#: What the page and its files may weigh together, bytes.
LIGHT = 150_000


def console(service: InService) -> Console:
    """Return what answers the console's routes."""
    (route,) = (each for each in service.application.service.routes.all if each.path == "/")
    answers: Console = route.handle.__self__  # type: ignore[attr-defined]
    return answers


def test_its_state_is_what_is_on_record(state: Callable[[], ConsoleState]) -> None:
    """What serves and why, windows against the baseline, trainings with their lineage."""
    shown = state()
    assert shown.serves is not None
    assert (shown.product, shown.lifecycle) == ("toy", "adaptive")
    assert shown.serves.generation == shown.generations[0].name
    assert shown.serves.why.startswith("initial")
    assert [arm.name for arm in shown.serves.arms] == ["champion"]
    assert (shown.serves.arms[0].share, shown.serves.arms[0].served) == (1, 1)
    assert shown.history.ends
    assert all(each.baseline for each in shown.history.series)
    assert shown.generations[0].found
    assert [mark.kind for mark in shown.history.marks] == ["promoted"]
    assert shown.reached["evaluation"]
    assert len(shown.returned.quantiles) == 3
    assert any(each.who == "gate" for each in shown.decisions)


def test_what_the_processes_do_is_beside_it(serve: Callable[..., InService]) -> None:
    """Answers, latencies, the selector's shares: from this process's own metrics."""
    service = serve()
    for _ in range(3):
        service.json("/predict", {"record": RECORD})
    service.flush()
    traffic = service.json("/console/state.json")["traffic"]
    assert (traffic["answered"], traffic["workers"], traffic["failed"]) == (3, 1, 0)
    assert traffic["logged"] == 3
    assert traffic["p50"] > 0
    assert [*traffic["shares"].values()] == [1.0]


def test_the_page_holds_all_fragments_and_asks_no_other_host(
    serve: Callable[..., InService],
) -> None:
    """Every address in it is relative; a browser is told to take nothing else."""
    response = serve().ask("/")
    page, headers = response.body.decode(), dict(response.headers)
    assert response.kind.startswith(b"text/html")
    assert [name for name in FRAGMENTS if f'id="{name}"' not in page] == []
    addresses = re.findall(r'(?:href|src|hx-get)="([^"]*)"', page)
    assert len(addresses) > len(FRAGMENTS)
    assert [each for each in addresses if "//" in each or each.startswith("/")] == []
    policy = headers[b"content-security-policy"].decode()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert " style=" not in page
    assert " onclick=" not in page


def test_its_files_are_named_by_their_content_and_kept(serve: Callable[..., InService]) -> None:
    """A browser asks for each once; licences stand beside what others wrote."""
    service = serve()
    page = service.ask("/").body.decode()
    weight = len(page)
    for address in re.findall(r'"(static/[^"]*)"', page):
        response = service.ask(f"/{address}")
        assert response.status == 200
        assert b"immutable" in dict(response.headers)[b"cache-control"]
        weight += len(response.body)
    assert weight < LIGHT
    assert {each.name for each in FOLDER.glob("*.LICENSE")} == {"htmx.LICENSE", "uPlot.LICENSE"}


@pytest.mark.parametrize("path", ["/console/none", "/static/console.css", "/static/..%2fstate.py"])
def test_what_there_is_not_is_said_so(serve: Callable[..., InService], path: str) -> None:
    """A fragment's name, a file's: nothing of the disk is looked up by it."""
    assert serve().problem(path)["status"] == 404


def test_a_fragment_is_what_the_page_holds(serve: Callable[..., InService]) -> None:
    """So that renewing one changes nothing that did not change."""
    service = serve()
    page = service.ask("/").body.decode()
    for name in ("flow", "generations", "metric", "decisions", "serving"):
        assert service.ask(f"/console/{name}").body.decode() in page


def test_ten_consoles_cost_one_reading(
    serve: Callable[..., InService], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read and rendered a moment ago is shown to all."""
    service = serve()
    answers, readings = console(service), list[Any]()
    read = answers._reader.read
    monkeypatch.setattr(
        answers._reader, "read", lambda *words: (readings.append(words), read(*words))[1]
    )
    monkeypatch.setattr("production.service.page.console.FRESH", 3600.0)
    for _ in range(10):
        for name in FRAGMENTS:
            assert service.ask(f"/console/{name}").status == 200
    assert len(readings) == 1


def test_while_the_database_is_away_the_last_state_stays(
    serve: Callable[..., InService], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an alarm; before there is any state, the answer is to try again."""

    def away(*_: object) -> None:
        raise UnavailableError("the database is away")

    service = serve()
    answers = console(service)
    monkeypatch.setattr("production.service.page.console.FRESH", 0.0)
    with monkeypatch.context() as first:
        first.setattr(answers._reader, "read", away)
        assert service.problem("/console/alarms")["status"] == 503
    assert b"cannot be read" not in service.ask("/console/alarms").body
    monkeypatch.setattr(answers._reader, "read", away)
    assert b"cannot be read" in service.ask("/console/alarms").body
    assert b"1.0.0/1" in service.ask("/console/facts").body
