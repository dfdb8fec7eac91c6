from __future__ import annotations

import pytest
from hypothesis.internal.conjecture import providers

from contracts.equivalence.probes.search import Space, draw, edges, shrink
from contracts.errors import DataError
from contracts.schema.columns import Column, Columns
from contracts.schema.record import RecordDecoder
from tests.suites.check import finite, ge, isin, le, str_length, str_matches

COLUMNS = Columns(
    [
        Column(name="colour", kind="category", checks=(isin(["red", "green", "blue"]),)),
        Column(name="size", kind="float", nullable=True, checks=(finite(), ge(0), le(1000))),
        Column(name="leaves", kind="datetime", checks=(ge("2024-01-01T00:00:00Z"),)),
    ]
)
KNOWN = {"colour": "green", "size": 12.34, "leaves": "2024-02-03T04:05:06+00:00"}
SPACE = Space(columns=COLUMNS, known=(KNOWN,), count=100, seed=1)


def test_what_is_drawn_is_accepted() -> None:
    """Every record drawn is one of the contract, its fields in the contract's order."""
    convert = RecordDecoder(COLUMNS).convert
    for record in draw(SPACE):
        convert(record)
        assert [*record] == ["colour", "size", "leaves"]


def test_edges_are_tried_each() -> None:
    """Every category, every boundary and null stand once, the other fields as they are known."""
    found = edges(SPACE)
    assert [record["colour"] for record in found[:3]] == ["red", "green", "blue"]
    assert {0, 1000, None} <= {record["size"] for record in found}
    assert all(sum(record[name] != KNOWN[name] for name in KNOWN) <= 1 for record in found)


def test_fields_are_drawn_and_known() -> None:
    """Among the records are values of no known one, and records that differ in a field alone."""
    drawn = draw(SPACE)
    assert {record["colour"] for record in drawn} == {"red", "green", "blue"}
    assert None in [record["size"] for record in drawn]
    apart = [sum(record[name] != KNOWN[name] for name in KNOWN) for record in drawn]
    assert {1, 3} <= {*apart}


def test_one_seed_draws_the_same() -> None:
    """A seed's records are the same each time; another seed draws others."""
    other = Space(columns=COLUMNS, known=(KNOWN,), count=100, seed=2)
    assert draw(SPACE) == draw(SPACE)
    assert draw(SPACE) != draw(other)


def test_what_is_loaded_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Constants that hypothesis finds in the modules of a process are none of the records'."""
    drawn = draw(SPACE)
    found = providers.Constants(floats={1.2345}, integers={1, 2, 3}, strings={"red"})
    monkeypatch.setattr(providers, "_get_local_constants", lambda: found)
    providers.CONSTANTS_CACHE.cache.clear()
    assert draw(SPACE) == drawn


def test_a_search_ends_with_a_simple_record() -> None:
    """Fields that have no part in the fault are the simplest there are."""
    found = shrink(SPACE, lambda record: record["size"] is not None and record["size"] > 10)
    assert found is not None
    assert found["size"] > 10
    assert (found["colour"], found["leaves"][:10]) == ("red", "2024-01-01")


def test_a_fault_that_only_a_known_value_shows_is_found() -> None:
    """Data of the product's own are reached, which a draw from the schema hardly hits."""
    found = shrink(SPACE, lambda record: record["size"] == 12.34)
    assert found is not None
    assert (found["size"], found["colour"]) == (12.34, "red")


def test_no_fault_is_no_record() -> None:
    """A search that finds nothing says so."""
    assert shrink(SPACE, lambda _record: False) is None


def test_checks_that_leave_nothing_are_told() -> None:
    """Where the checks contradict each other the schema is named, not the generator."""
    checks = (str_matches("^[a-z]{3}$"), str_length(5, 5))
    columns = Columns([Column(name="code", kind="str", checks=checks)])
    with pytest.raises(DataError, match="no record to generate"):
        draw(Space(columns=columns, known=({"code": "abc"},), count=5, seed=1))
