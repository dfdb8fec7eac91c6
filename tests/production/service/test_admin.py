"""What serves is changed over HTTP: as by the tasks, by whoever's token it is."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec.structs import replace

from contracts.errors import UnfinishedError
from contracts.moment import iso
from production.generation.loader import Loader
from production.registry.decisions import Decisions
from production.registry.generations import Generations, Trained
from production.registry.tokens import new_token
from production.service.admin import WAITING
from production.service.http import JSON, HttpRequest
from tests.production.service.conftest import NOW, RECORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.production.service.conftest import InService

SECRET, TOKEN = new_token("toy", "ada", ("promote", "admin"), moment=0)
BEARER = {b"authorization": f"Bearer {SECRET}".encode()}
WHY = "errors since noon"


class Administered:
    """The small product in service with three equal generations, the first the champion."""

    def __init__(self, service: InService) -> None:
        self.service = service
        generations = Generations(service.serving.database)
        (first,) = generations.all("toy")
        fields = {name: getattr(first, name) for name in Trained.__struct_fields__}
        for _ in range(2):
            generations.add(Trained(**fields))

    def change(self, name: str, **asked: Any) -> dict[str, Any]:
        """Return the decision that is answered to a change."""
        answer: dict[str, Any] = self.service.json(
            f"/admin/{name}", {"why": WHY, **asked}, headers=BEARER
        )
        return answer

    def refused(self, name: str, **asked: Any) -> dict[str, Any]:
        """Return the problem that is answered to a change; nothing is on record of it."""
        before = self.decisions, self.revision
        problem = self.service.problem(f"/admin/{name}", {"why": WHY, **asked}, headers=BEARER)
        assert (self.decisions, self.revision) == before
        return problem

    @property
    def decisions(self) -> int:
        """How many decisions are on record."""
        return len(Decisions(self.service.serving.database).all("toy"))

    @property
    def revision(self) -> int:
        """The newest manifest's revision."""
        return self.service.serving.manifests.require("toy").revision


@pytest.fixture
def admin(serve: Callable[..., InService]) -> Administered:
    """The product, to be changed; it looks for a newer manifest only when it is told to."""
    return Administered(serve((TOKEN,), poll="1h"))


def test_a_change_is_on_record_by_the_name_of_the_token(admin: Administered) -> None:
    """With the reason and the time; the process serves by it at its next look."""
    decision = admin.change("promote", generation="1.0.0/2")
    (recorded,) = Decisions(admin.service.serving.database).all("toy")
    assert decision == {
        "action": "promote",
        "who": "ada",
        "why": WHY,
        "at": iso(NOW),
        "detail": {"champion": "1.0.0/2", "before": "1.0.0/1", "manifest": 2},
    }
    assert (recorded.who, recorded.why, recorded.at) == ("ada", WHY, NOW)
    assert admin.service.application.watcher.step()
    answer = admin.service.json("/predict", {"record": RECORD})
    assert (answer["generation"], answer["manifest"]) == (2, 2)


def test_each_task_s_change(admin: Administered) -> None:
    """One after the other: each answers with what it did."""
    split = {
        "_target_": "production.selectors.ab_test.AbTest",
        "name": "ab_test",
        "weights": {"champion": 3, "candidate": 1},
    }
    details = [
        admin.change("promote", generation="1.0.0/2")["detail"],
        admin.change("rollback", revision=2)["detail"],
        admin.change("rollback", generation="1.0.0/3")["detail"],
        admin.change("pin")["detail"],
        admin.change("pin", generation="1.0.0/2")["detail"],
        admin.change("unpin")["detail"],
        admin.change("promote", generation="1.0.0/3", arm="candidate")["detail"],
        admin.change("select", selector=split)["detail"],
        admin.change("select")["detail"],
        admin.change("retire", arm="candidate")["detail"],
        admin.change("refresh")["detail"],
    ]
    assert details == [
        {"champion": "1.0.0/2", "before": "1.0.0/1", "manifest": 2},
        {"champion": "1.0.0/1", "before": "1.0.0/2", "manifest": 3},
        {"champion": "1.0.0/3", "before": "1.0.0/1", "manifest": 4},
        {"champion": "1.0.0/3"},
        {"champion": "1.0.0/2", "before": "1.0.0/3", "manifest": 5},
        {"champion": "1.0.0/2"},
        {"candidate": "1.0.0/3", "manifest": 6},
        {"selector": "ab_test", "arms": "champion candidate", "manifest": 7},
        {"selector": "champion", "arms": "champion candidate", "manifest": 8},
        {"selector": "champion", "arms": "champion", "manifest": 9},
        {},
    ]
    assert admin.decisions == len(details)


