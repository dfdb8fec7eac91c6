from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from contracts.errors import ContractError, DataError
from contracts.moment import EPOCH
from contracts.publication.change.bump import needed
from contracts.publication.change.columns import column
from contracts.schema.accepted import accepted, refused
from contracts.schema.check import Check
from contracts.schema.columns import Column, Columns
from contracts.schema.record import RecordDecoder
from tests.suites.check import (
    eq,
    finite,
    ge,
    gt,
    isin,
    le,
    lt,
    ne,
    notin,
    str_length,
    str_matches,
    str_startswith,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.publication.change.change import Change

#: Bounds are drawn from these, so that each has neighbours among the values that are tried.
NUMBERS = (-2, 0, 3)
INSTANTS = ("2013-01-01T00:00:00Z", "2013-01-02T01:00:00+01:00")
WORDS = ("", "A", "AB", "b", "Ab1", "ABCD")
PATTERNS = ("^[A-Z]*$", "^[A-Za-z]*$")


def instants() -> Iterator[str]:
    """Yield instants at and beside the bounds, and far from them."""
    for day in (-400, 0, 1, 400):
        for beside in (-1, 0, 1):
            moment = EPOCH + timedelta(days=15_706 + day, microseconds=beside)
            yield moment.isoformat()


TRIED: dict[str, tuple[Any, ...]] = {
    "int": (*range(-4, 6), 2**63 - 1, -(2**63)),
    "float": tuple(
        near
        for number in (*NUMBERS, -1e9, 1e9)
        for near in (
            math.nextafter(number, -math.inf), float(number), math.nextafter(number, math.inf)
        )
    ),
    "bool": (True, False),
    "datetime": tuple(instants()),
    "str": WORDS,
    "category": WORDS,
}  # fmt: skip


def bounds(values: tuple[Any, ...]) -> st.SearchStrategy[list[Check]]:
    """Return a strategy for no bound, one, or two."""
    low = st.one_of(st.none(), st.builds(ge, st.sampled_from(values)))
    low |= st.builds(gt, st.sampled_from(values))
    high = st.one_of(st.none(), st.builds(le, st.sampled_from(values)))
    high |= st.builds(lt, st.sampled_from(values))
    return st.tuples(low, high).map(lambda pair: [each for each in pair if each is not None])


def some(values: tuple[Any, ...]) -> st.SearchStrategy[list[Check]]:
    """Return a strategy for a closed set."""
    drawn = st.lists(st.sampled_from(values), min_size=1, max_size=4, unique=True)
    return drawn.map(lambda values: [isin(values)])


def holes(values: tuple[Any, ...]) -> st.SearchStrategy[list[Check]]:
    """Return a strategy for values left out, or all but one."""
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
    return st.one_of(
        st.just([]),
        st.builds(ne, st.sampled_from(values)).map(lambda check: [check]),
        some.map(lambda left: [notin(left)]),
    ) | st.builds(eq, st.sampled_from(values)).map(lambda check: [check])


def texts() -> st.SearchStrategy[list[Check]]:
    """Return a strategy for lengths and patterns."""
    length = st.one_of(
        st.none(),
        st.builds(str_length, st.integers(0, 2), st.integers(2, 4)),
        st.builds(str_length, st.none(), st.integers(1, 4)),
    )
    pattern = st.one_of(
        st.none(),
        st.builds(str_matches, st.sampled_from(PATTERNS)),
        st.builds(str_startswith, st.sampled_from(("A", "AB"))),
    )
    return st.tuples(length, pattern).map(lambda pair: [each for each in pair if each is not None])


def mixed(*parts: st.SearchStrategy[list[Check]]) -> st.SearchStrategy[list[Check]]:
    """Return a strategy for the checks of several strategies together."""
    return st.tuples(*parts).map(lambda lists: [check for checks in lists for check in checks])


CHECKS: dict[str, st.SearchStrategy[list[Check]]] = {
    "int": mixed(bounds(NUMBERS), holes(NUMBERS)) | some(tuple(range(-3, 4))),
    "float": mixed(st.just([finite()]), bounds(NUMBERS), holes(NUMBERS)),
    "bool": st.just([]),
    "datetime": mixed(bounds(INSTANTS), holes(INSTANTS)),
    "str": mixed(texts(), holes(WORDS)),
    "category": some(WORDS),
}


@st.composite
def columns(draw: st.DrawFn, kinds: tuple[str, ...]) -> Column:
    """Draw a column, of one of these kinds."""
    kind: Any = draw(st.sampled_from(kinds))
    checks = tuple(draw(CHECKS[kind]))
    try:
        return Column(name="x", kind=kind, nullable=draw(st.booleans()), checks=checks)
    except ContractError:  # these checks cannot stand together
        reject()


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Column, Column]:
    """Draw two columns to compare: of one kind, or both of texts."""
    kinds = draw(
        st.sampled_from([("int",), ("float",), ("bool",), ("datetime",), ("str", "category")])
    )
    return draw(columns(kinds)), draw(columns(kinds))


def accepts(decoder: RecordDecoder, value: Any) -> bool:
    """Return whether a record with a value is accepted off the wire."""
    try:
        decoder.decode(json.dumps({"x": value}).encode())
    except DataError:
        return False
    return True


