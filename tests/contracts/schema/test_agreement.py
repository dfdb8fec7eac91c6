"""A record is accepted if and only if its one-row frame is."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from contracts.contract import golden, latest
from contracts.errors import DataError
from contracts.schema import edges, generate
from contracts.schema.columns import Columns
from contracts.schema.frame import frame
from contracts.schema.record import RecordDecoder
from contracts.schema.validation import validator
from tests.contracts.schema.conftest import mixed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.schema.columns import Column

PUBLISHED = Path(__file__).parents[3] / "contracts" / "published"
#: Of generated records, in all; a schema of more columns takes longer and gets fewer.
EVERY = [500, pytest.param(10_000, marks=pytest.mark.long)]
#: The schemas of several columns, each third at every run.
EDGES = [
    pytest.param(name, marks=[pytest.mark.long] if number % 3 else [])
    for number, name in enumerate(sorted(mixed()))
]
#: Generated records are the same on every run, and none is stored for another.
SAME = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[*HealthCheck],
)


class Pair:
    """Both readings of one schema."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.validate = validator(columns)
        self.decode = RecordDecoder(columns).decode

    def verdicts(self, record: dict[str, Any]) -> tuple[bool, bool]:
        """Return whether the record's bytes are accepted, and whether its one-row frame is."""
        wire = accepts(lambda: self.decode(edges.wire(record)))
        rows = accepts(lambda: self.validate(frame(self.columns, record)))
        return wire, rows


def accepts(validate: Callable[[], Any]) -> bool:
    """Return whether a validation lets its rows pass."""
    try:
        validate()
    except DataError:
        return False
    return True


def compare(columns: Columns, *, count: int) -> tuple[int, int]:
    """Compare both readings of generated records; return how many were accepted and refused."""
    pair, counts = Pair(columns), [0, 0]

    @settings(SAME, max_examples=count)
    @given(generate.records(columns))
    def agree(record: dict[str, Any]) -> None:
        wire, rows = pair.verdicts(record)
        assert wire is rows, record
        counts[wire] += 1

    agree()
    return counts[True], counts[False]


def accepted(columns: Columns) -> dict[str, Any]:
    """Return a record that the schema accepts."""
    strategy = generate.accepted(columns)
    record: dict[str, Any] = find(strategy, lambda _: True, settings=SAME)
    return record


def flights() -> tuple[Columns, list[dict[str, Any]]]:
    """Return the flights' published input schema and its golden rows."""
    contract = latest(PUBLISHED, "flights")
    columns = contract.input_columns
    rows = golden.read(contract.folder / "golden.parquet", columns, k=contract.k).rows.to_pylist()
    return columns, [msgspec.to_builtins(row) for row in rows]


def differences(pair: Pair, base: dict[str, Any]) -> Iterator[str]:
    """Yield the samples of an accepted record over which the two readings differ."""
    for what, record in edges.samples(pair.columns, base):
        wire, rows = pair.verdicts(record)
        if wire is not rows:
            yield f"{what}: record {wire}, frame {rows}"


def test_boundaries_are_accepted_on_both_sides(column: Column) -> None:
    """The outermost values that a column's checks allow pass as record and as frame."""
    pair = Pair(Columns([column]))
    for value in edges.boundaries(column):
        assert pair.verdicts({column.name: value}) == (True, True), value


def test_violations_are_refused_on_both_sides(column: Column) -> None:
    """The first value past each check is refused as record and as frame; each check has one."""
    pair, violations = Pair(Columns([column])), edges.violations(column)
    last = {"ge"} if column.name.startswith("time_first") else set()  # no instant is before it
    assert {each.name for each in column.checks} - last <= {name for name, _ in violations}
    for name, value in violations:
        assert pair.verdicts({column.name: value}) == (False, False), (name, value)


def test_both_sides_give_one_verdict(schema: Columns) -> None:
    """On generated records of several columns, faulty ones among them, both sides agree."""
    compare(schema, count=8)


def test_edges_between_columns_have_one_verdict(ordered: Columns) -> None:
    """A check between columns holds, or does not, for record and frame alike, nulls among them."""
    pair, base = Pair(ordered), accepted(ordered)
    verdicts: set[tuple[str, bool]] = set()
    for _, holds, values in edges.combinations(ordered):
        wire, rows = pair.verdicts({**base, **values})
        assert wire is rows, values
        assert holds or not wire, values
        verdicts.add((str([*values]), wire))
    assert len(verdicts) == 2 * len(ordered.row_checks)


def test_accepted_records_pass_together_and_as_decoded(schema: Columns) -> None:
    """A frame of accepted records passes, and so does the frame of what they decode to."""
    pair = Pair(schema)
    records = [accepted(schema)]
    decoded = [pair.decode(edges.wire(record)) for record in records]
    raw = pair.validate(frame(schema, records))
    assert raw.equals(pair.validate(frame(schema, decoded)))


@pytest.mark.e2e
def test_the_flights_contract_gives_one_verdict() -> None:
    """Boundaries and violations of every check of the published schema, and generated records."""
    columns, rows = flights()
    pair = Pair(columns)
    for column in columns:
        for value in edges.boundaries(column)[-3:]:
            assert pair.verdicts({**rows[0], column.name: value}) == (True, True), value
        for name, value in edges.violations(column):
            assert pair.verdicts({**rows[0], column.name: value}) == (False, False), name
    compare(columns, count=10)


@pytest.mark.e2e
@pytest.mark.parametrize("schema", EDGES, indirect=True)
def test_whole_records_have_one_verdict_at_every_edge(schema: Columns) -> None:
    """Every sample that differs from an accepted record in one field, alien values among them."""
    base = accepted(schema)
    pair = Pair(schema)
    assert pair.verdicts(base) == (True, True)
    assert [*differences(pair, base)] == []


@pytest.mark.e2e
@pytest.mark.parametrize("count", EVERY)
def test_generated_records_have_one_verdict(schemas: dict[str, Columns], count: int) -> None:
    """Of all kinds and checks, nullable and not, and of the flights' contract: none differs."""
    every = {**schemas, "flights": flights()[0]}
    share = count / sum(1 / len(columns) for columns in every.values())
    counts = [compare(columns, count=ceil(share / len(columns))) for columns in every.values()]
    assert all(accepted and refused for accepted, refused in counts)
    assert sum(map(sum, counts)) >= count
