from __future__ import annotations

import pytest
from hypothesis.internal.conjecture import providers

from contracts.equivalence.probes.search import Space, draw, edges, shrink
from contracts.errors import DataError
from contracts.schema.columns import Column, Columns
from contracts.schema.record import RecordDecoder
from tests.suites.check import finite, ge, isin, le, str_length, str_matches

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

COLUMNS = Columns(
    [
        Column(name="colour", kind="category", checks=(isin(["red", "green", "blue"]),)),
        Column(name="size", kind="float", nullable=True, checks=(finite(), ge(0), le(1000))),
        Column(name="leaves", kind="datetime", checks=(ge("2024-01-01T00:00:00Z"),)),
    ]
)
KNOWN = {"colour": "green", "size": 12.34, "leaves": "2024-02-03T04:05:06+00:00"}
SPACE = Space(columns=COLUMNS, known=(KNOWN,), count=100, seed=1)


def test_drawn_records_are_accepted() -> None:
    """Every record drawn is one of the contract, its fields in the contract's order."""
    convert = RecordDecoder(COLUMNS).convert
    for record in draw(SPACE):
        convert(record)
        assert [*record] == ["colour", "size", "leaves"]


def test_edges_are_tried_each() -> None:
    """Every category, every boundary and null is tried once, in an otherwise known record."""
    tried = edges(SPACE)
    assert [record["colour"] for record in tried[:3]] == ["red", "green", "blue"]
    assert {0, 1000, None} <= {record["size"] for record in tried}
    assert all(sum(record[name] != KNOWN[name] for name in KNOWN) <= 1 for record in tried)


def test_fields_are_drawn_or_taken_from_known_records() -> None:
    """Some records have values of no known record, some differ from one in a single field."""
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


def test_loaded_modules_do_not_change_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """Constants that hypothesis finds in the loaded modules are not drawn."""
    drawn = draw(SPACE)
    constants = providers.Constants(floats={1.2345}, integers={1, 2, 3}, strings={"red"})
    monkeypatch.setattr(providers, "_get_local_constants", lambda: constants)
    providers.CONSTANTS_CACHE.cache.clear()
    assert draw(SPACE) == drawn


def test_a_search_ends_with_a_simple_record() -> None:
    """Fields that do not matter to the fault have their simplest values."""
    simplest = shrink(SPACE, lambda record: record["size"] is not None and record["size"] > 10)
    assert simplest is not None
    assert simplest["size"] > 10
    assert (simplest["colour"], simplest["leaves"][:10]) == ("red", "2024-01-01")


def test_a_fault_at_a_known_value_is_found() -> None:
    """Values of known records are tried, which a draw from the schema would hardly hit."""
    simplest = shrink(SPACE, lambda record: record["size"] == 12.34)
    assert simplest is not None
    assert (simplest["size"], simplest["colour"]) == (12.34, "red")


def test_without_a_fault_there_is_no_record() -> None:
    """A search that finds nothing returns None."""
    assert shrink(SPACE, lambda _record: False) is None


def test_checks_that_accept_no_record_are_named() -> None:
    """If the checks contradict each other the error names the schema, not the generator."""
    checks = (str_matches("^[a-z]{3}$"), str_length(5, 5))
    columns = Columns([Column(name="code", kind="str", checks=checks)])
    with pytest.raises(DataError, match="no record to generate"):
        draw(Space(columns=columns, known=({"code": "abc"},), count=5, seed=1))