def accepted_by_one(old: Column, new: Column) -> tuple[list[Any], list[Any]]:
    """Return the tried values that only the old column accepts, and that only the new does."""
    one, other = (RecordDecoder(Columns([each])) for each in (old, new))
    verdicts = [
        (value, accepts(one, value), accepts(other, value)) for value in (*TRIED[old.kind], None)
    ]
    return (
        [value for value, was, now in verdicts if was and not now],
        [value for value, was, now in verdicts if now and not was],
    )


def breaking(changes: list[Change], *, consumer: bool) -> list[Change]:
    """Return the changes that break the consumer, or the implementer."""
    return [e for e in changes if (e.rule.consumer if consumer else e.rule.implementer)]


@given(pairs())
def test_every_break_is_a_change(pair: tuple[Column, Column]) -> None:
    """A row that is refused now breaks the consumer, one that is accepted now the implementer."""
    lost, gained = accepted_by_one(*pair)
    changes = [*column("input", *pair)]
    assert not lost or breaking(changes, consumer=True)
    assert not gained or breaking(changes, consumer=False)


@given(pairs())
def test_every_change_is_a_break(pair: tuple[Column, Column]) -> None:
    """Where sets decide, each break that is reported concerns some value that was tried."""
    lost, gained = accepted_by_one(*pair)
    names = {each.rule.name for each in column("input", *pair)}
    opaque = {"check_added", "check_removed", "check_changed"}
    if names & opaque or "text" in {accepted(each).domain for each in pair}:
        return
    assert bool(lost) == bool(names & {"range_narrowed", "null_refused"})
    assert bool(gained) == bool(names & {"range_widened", "null_allowed"})


@given(pairs())
def test_equal_sets_need_a_patch_at_most(pair: tuple[Column, Column]) -> None:
    """Two columns that accept the same values differ in the wording of their checks alone."""
    lost, gained = accepted_by_one(*pair)
    changes = [*column("input", *pair)]
    names = {each.rule.name for each in changes}
    if not names - {"check_rewritten"}:
        assert lost == gained == []
        assert needed(changes) in {"none", "patch"}


FLOAT = (finite(),)


@pytest.mark.parametrize(
    ("kind", "old", "new", "words"),
    [
        ("float", (*FLOAT, ge(0), le(150)), (*FLOAT, ge(0), le(140)), "above 140 to 150"),
        ("float", (*FLOAT, ge(0)), (*FLOAT, gt(0)), "0"),
        ("float", (*FLOAT, le(1)), (*FLOAT, lt(1)), "1"),
        ("float", FLOAT, (*FLOAT, ge(0), lt(10)), "below 0, from 10"),
        ("float", (*FLOAT, gt(0.5), lt(2)), (*FLOAT, ge(1)), "above 0.5 and below 1"),
        ("int", (ge(0), le(9)), (isin([1, 2, 3, 9]),), "0, 4 to 8"),
        ("int", (), (ge(0),), "up to -1"),
        ("int", (ge(5),), (lt(5),), "from 5"),
        ("category", (isin(["AA", "YV"]),), (isin(["AA"]),), "'YV'"),
        ("category", (isin([*"abcdefghijk"]),), (isin([*"abcdefg"]),), "'h', 'i', 'j', 'k'"),
        ("str", (), (str_length(2, 4),), "shorter than 2 characters, longer than 4 characters"),
        (
            "datetime",
            (ge("2013-01-01T00:00:00Z"),),
            (ge("2013-01-02T01:00:00+01:00"),),
            "from 2013-01-01T00:00:00Z and below 2013-01-02T00:00:00Z",
        ),
    ],
)  # fmt: skip
def test_refused_values_are_worded_as_a_person_would(
    kind: Any, old: tuple[Check, ...], new: tuple[Check, ...], words: str
) -> None:
    """Values, open and closed ends, and lists read as they were written."""
    columns = (Column(name="x", kind=kind, checks=checks) for checks in (old, new))
    assert refused(*map(accepted, columns)) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([Check(name="eq", args={"value": 3})], [isin([3])]),
        ([ge(1), le(3)], [isin([1, 2, 3])]),
        ([gt(0)], [ge(1)]),
        ([ge(0), Check(name="ne", args={"value": 0})], [ge(1)]),
        ([ge(0), Check(name="notin", args={"forbidden_values": [0, 1]})], [ge(2)]),
    ],
)
def test_equal_sets_are_equal_however_they_are_stated(one: list[Check], other: list[Check]) -> None:
    """Checks of whole numbers are compared by what they let through."""
    sets = [accepted(Loose(checks=tuple(checks))) for checks in (one, other)]  # type: ignore[arg-type]
    assert refused(*sets) == refused(*reversed(sets)) == ""


class Loose:
    """A column of whole numbers whose checks no rule has refused."""

    kind, nullable = "int", False

    def __init__(self, *, checks: tuple[Check, ...]) -> None:
        self.checks, self.conditions = checks, [check.condition for check in checks]


def test_free_text_is_wider_than_a_closed_set() -> None:
    """Both are text on the wire: only the values that they accept differ."""
    closed = Column(name="x", kind="category", checks=(isin(["a", "b"]),))
    free = Column(name="x", kind="str")
    assert [each.rule.name for each in column("input", closed, free)] == ["category_added"]
    (narrowed,) = column("input", free, closed)
    assert (narrowed.rule.name, narrowed.detail) == ("category_removed", "any text but 'a', 'b'")


def test_a_column_that_no_contract_takes_is_not_compared() -> None:
    """Checks that cannot stand together never reach a comparison."""
    with pytest.raises(ContractError, match="cannot stand"):
        Column(name="x", kind="float", checks=(ge(0),))
