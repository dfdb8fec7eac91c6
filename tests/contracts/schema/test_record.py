"""The compiled record type: which records decode, and how others are refused."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from unittest import mock

import msgspec
import pytest

import contracts
from contracts.contract import latest
from contracts.errors import DataError
from contracts.schema import edges
from contracts.schema.check import Check
from contracts.schema.checks import registry
from contracts.schema.columns import Column, Columns
from contracts.schema.frame import frame
from contracts.schema.record import RecordDecoder, record_type, unnamed
from tests.suites import check

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = Columns(
    [
        Column(name="minute", kind="int", checks=(check.ge(0), check.le(1439))),
        Column(name="temp", kind="float", nullable=True, checks=(check.finite(),)),
        Column(name="code", kind="category", checks=(check.isin(["A", "B:C"]),)),
        Column(name="due", kind="datetime", checks=(check.ge("2013-01-01T00:00:00Z"),)),
    ]
)
HERE = RecordDecoder(COLUMNS)
GOOD = b'{"minute":5,"temp":1,"code":"A","due":"2013-01-01T01:00:00+01:00"}'


def test_fields_follow_the_columns() -> None:
    """The type has the contract's columns in the contract's order."""
    assert record_type(COLUMNS).__struct_fields__ == ("minute", "temp", "code", "due")


def test_a_record_decodes() -> None:
    """Numbers keep their kind and instants come out in UTC."""
    record = RecordDecoder(COLUMNS).decode(GOOD)
    assert (record.minute, record.temp, record.code) == (5, 1.0, "A")
    assert record.due == datetime(2013, 1, 1, tzinfo=UTC)
    assert record.due.tzinfo is UTC


def test_a_row_in_pythons_types_converts_to_the_same_record() -> None:
    """A row of Arrow becomes the record that its JSON becomes."""
    row = {"minute": 5, "temp": 1.0, "code": "A", "due": datetime(2013, 1, 1, tzinfo=UTC)}
    assert HERE.convert(row) == HERE.decode(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b'"minute":5', b'"minute":1440', "<= 1439"),
        (b'"minute":5', b'"minute":true', "got `bool`"),
        (b'"minute":5', b'"minute":5.0', "got `float`"),
        (b'"minute":5', b'"minute":null', "got `null`"),
        (b'"minute":5', b'"minut":5', "did you mean 'minute'"),
        (b'"minute":5,', b"", "missing required field `minute`"),
        (b'"temp":1', b'"temp":NaN', "malformed"),
        (b'"temp":1', b'"temp":1e400', "out of range"),
        (b'"temp":1', b'"temp":"1"', "got `str`"),
        (b'"code":"A"', b'"code":"a"', "Invalid enum value 'a'"),
        (b"2013-01-01T01:00:00+01:00", b"2013-01-01T00:59:59.999999+01:00", "ge(min_value='2013"),
        (b"2013-01-01T01:00:00+01:00", b"2013-01-01T01:00:00", "timezone"),
        (b"2013-01-01T01:00:00+01:00", b"0001-01-01T00:00:00+01:00", "years 1 to 9999"),
        (b'"minute":5', b'"minute":7,"minute":5', "'minute' is given twice"),
        (b'"minute":5', b'"minute":7,"m\\u0069nute":5', "'minute' is given twice"),
        (b'"due":"2013-01-01T01:00:00+01:00"',
         b'"due":"2013-01-01T01\\u003a00\\u003a00Z","code":"A","code":"A"', "given twice"),
        (b'"minute":5', b'"minute":5,"x":' + b"[" * 100_000, "unknown field `x`"),
        (b'"temp":1', b'"temp":' + b"[" * 100_000, "got `array`"),
        (b'"A"', b'"\xff"', "invalid start byte"),
        (b"}", b"", "truncated"),
    ],
)  # fmt: skip
def test_a_wrong_record_is_refused(old: bytes, new: bytes, says: str) -> None:
    """Out of type, range or set, unknown, missing, doubled or malformed: the message says which."""
    assert old in GOOD
    with pytest.raises(DataError) as caught:
        RecordDecoder(COLUMNS).decode(GOOD.replace(old, new))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b'"A"', b'"' + b"y" * 100_000 + b'"', "Invalid enum value 'yyy"),
        (b'"A"', b'"' + b"y" * 100_000 + b'"', "y' - at `$.code`"),
        (b'"minute":5', b'"' + b"minute" * 20_000 + b'":5', "unknown field `minuteminute"),
    ],
    ids=["value", "place", "field"],
)
def test_a_refusal_is_short(old: bytes, new: bytes, says: str) -> None:
    """However long the name or the value in the record is."""
    with pytest.raises(DataError) as caught:
        RecordDecoder(COLUMNS).decode(GOOD.replace(old, new))
    assert says in str(caught.value)
    assert len(str(caught.value)) < 500


REMAINING = Columns(
    (
        Column(name="tail", kind="str", checks=(check.str_startswith("N"), check.ne("N0"))),
        Column(name="gate", kind="int", nullable=True, checks=(check.notin([13]),)),
        Column(name="open", kind="bool", checks=(check.eq(True),)),
        Column(name="last", kind="int"),
    ),
    row_checks=(check.ordered("gate", "last"),),
)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b'"N1"', b'"M1"', "Expected `str` str_startswith(string='N'), got \"M1\" - at `$.tail`"),
        (b'"N1"', b'"N0"', "Expected `str` ne(value='N0'), got \"N0\" - at `$.tail`"),
        (
            b'"gate":1',
            b'"gate":13',
            "Expected `int` notin(forbidden_values=[13]), got 13 - at `$.gate`",
        ),
        (b"true", b"false", "Expected `bool` eq(value=True), got false - at `$.open`"),
        (
            b'"last":9',
            b'"last":0',
            "a record ordered(lower='gate', upper='last') - at `$`",
        ),
    ],
)
def test_checks_without_a_constraint_of_msgspecs_are_made(
    old: bytes, new: bytes, says: str
) -> None:
    """Their refusals, and those of a check between columns, name the place."""
    good = b'{"tail":"N1","gate":1,"open":true,"last":9}'
    assert RecordDecoder(REMAINING).decode(good).gate == 1
    assert RecordDecoder(REMAINING).decode(good.replace(b'"gate":1', b'"gate":null')).gate is None
    with pytest.raises(DataError) as caught:
        RecordDecoder(REMAINING).decode(good.replace(old, new))
    assert says in str(caught.value)


@pytest.mark.parametrize("product", ["flights"])
def test_a_published_contract_decodes_at_msgspecs_own_speed(product: str) -> None:
    """Where msgspec's constraints make all checks, nothing runs after them."""
    contract = latest(Path(contracts.__file__).parent / "published", product)
    assert "__post_init__" not in vars(record_type(contract.input_columns))


