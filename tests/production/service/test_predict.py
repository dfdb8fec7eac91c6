from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pytest
from sqlalchemy import select

from contracts.moment import DAY, iso
from production.database.tables import EVENTS
from production.selectors.shadow import Shadow
from production.service.http import ARROW, NDJSON
from production.service.predict import THREADS
from production.serving.engine import Engine
from tests.production.service.conftest import NOW, RECORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.production.service.conftest import InService

Serve = "Callable[..., InService]"
TEXT = b'{"colour":"red","size":0.5}'


def test_one_record_is_answered_with_what_predicted_it(serve: Callable[..., InService]) -> None:
    """The answer has the prediction by output column, its label, and the generation's identity."""
    answer = serve().json("/predict", {"record": RECORD, "id": "e1"})
    value = answer["prediction"]["late"]
    assert 0 < value < 1
    assert answer == {
        "id": "e1",
        "prediction": {"late": value},
        "labels": ["late"],
        "release": "1.0.0",
        "generation": 1,
        "manifest": 1,
    }


def test_what_was_served_is_logged_as_it_was_answered(serve: Callable[..., InService]) -> None:
    """The event has the client's id, key and time, and the record by value."""
    service = serve()
    asked = {"record": RECORD, "id": "e1", "key": "k", "time": "1970-01-19T01:00:00+01:00"}
    answer = service.json("/predict", asked)
    service.flush()
    event = service.serving.events.find("toy", "e1")
    assert event is not None
    assert (event.key, event.time, event.features) == ("k", 18 * DAY, TEXT.decode())
    assert event.prediction == (answer["prediction"]["late"],)
    assert (event.release, event.generation, event.manifest) == ("1.0.0", 1, 1)


def test_without_id_key_and_time_the_server_makes_them(serve: Callable[..., InService]) -> None:
    """Ids count up, the key is the id, and the time is the clock's."""
    service = serve()
    ids = [service.json("/predict", {"record": RECORD})["id"] for _ in range(2)]
    service.flush()
    event = service.serving.events.find("toy", ids[1])
    assert event is not None
    assert ids == ["000001-000000000001", "000001-000000000002"]
    assert (event.key, event.time) == (ids[1], NOW)


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize(
    "name", ["000001-000000000001", "1000000-000000000001", "000007-1000000000000"]
)
def test_an_id_like_those_the_server_counts_is_refused(
    serve: Callable[..., InService], name: str, *, many: bool
) -> None:
    """Else it could be the id of another client's event, which then would not be logged."""
    service = serve()
    asked = {"record": RECORD, "id": name}
    problem = service.problem("/predict", [asked] if many else asked)
    assert (problem["status"], problem["field"]) == (422, "id")
    assert "the server counts" in problem["detail"]
    assert service.application.writer.counts.queued == 0


@pytest.mark.parametrize("name", ["my-000001-000000000001", "0000001-000000000001", "1-1"])
def test_any_other_id_is_the_client_s(serve: Callable[..., InService], name: str) -> None:
    """The server makes none like it."""
    assert serve().json("/predict", {"record": RECORD, "id": name})["id"] == name


def test_the_same_key_time_and_record_give_the_same_id(serve: Callable[..., InService]) -> None:
    """So a request that is sent again is logged once."""
    service = serve()
    asked = {"record": RECORD, "key": "k", "time": iso(NOW)}
    first, again = (service.json("/predict", asked)["id"] for _ in range(2))
    other = service.json("/predict", {**asked, "record": {"colour": "blue", "size": None}})["id"]
    assert first == again != other


@pytest.mark.parametrize("count", [0, 1, 3, 40])
def test_many_records_are_answered_as_each_alone(
    serve: Callable[..., InService], count: int
) -> None:
    """A batch, predicted one by one or as a table, equals the single answers."""
    service = serve()
    colours = ["red", "green", "blue"]
    asks = [
        {"record": {"colour": colours[at % 3], "size": None}, "id": f"e{at}"} for at in range(count)
    ]
    many = service.json("/predict", asks)
    alone = [service.json("/predict", ask) for ask in asks]
    assert many == alone


def test_lines_of_json_are_answered_by_lines(serve: Callable[..., InService]) -> None:
    """An object a line, blank ones left out."""
    line = b'{"record":%s,"id":"a"}' % TEXT
    response = serve().ask("/predict", body=line + b"\n\n" + line + b"\n", kind=NDJSON)
    assert response.kind == NDJSON
    assert [msgspec.json.decode(each)["id"] for each in response.body.splitlines()] == ["a", "a"]


