"""Stored features over HTTP: no client sends them, and what was looked up is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pytest

from contracts.config.product import Features, Product
from contracts.data.rows import INSTANT
from contracts.data.stored.feature import StoredFeature
from contracts.data.stored.source import with_features
from contracts.errors import ConfigError
from contracts.moment import HOUR, MINUTE, iso
from contracts.schema.columns import Column, Columns
from production.assembly.features import asked_columns, feature_store
from production.features.intake import FeatureIntake
from production.registry.checkpoints import Checkpoints
from production.service.http import NDJSON
from tests.production.conftest import configuration
from tests.production.service.conftest import NOW
from tests.suites.check import finite, ordered

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.data.stored.values import Values
    from production.features.port import FeatureStore
    from tests.production.service.conftest import InService

SIZE = StoredFeature(name="size", entity=("colour",), aggregate="mean", window="3h")
FEATURES = Features(
    values={"_target_": "contracts.data.stored.queried.QueriedValues"}, stored=(SIZE,)
)
#: What is known of each colour: green is never seen.
KNOWN = pa.table(
    {
        "id": ["a", "b", "c", "d"],
        "known": pa.array([NOW - 5 * HOUR, NOW - 2 * HOUR, NOW - HOUR, NOW - MINUTE], INSTANT),
        "value": [1, 0, 1, 1],
        "colour": ["red", "red", "red", "blue"],
    }
)


@pytest.fixture
def service(serve: Callable[..., InService]) -> InService:
    """The small product with a stored feature, of which values were taken."""
    service = serve(stored=FEATURES)
    store(service).record(KNOWN)
    lookup = service.serving.lookup
    assert lookup is not None
    lookup.refresh(NOW)
    return service


def product() -> Product:
    """Return the product as it is configured."""
    return msgspec.structs.replace(configuration(()).product, features=FEATURES)


def store(service: InService) -> FeatureStore:
    """Return its store."""
    found = feature_store(product(), service.serving.database)
    assert found is not None
    return found


def logged(service: InService, event: str) -> dict[str, Any]:
    """Return the record that is logged of an event."""
    service.flush()
    found = service.serving.events.find("toy", event)
    assert found is not None
    assert found.features is not None
    record: dict[str, Any] = msgspec.json.decode(found.features)
    return record


def predicted(service: InService, size: float | None) -> tuple[float, ...]:
    """Return what the champion predicts for a red one of a size."""
    kind = msgspec.defstruct("Record", [("colour", str), ("size", float | None)])
    offer = service.serving.engine.choose("k")
    return offer.model.one(kind(colour="red", size=size))


@pytest.mark.parametrize(
    ("colour", "before", "size"),
    [
        ("red", 0, 0.5),
        ("red", 90 * MINUTE, 0.0),
        ("red", 4 * HOUR, 1.0),
        ("blue", 0, 1.0),
        ("green", 0, None),
    ],
)
def test_a_request_is_answered_by_what_was_known_at_its_time(
    service: InService, colour: str, before: int, size: float | None
) -> None:
    """From memory, and from the store where the time is older than what is kept."""
    time = None if before == 0 else iso(NOW - before)
    ask = {"record": {"colour": colour}, "id": "e", "time": time}
    answer = service.json("/predict", ask)
    assert logged(service, "e") == {"colour": colour, "size": size}
    if colour == "red":
        assert tuple(answer["prediction"].values()) == predicted(service, size)


def test_a_request_that_brings_it_along_is_refused(service: InService) -> None:
    """The message names it."""
    problem = service.problem("/predict", {"record": {"colour": "red", "size": 0.5}})
    assert problem["status"] == 422
    assert "size" in problem["detail"]


def test_rows_are_completed_however_they_come(service: InService) -> None:
    """A list, lines, and tensors; many as one table; each with its own time."""
    rows = [
        {"record": {"colour": "red"}, "id": f"e{at}", "time": iso(NOW - at * 10 * MINUTE)}
        for at in range(20)
    ]
    answers = service.json("/predict", rows)
    few = service.json("/predict", [row | {"id": f"few{row['id']}"} for row in rows[:3]])
    lines = b"\n".join(msgspec.json.encode(row | {"id": f"line{row['id']}"}) for row in rows)
    text = service.ask("/predict", body=lines, kind=NDJSON).body
    by_line = [msgspec.json.decode(line) for line in text.splitlines()]
    predictions = [each["prediction"] for each in answers]
    assert [each["prediction"] for each in by_line] == predictions
    assert [each["prediction"] for each in few] == predictions[:3]
    asked = pa.table(
        {
            "time": pa.array([NOW - at * 10 * MINUTE for at in range(20)], INSTANT),
            "colour": ["red"] * 20,
        }
    )
    expected = with_features(asked, (SIZE,), store(service))["size"].to_pylist()
    assert [logged(service, f"e{at}")["size"] for at in range(20)] == expected
    assert len(set(expected)) == 3


def test_what_is_asked_again_has_the_same_id(service: InService) -> None:
    """Also where more is known by then: the id is of what the client sent."""
    ask = {"record": {"colour": "green"}, "key": "k", "time": iso(NOW)}
    first = service.json("/predict", ask)
    late = KNOWN.slice(3).set_column(0, "id", pa.array(["late"]))
    store(service).record(late.set_column(3, "colour", pa.array(["green"])))
    assert service.serving.lookup is not None
    service.serving.lookup.refresh(NOW)
    assert service.json("/predict", ask)["id"] == first["id"]
    assert logged(service, first["id"])["size"] is None


def test_the_interfaces_ask_for_what_clients_send(service: InService) -> None:
    """The document, its example, and the tensors leave it out."""
    document = service.json("/openapi.json")
    record = document["components"]["schemas"]["Record"]
    assert set(record["properties"]) == {"colour"}
    assert '"size"' not in msgspec.json.encode(document["paths"]).decode()
    model = service.json("/v2/models/toy")
    assert [each["name"] for each in model["inputs"]] == ["colour"]
    tensors = [{"name": "colour", "shape": [1], "datatype": "BYTES", "data": ["red"]}]
    answer = service.json("/v2/models/toy/infer", {"inputs": tensors})
    (values,) = (each["data"] for each in answer["outputs"] if each["datatype"] == "FP64")
    assert tuple(values) == predicted(service, 0.5)


def test_a_value_out_of_the_contracts_bounds_is_refused(service: InService) -> None:
    """As a backtest refuses it: no model predicts what the contract does not promise."""
    large = KNOWN.slice(3).set_column(0, "id", pa.array(["large"])).set_column(2, "value", [[9]])
    store(service).record(large.set_column(3, "colour", pa.array(["green"])))
    assert service.serving.lookup is not None
    service.serving.lookup.refresh(NOW)
    problem = service.problem("/predict", {"record": {"colour": "green"}})
    assert "outside the contract: size=9.0" in problem["detail"]


def test_memory_is_read_anew_once_values_were_taken(service: InService) -> None:
    """And only then: nothing is read where the watermark stays."""
    lookup, database = service.serving.lookup, service.serving.database
    assert lookup is not None
    seen: list[int] = []

    class Later:
        """One value more."""

        def window(self, start: int, end: int) -> pa.Table:
            """Return it."""
            seen.append(end - start)
            late = KNOWN.slice(3).set_column(0, "id", pa.array(["later"]))
            return late.set_column(3, "colour", pa.array(["green"]))

    source: Values = Later()
    FeatureIntake(
        product=product().name,
        values=source,
        store=store(service),
        checkpoints=Checkpoints(database),
        database=database,
        first=NOW - HOUR,
    ).step(NOW)
    lookup.follow(NOW, None)
    kind = msgspec.defstruct("Record", [("colour", str)])
    assert lookup.one(kind(colour="green"), NOW) == [None]
    lookup.follow(NOW, NOW)
    assert lookup.one(kind(colour="green"), NOW) == [1.0]
    assert seen == [HOUR]


COLUMNS = Columns(
    [
        Column(name="colour", kind="str"),
        Column(name="size", kind="float", nullable=True, checks=(finite(),)),
        Column(name="width", kind="float", nullable=True, checks=(finite(),)),
        Column(name="rank", kind="int"),
        Column(name="the colour", kind="str"),
    ]
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "sise"}, "'sise' is no nullable number among .* .did you mean 'size'"),
        ({"name": "rank"}, "'rank' is no nullable number"),
        ({"entity": ("width",)}, "'width' names no entity"),
        ({"entity": ("the colour",)}, "'the colour' names no entity"),
        ({"entity": ("color",)}, "'color' is no input of the contract .did you mean 'colour'"),
    ],
)
def test_a_feature_that_the_contract_does_not_know_is_refused(
    change: dict[str, Any], message: str
) -> None:
    """With the near match."""
    features = msgspec.structs.replace(FEATURES, stored=(msgspec.structs.replace(SIZE, **change),))
    with pytest.raises(ConfigError, match=message):
        asked_columns(COLUMNS, features)
    assert asked_columns(COLUMNS, FEATURES).names == ("colour", "width", "rank", "the colour")
    assert asked_columns(COLUMNS, None) is COLUMNS


def test_a_check_between_columns_that_reads_a_stored_feature_is_refused() -> None:
    """What clients send could not be checked by itself."""
    columns = Columns(COLUMNS, row_checks=[ordered("size", "width")])
    with pytest.raises(ConfigError, match="a check between columns reads a stored feature"):
        asked_columns(columns, FEATURES)