def test_a_check_that_raises_refuses_the_record(plug: Callable[[str, str, object], None]) -> None:
    """In a frame pandera takes it for one that does not hold, too."""

    class Fussy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        name: ClassVar[str] = "fussy"
        kinds: ClassVar[frozenset[str]] = frozenset({"int"})

        def holds(self, value: int) -> bool:
            return 1 / value > 0

        def inside(self, _kind: str) -> list[int]:
            return [1]

        def outside(self, _kind: str) -> list[int]:
            return [0]

    plug(registry.GROUP, "fussy", Fussy)
    column = Column(name="x", kind="int", checks=(Check(name="fussy"),))
    assert edges.violations(column)[0] == ("fussy", 0)
    with (
        pytest.raises(DataError, match=r"fussy\(\), which raised ZeroDivisionError.*\$\.x"),
    ):
        RecordDecoder(Columns([column])).decode(b'{"x":0}')


def test_a_column_may_be_named_as_a_label_is() -> None:
    """A label need not be a name in Python: it stands in JSON and in the frame as it is."""
    names = (
        "1",
        "very late",
        "__post_init__",
        "__x",
        "class",
        "a:b",
        "None",
        "\N{MICRO SIGN}",
        "\N{GREEK SMALL LETTER MU}",
        "\N{LATIN SMALL LIGATURE FI}",
        "fi",
    )
    columns = Columns(
        [Column(name=name, kind="int", checks=(check.ne(99),)) for name in names],
        row_checks=[check.ordered("1", "very late")],
    )
    decode, row = RecordDecoder(columns).decode, dict(zip(names, range(len(names)), strict=True))
    assert [*frame(columns, decode(json.dumps(row).encode()))] == [*names]
    for name, wrong in (("1", 2), ("very late", 99), ("a:b", 99)):
        with pytest.raises(DataError, match=re.escape(f"`$.{name}`") if wrong == 99 else "ordered"):
            decode(json.dumps({**row, name: wrong}).encode())
    with pytest.raises(DataError, match="given twice"):
        decode(b'{"1":0,' + json.dumps(row).encode()[1:])