def test_arrow_is_answered_by_arrow(serve: Callable[..., InService]) -> None:
    """A stream with the inputs, and perhaps ids, gives a stream with ids and output columns."""
    table = pa.table({"colour": ["red", "blue"], "size": [0.5, None], "id": ["a", "b"]})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    service = serve()
    response = service.ask("/predict", body=bytes(sink.getvalue()), kind=ARROW)
    answers = pa.ipc.open_stream(response.body).read_all()
    assert answers.column_names == ["id", "late", "release", "generation", "manifest"]
    assert answers["id"].to_pylist() == ["a", "b"]
    expected = service.json("/predict", {"record": RECORD})["prediction"]["late"]
    assert answers["late"].to_pylist()[0] == expected


def test_acknowledged_replies_are_committed(serve: Callable[..., InService]) -> None:
    """With durability=acknowledged the event is in the log when the reply is there."""
    service = serve(durability="acknowledged")
    service.json("/predict", {"record": RECORD, "id": "a"})
    assert service.serving.events.find("toy", "a") is not None


def test_nothing_is_logged_if_so_configured(serve: Callable[..., InService]) -> None:
    """With durability=none requests are answered, one or many, and no event is logged."""
    service = serve(durability="none")
    one, many = {"record": RECORD, "id": "a"}, [{"record": RECORD, "id": "b"}]
    assert service.json("/predict", one)["id"] == "a"
    assert service.json("/predict", many)[0]["id"] == "b"
    service.flush()
    assert not any(service.serving.events.find("toy", event) for event in "ab")


@pytest.mark.parametrize(
    ("options", "features"),
    [
        ({"redact": ("colour",)}, '{"size":0.5}'),
        ({"features": "reference"}, "source:toy"),
        ({"features": "none"}, None),
    ],
    ids=["redacted", "reference", "none"],
)
def test_features_are_logged_as_configured(
    serve: Callable[..., InService], options: dict[str, Any], features: str | None
) -> None:
    """A column can be left out of the log, or the whole record."""
    service = serve(**options)
    service.json("/predict", {"record": RECORD, "id": "a"})
    service.flush()
    event = service.serving.events.find("toy", "a")
    assert event is not None
    assert event.features == features


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        (b'{"record":{"colour":"redd","size":1}}', "colour", "Invalid enum value 'redd'"),
        (b'{"record":{"colour":"red","size":2}}', "size", "Expected `float` <= 1.0, got 2"),
        (b'{"record":{"colour":"red","size":NaN}}', "", "malformed"),
        (b'{"record":{"colour":"red","size":1e999}}', "size", "Number out of range"),
        (b'{"record":{"colour":"red"}}', "size", "missing required field"),
        (b'{"record":{"colour":"red","size":1,"sise":1}}', "sise", "did you mean 'size'?"),
        (b'{"record":{"colour":"red","size":1,"size":0}}', "size", "given twice"),
        (b'{"record":{"colour":"red","size":1},"id":"a","id":"b"}', "id", "given twice"),
        (b'{"record":{"colour":"red","size":1},"i":"a"}', "i", "unknown field"),
        (b'{"record":{"colour":"red","size":1},"id":"\\u0000"}', "", "NUL"),
        (b'{"record":{"colour":"red","size":1},"time":"2013-01-01"}', "time", "Invalid RFC3339"),
        (
            b'{"record":{"colour":"red","size":1},"time":"0001-01-01T00:00:00+05:00"}',
            "",
            "years 1 to 9999",
        ),
        (b'{"id":"a"}', "record", "missing required field"),
        (b"[" * 100_000, "", "not a list"),
        (b'{"record":' * 100_000, "", "not a request"),
        (b"", "", "not a request"),
        (b"\xff", "", "not a request"),
    ],
)
def test_what_is_no_request_is_refused_by_field(
    serve: Callable[..., InService], body: bytes, field: str, words: str
) -> None:
    """A problem names the field and what is wrong with it; nothing is logged."""
    service = serve()
    problem = service.problem("/predict", body=body, method="POST")
    assert (problem["status"], problem.get("field", "")) == (422, field)
    assert words in problem["detail"]
    assert service.application.writer.counts.queued == 0


