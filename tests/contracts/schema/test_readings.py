"""A check of one's own is held to say the same of a frame and of a record, before it is published.

A check of pandera's is held to it by the proofs of agreement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from unittest import mock

import msgspec
import pandera.pandas as pandera
import pytest

from contracts.errors import ContractError
from contracts.schema import pandera as schema
from contracts.schema.check import Check
from contracts.schema.checks.registry import GROUP
from contracts.schema.columns import Column, Columns
from contracts.schema.readings import disagreements
from contracts.schema.registration import METHODS, register
from tests.suites import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


class Own(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the checks below have in common: their edges are of no help."""

    kinds: ClassVar[frozenset[str]] = frozenset({"int", "float", "str"})

    def inside(self, _kind: str) -> list[Any]:
        """Return nothing, where one at least is due."""
        return []

    def outside(self, _kind: str) -> list[Any]:
        """Return what is of no kind."""
        return [None]


class Small(Own, frozen=True):
    """Numbers up to ``most``: a frame is read as one less, by mistake."""

    name: ClassVar[str] = "small"
    most: float

    def holds(self, value: float) -> bool:
        """Return whether the number is small."""
        return value <= self.most

    def rows(self, series: Any) -> Any:
        """Return where a number is smaller."""
        return series < self.most


class Growing(Own, frozen=True):
    """Numbers that grow when one is added, which a frame's greatest does not."""

    name: ClassVar[str] = "growing"

    def holds(self, value: float) -> bool:
        """Return whether the number grows."""
        return value + 1 > value

    def rows(self, series: Any) -> Any:
        """Return where the number grows."""
        return series + 1 > series


class Upper(Own, frozen=True):
    """Texts without small letters: a frame knows those of English alone."""

    name: ClassVar[str] = "upper"

    def holds(self, value: str) -> bool:
        """Return whether no letter is small."""
        return value.upper() == value

    def rows(self, series: Any) -> Any:
        """Return where no letter of English is small."""
        return ~series.str.contains("[a-z]")


class Inverse(Own, frozen=True):
    """Numbers above zero, by way of an error at zero; a frame has an infinity there."""

    name: ClassVar[str] = "inverse"

    def holds(self, value: float) -> bool:
        """Return whether one by the number is above zero."""
        return 1 / value > 0

    def rows(self, series: Any) -> Any:
        """Return where one by the number is above zero."""
        return 1 / series > 0


class Plain(Own, frozen=True):
    """Python's own numbers that grow when one is added, read one by one by both."""

    name: ClassVar[str] = "plain"

    def holds(self, value: float) -> bool:
        """Return whether the number is one of Python's, and grows."""
        return type(value) in {int, float} and value + 1 > value


class Vague(Own, frozen=True):
    """Anything: it names nothing for which it does not hold."""

    name: ClassVar[str] = "vague"

    def holds(self, _value: object) -> bool:
        """Return that it holds."""
        return True

    def outside(self, _kind: str) -> list[Any]:
        """Return what it holds for, which is no value outside."""
        return [1]