def test_an_attribute_is_the_column_that_a_program_reads() -> None:
    """Python reads a name in its normal form, so only a column so named is an attribute."""
    names = ("\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}", "class", "speed")
    columns = Columns([Column(name=name, kind="int") for name in names])
    record = RecordDecoder(columns).convert(dict(zip(names, range(4), strict=True)))
    assert eval("record.\N{MICRO SIGN}") == 1  # noqa: S307 - what a program with that text reads
    assert record.speed == 3
    assert unnamed(columns) == ["\N{MICRO SIGN}", "class"]


def test_a_pattern_that_could_backtrack_is_bounded() -> None:
    """A text that would keep ``re`` busy for ever is refused at once, and a good one passes."""
    column = Column(name="x", kind="str", checks=(check.str_matches("^(?:[a-z]+)+$"),))
    decode = RecordDecoder(Columns([column])).decode
    assert decode(b'{"x":"abc"}').x == "abc"
    with pytest.raises(DataError, match=r"str_matches.* at `\$\.x`"):
        decode(b'{"x":"' + b"a" * 5_000 + b'!"}')


def test_values_may_have_colons() -> None:
    """They are not taken for more fields."""
    assert RecordDecoder(COLUMNS).decode(GOOD.replace(b'"A"', b'"B:C"')).code == "B:C"


@pytest.mark.parametrize(
    ("row", "loads"),
    [
        ({"code": "A:::", "due": "2013-01-01T00:00:00+00:00", "note": None, "left": None}, 0),
        ({"code": "A:::", "due": "2013-01-01T00:00:00Z", "note": "", "left": "x: y"}, 0),
        ({"code": "A:::", "due": "2013-01-01T00:00:00Z", "note": ":", "left": None}, 0),
        ({"code": "A:::", "due": "2013-01-01T00:00:00Z", "note": "\\", "left": None}, 1),
    ],
    ids=["null", "text", "either", "escape"],
)
def test_a_record_is_read_once(row: dict[str, str | None], loads: int) -> None:
    """However an instant or a text is written: a second reading would take ten times as long."""
    columns = [
        Column(name="code", kind="category", checks=(check.isin(["A:::"]),)),
        Column(name="due", kind="datetime"),
        Column(name="note", kind="str", nullable=True),
        Column(name="left", kind="str", nullable=True),
    ]
    decode = RecordDecoder(Columns(columns)).decode
    with mock.patch.object(json, "loads", wraps=json.loads) as read:
        assert decode(json.dumps(row).encode()).note == row["note"]
    assert read.call_count == loads


@pytest.mark.parametrize(
    "twice",
    [b'"note":null', b'"note":"x"', b'"note":""', b'"size":1', b'"size":null', b'"code":"A"'],
)
@pytest.mark.parametrize("note", [b'"note":null', b'"note":":\xc3\xa9"'])
@pytest.mark.parametrize("size", [b'"size":null', b'"size":2'])
def test_a_field_given_twice_is_refused(twice: bytes, note: bytes, size: bytes) -> None:
    """Null or not, before or after: the quotes of one do not make up for those of another."""
    columns = [
        Column(name="code", kind="category", checks=(check.isin(["A"]),)),
        Column(name="note", kind="str", nullable=True),
        Column(name="size", kind="int", nullable=True),
    ]
    decode, fields = RecordDecoder(Columns(columns)).decode, [b'"code":"A"', note, size]
    assert decode(b"{%s}" % b",".join(fields)).code == "A"
    for record in ([twice, *fields], [*fields, twice]):
        with pytest.raises(DataError, match="is given twice"):
            decode(b"{%s}" % b",".join(record))


def test_nan_and_infinity_are_refused_in_rows_too() -> None:
    """A row in Python's types with one of them does not convert."""
    row = {"minute": 5, "code": "A", "due": datetime(2013, 1, 1, tzinfo=UTC)}
    for number in (float("nan"), float("inf")):
        with pytest.raises(DataError):
            RecordDecoder(COLUMNS).convert({**row, "temp": number})