def test_a_closed_set_is_listed(serve: Callable[..., InService]) -> None:
    """A value outside of it is refused with the values there are."""
    problem = serve().problem("/predict", {"record": {"colour": "redd", "size": 1}})
    assert problem["hint"] == "one of 'red', 'green', 'blue'"


def test_a_batch_is_refused_with_its_row(serve: Callable[..., InService]) -> None:
    """One malformed record refuses the batch, and nothing of it is logged."""
    service = serve()
    asks = [{"record": RECORD}, {"record": {"colour": "red", "size": "x"}}]
    problem = service.problem("/predict", asks)
    assert (problem["row"], problem["field"]) == (1, "size")
    assert service.application.writer.counts.queued == 0


def test_too_many_records_are_refused(serve: Callable[..., InService]) -> None:
    """More than the bound of a batch."""
    service = serve()
    asks = [{"record": RECORD}] * 10_001
    assert service.problem("/predict", asks)["status"] == 413


@pytest.mark.parametrize("kind", [b"", b"text/plain", b"application/x-www-form-urlencoded"])
def test_another_media_type_is_refused(serve: Callable[..., InService], kind: bytes) -> None:
    """A page in a browser cannot send JSON here without asking first; nor can it send a form."""
    problem = serve().problem("/predict", {"record": RECORD}, kind=kind)
    assert problem["status"] == 415
    assert "application/json" in problem["detail"]


@pytest.mark.parametrize("count", [1, 3, 20])
def test_a_shadow_is_logged_beside_what_was_served(
    serve: Callable[..., InService], count: int
) -> None:
    """One by one, as few, as a table: with propensity 0, the served event's key and prediction."""
    service = serve()
    engine = service.application.engine
    engine._selector, engine._build = Shadow(arms=["champion"]), None
    engine.update(None)  # type: ignore[arg-type] - the selector takes no metrics
    asked: Any = [{"record": RECORD, "id": f"e{at}", "key": "k"} for at in range(count)]
    service.json("/predict", asked[0] if count == 1 else asked)
    service.flush()
    with service.serving.database.reading() as connection:
        rows = connection.execute(select(EVENTS).order_by(EVENTS.c.row)).mappings().all()
    asked_rows = [row for row in rows if row["id"].startswith("e")]
    served, shadows = ([row for row in asked_rows if row["shadow"] == which] for which in (0, 1))
    assert [row["id"] for row in served] == [row["id"] for row in shadows]
    assert len(shadows) == count
    assert {row["propensity"] for row in served} == {1.0}
    assert {row["propensity"] for row in shadows} == {0.0}
    assert [row["prediction"] for row in served] == [row["prediction"] for row in shadows]


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Lets the engine's tables be predicted, none before."""
    release, served = Event(), Engine.serve

    def wait(engine: Engine, rows: Any) -> Any:
        assert release.wait(60)
        return served(engine, rows)

    monkeypatch.setattr(Engine, "serve", wait)
    yield release
    release.set()


@pytest.fixture
def hurried(serve: Callable[..., InService]) -> InService:
    """The product, with a deadline for answers that passes at once."""
    service = serve()
    service.application.service._deadline = 0.001
    return service


MANY = [{"record": RECORD}] * 1_000


def test_a_batch_whose_client_was_refused_is_not_logged(hurried: InService, release: Event) -> None:
    """The client may ask again: what it never learned of was not served."""
    assert hurried.ask("/predict", MANY).status == 503
    release.set()
    wait_for_threads(hurried)
    assert hurried.application.writer.counts.queued == 0


def test_a_thread_is_taken_until_its_batch_is_done(hurried: InService, release: Event) -> None:
    """Clients that give up do not let further batches pile up behind those that still run."""
    for _ in range(THREADS):
        assert "no answer within" in hurried.problem("/predict", MANY)["detail"]
    detail = hurried.problem("/predict", MANY)["detail"]
    assert detail == f"{THREADS} batches are being predicted"
    release.set()
    wait_for_threads(hurried)
    hurried.application.service._deadline = 60
    assert len(hurried.json("/predict", MANY)) == len(MANY)


def wait_for_threads(service: InService) -> None:
    """Return when no thread predicts."""
    predictor = next(
        route.handle._handle.__self__  # type: ignore[attr-defined]
        for route in service.application.service.routes.all
        if route.path == "/predict"
    )
    free = predictor._threads._free
    for _ in range(THREADS):
        assert free.acquire(timeout=60)
    for _ in range(THREADS):
        free.release()