def test_arms_are_bounded(admin: Administered, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process loads what all of them point to."""
    monkeypatch.setattr("production.serving.publisher.MOST_ARMS", 2)
    admin.change("promote", generation="1.0.0/2", arm="candidate")
    assert admin.refused("promote", generation="1.0.0/3", arm="further")["status"] == 409
    assert admin.change("promote", generation="1.0.0/3", arm="candidate")["detail"]["manifest"] == 3


def test_a_selected_selector_shares_the_traffic(admin: Administered) -> None:
    """Its options are the client's; the manifest that serves names them."""
    admin.change("promote", generation="1.0.0/2", arm="candidate")
    split = {"_target_": "production.selectors.explicit.Explicit", "arm": "candidate"}
    admin.change("select", selector={"name": "explicit", **split})
    admin.service.application.watcher.step()
    assert admin.service.json("/predict", {"record": RECORD})["generation"] == 2
    assert admin.service.json("/manifest")["manifest"]["component"] == split


def test_a_generation_is_quarantined(admin: Administered) -> None:
    """It is moved aside for good, and so is every other one with the same content."""
    folder = admin.service.serving.artifacts.open(
        Generations(admin.service.serving.database).all("toy")[0].artifact
    )
    assert admin.change("quarantine", generation="1.0.0/3")["detail"] == {"generation": "1.0.0/3"}
    assert not folder.exists()
    problem = admin.refused("promote", generation="1.0.0/2")
    assert (problem["status"], problem["detail"]) == (
        409,
        "the generation is broken, or was moved aside: it cannot serve",
    )


SINGLE = {"name": "single", "_target_": "production.selectors.single.Single"}


@pytest.mark.parametrize(
    ("name", "asked", "status", "detail"),
    [
        ("promote", {"generation": "1.0.0/9"}, 404, "no generation '1.0.0/9' (did you mean"),
        ("promote", {"generation": "\0"}, 404, "no generation"),
        ("promote", {"generation": "1.0.0/1"}, 409, "is the champion already"),
        ("promote", {"generation": "1.0.0/2", "revision": 5}, 409, "at revision 1, expected 5"),
        ("promote", {"generation": "1.0.0/2", "arm": "../a"}, 422, "regex"),
        ("promote", {}, 422, "missing required field `generation`"),
        ("rollback", {}, 409, "no generation of toy served before 1.0.0/1"),
        ("rollback", {"generation": "2"}, 404, "no generation '2'"),
        ("pin", {"revision": 0}, 422, "`int` >= 1"),
        ("unpin", {}, 409, "not pinned"),
        ("unpin", {"generation": "1.0.0/1"}, 422, "unknown field `generation`"),
        ("quarantine", {"generation": "1.0.0/1"}, 409, "no generation of toy served before"),
        ("retire", {"arm": "champion"}, 409, "cannot be retired"),
        ("retire", {"arm": "nobody"}, 404, "there is no arm 'nobody'"),
        ("approve", {}, 409, "nothing of toy waits for approval"),
        ("reject", {}, 409, "nothing of toy waits for approval"),
        ("select", {}, 409, "selector is champion already"),
        ("select", {"selector": {}}, 400, "selector.name: "),
        ("select", {"selector": {"name": "x"}}, 400, "selector: expected a component"),
        ("select", {"selector": SINGLE}, 400, "fails on the arms champion, candidate"),
        ("select", {"why": " "}, 422, "regex"),
        ("select", {"why": "a\0b"}, 422, "regex"),
    ],
)
def test_what_cannot_be_is_refused(
    admin: Administered, name: str, asked: dict[str, Any], status: int, detail: str
) -> None:
    """With the status of its kind of error, and a message for whoever asked."""
    if asked == {"selector": SINGLE}:
        admin.change("promote", generation="1.0.0/2", arm="candidate")
    problem = admin.refused(name, **asked)
    assert problem["status"] == status
    assert detail in problem["detail"]


def test_a_selector_reads_nothing_of_the_server(
    admin: Administered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its options are data: what would be resolved in a configuration stays as it is."""
    monkeypatch.setenv("SECRET", "swordfish")
    target = "production.selectors.explicit.Explicit"
    selector = {"name": "explicit", "_target_": target, "arm": "${oc.env:SECRET}"}
    problem = admin.refused("select", selector=selector)
    assert problem["detail"].startswith("there is no arm '${oc.env:SECRET}'")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", JSON, 422),
        (b"[]", JSON, 422),
        (b'{"why": "a", "why": "b"}', JSON, 422),
        (b'{"why": "\xff"}', JSON, 422),
        (b'{"why": "\\ud800"}', JSON, 422),
        (b'{"why": "a"}', b"text/plain", 415),
        (b'{"why": "a"}', b"", 415),
        (b'{"why": "a", "selector": %b}' % (b'{"a":' * 900 + b"1" + b"}" * 900), JSON, 400),
        (b'{"why": "a", "selector": %b}' % (b'{"a":' * 90000 + b"1" + b"}" * 90000), JSON, 422),
    ],
)
def test_what_is_no_request_for_a_change_is_refused(
    admin: Administered, body: bytes, kind: bytes, status: int
) -> None:
    """Nothing changes."""
    response = admin.service.ask(
        "/admin/select", body=body, method="POST", kind=kind, headers=BEARER
    )
    assert (response.status, admin.decisions) == (status, 0)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Event, Event]]:
    """What says that a generation is being verified, and what lets it end."""
    began, end = Event(), Event()
    load = Loader.load

    def wait(loader: Loader, candidate: Any) -> Any:
        began.set()
        assert end.wait(60)
        return load(loader, candidate)

    monkeypatch.setattr(Loader, "load", wait)
    yield began, end
    end.set()


def request(name: str, **asked: Any) -> HttpRequest:
    """Return a request for a change."""
    headers = {b"host": b"localhost", b"content-type": JSON, **BEARER}
    body = msgspec.json.encode({"why": WHY, **asked})
    return HttpRequest(method="POST", path=f"/admin/{name}", headers=headers, body=body)


def test_requests_are_answered_while_a_generation_is_verified(
    admin: Administered, held: tuple[Event, Event]
) -> None:
    """A change waits in a thread, one after the other; only so many may."""
    began, end = held
    answer = admin.service.application.service.answer

    async def run() -> list[int]:
        asked = request("promote", generation="1.0.0/2")
        waiting = [
            asyncio.create_task(asyncio.wait_for(answer(asked), 60))  # type: ignore[arg-type]
            for _ in range(WAITING + 2)
        ]
        await asyncio.to_thread(began.wait, 60)
        assert admin.service.ask("/livez").status == 200
        assert admin.service.json("/predict", {"record": RECORD})["generation"] == 1
        end.set()
        return [response.status for response in await asyncio.gather(*waiting)]

    assert asyncio.run(run()) == [200, *[409] * WAITING, 503]


def test_a_busy_machine_is_no_verdict(admin: Administered, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asked is told to come again."""

    def busy(*_: object) -> None:
        raise UnfinishedError("took more than 4 s")

    monkeypatch.setattr(Loader, "load", busy)
    assert admin.refused("promote", generation="1.0.0/2")["status"] == 503


def test_a_token_of_another_scope_changes_nothing(serve: Callable[..., InService]) -> None:
    """What may promote may not quarantine."""
    secret, token = new_token("toy", "ci", ("promote",), moment=0)
    service = serve((replace(token),), poll="1h")
    bearer = {b"authorization": f"Bearer {secret}".encode()}
    body = {"why": WHY, "generation": "1.0.0/1"}
    assert service.problem("/admin/quarantine", body, headers=bearer)["status"] == 403
    assert service.problem("/admin/promote", body, headers=bearer)["status"] == 409