class Below(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two numbers that sum up to ``most`` at most: a frame is read as less, by mistake."""

    name: ClassVar[str] = "below"
    one: str
    other: str
    most: int

    @property
    def columns(self) -> tuple[str, str]:
        """The two columns."""
        return self.one, self.other

    def fault(self, _columns: Mapping[str, Column]) -> str:
        """Say nothing."""
        return ""

    def holds(self, one: int, other: int) -> bool:
        """Return whether the sum is small."""
        return one + other <= self.most

    def rows(self, one: Any, other: Any) -> Any:
        """Return where the sum is smaller."""
        return one + other < self.most


@pytest.fixture(autouse=True)
def _registered(plug: Callable[[str, str, object], None]) -> Iterator[None]:
    """Have these among the checks, and pandera's."""
    with mock.patch.dict(METHODS):
        for kind in (Small, Growing, Upper, Inverse, Plain, Vague, Below):
            plug(GROUP, kind.name, kind)
        register()
        yield


def own(name: str, kind: Any, *others: Check, **args: object) -> Columns:
    """Return a schema of one column with a check of these."""
    finite = (check.finite(),) if kind == "float" else ()
    checks = (Check(name=name, args=args), *finite, *others)
    return Columns([Column(name="x", kind=kind, checks=checks)])


def between(most: int, *, largest: int = 5) -> Columns:
    """Return a schema of two columns with a check between them."""
    bounds = (check.ge(0), check.le(largest))
    columns = [Column(name=name, kind="int", checks=bounds) for name in ("x", "y")]
    return Columns(
        columns, row_checks=[Check(name="below", args={"one": "x", "other": "y", "most": most})]
    )


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: own("small", "int", most=1000), "{'x': 1000}: not in a frame it holds"),
        (lambda: own("small", "float", most=0.25), "{'x': 0.25}: not in a frame it holds"),
        (lambda: own("growing", "int"), "{'x': 9223372036854775807}: not in a frame it holds"),
        (lambda: own("upper", "str"), "{'x': 'é😀'}: only in a frame it holds"),
        (lambda: own("inverse", "int"), "{'x': 0}: only in a frame it holds"),
    ],
    ids=["argument", "fraction", "overflow", "letters", "error"],
)
def test_a_check_that_reads_a_frame_otherwise_is_named(
    made: Callable[[], Columns], said: str
) -> None:
    """Column, check and the value they part over, which the check itself need not name."""
    columns = made()
    (found,) = disagreements(columns)
    assert found == f"column 'x': {columns[0].checks[0]} differs over {said}"


@pytest.mark.parametrize(
    "made",
    [
        lambda: own("small", "int", check.lt(1000), most=1000),
        lambda: own("growing", "int", check.ge(-(2**31)), check.le(2**31)),
        lambda: own("inverse", "int", check.gt(0)),
        lambda: own("plain", "int"),
        lambda: between(11),
    ],
    ids=["bounded", "no overflow", "no error", "one by one", "sum"],
)
def test_what_cannot_part_is_published(made: Callable[[], Columns], tmp_path: Path) -> None:
    """Two readings that differ only where another check refuses the value anyway do no harm."""
    columns = made()
    assert [*disagreements(columns)] == []
    schema.write(columns, tmp_path / "input.yaml")


def test_a_nullable_column_is_read_in_pythons_own_numbers() -> None:
    """What reads a frame value by value gets what it gets of a record, of a nullable column too."""
    columns = [
        Column(name="x", kind="int", nullable=True, checks=(Check(name="plain"),)),
        Column(name="y", kind="int", checks=(Check(name="plain"),)),
    ]
    assert [*disagreements(Columns(columns))] == []


@pytest.mark.parametrize(("most", "largest"), [(5, 5), (50, 1000), (9, 5)])
def test_a_check_between_columns_that_reads_a_frame_otherwise_is_named(
    most: int, largest: int
) -> None:
    """The two columns' edges, the check's arguments and their neighbours are combined."""
    (found,) = disagreements(between(most, largest=largest))
    assert found.startswith("the frame: below(one='x', other='y', ")
    assert found.endswith(": not in a frame it holds")


def test_a_check_without_a_value_outside_is_named() -> None:
    """What it names must be refused: nothing would try it."""
    (found,) = disagreements(own("vague", "int"))
    assert found.startswith("column 'x': vague() names no value for which it does not hold")


@pytest.mark.parametrize(
    "given",
    [
        lambda: schema.columns_of(
            pandera.DataFrameSchema(
                {"x": pandera.Column("int64", pandera.Check.small(3))}, strict=True, ordered=True
            )
        ),
        lambda: between(5),
    ],
    ids=["column", "frame"],
)
def test_it_is_not_published(given: Callable[[], Columns], tmp_path: Path) -> None:
    """Nothing is written."""
    with pytest.raises(ContractError, match="could not be proven to mean the same"):
        schema.write(given(), tmp_path / "input.yaml")
    assert not [*tmp_path.iterdir()]
