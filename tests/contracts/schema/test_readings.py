"""A package's check must give frame and record one verdict, or it is not published.

The checks of pandera are compared in test_agreement.py.
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
    """What the checks below share: their edges do not help."""

    kinds: ClassVar[frozenset[str]] = frozenset({"int", "float", "str"})

    def inside(self, _kind: str) -> list[Any]:
        """Return nothing, where one value at least is expected."""
        return []

    def outside(self, _kind: str) -> list[Any]:
        """Return a value of no kind."""
        return [None]


class Small(Own, frozen=True):
    """Numbers up to ``most``; ``rows`` leaves out ``most`` itself, by mistake."""

    name: ClassVar[str] = "small"
    most: float

    def holds(self, value: float) -> bool:
        """Return whether the number is small."""
        return value <= self.most

    def rows(self, series: Any) -> Any:
        """Return where a number is smaller."""
        return series < self.most


class Growing(Own, frozen=True):
    """Numbers that grow when one is added; a frame's greatest integer overflows."""

    name: ClassVar[str] = "growing"

    def holds(self, value: float) -> bool:
        """Return whether the number grows."""
        return value + 1 > value

    def rows(self, series: Any) -> Any:
        """Return where the number grows."""
        return series + 1 > series


class Upper(Own, frozen=True):
    """Texts without small letters; ``rows`` knows those of English alone."""

    name: ClassVar[str] = "upper"

    def holds(self, value: str) -> bool:
        """Return whether no letter is small."""
        return value.upper() == value

    def rows(self, series: Any) -> Any:
        """Return where no letter of English is small."""
        return ~series.str.contains("[a-z]")


class Inverse(Own, frozen=True):
    """Numbers above zero; ``holds`` divides and raises at zero, a frame has an infinity there."""

    name: ClassVar[str] = "inverse"

    def holds(self, value: float) -> bool:
        """Return whether one by the number is above zero."""
        return 1 / value > 0

    def rows(self, series: Any) -> Any:
        """Return where one by the number is above zero."""
        return 1 / series > 0


class Plain(Own, frozen=True):
    """Python's own numbers that grow when one is added; without ``rows``."""

    name: ClassVar[str] = "plain"

    def holds(self, value: float) -> bool:
        """Return whether the number is one of Python's, and grows."""
        return type(value) in {int, float} and value + 1 > value


class Vague(Own, frozen=True):
    """Any value: it names none for which it does not hold."""

    name: ClassVar[str] = "vague"

    def holds(self, _value: object) -> bool:
        """Return that it holds."""
        return True

    def outside(self, _kind: str) -> list[Any]:
        """Return a value for which it holds."""
        return [1]


class Below(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two numbers whose sum is at most ``most``; ``rows`` leaves out ``most``, by mistake."""

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
    """Register these checks, with pandera too."""
    with mock.patch.dict(METHODS):
        for kind in (Small, Growing, Upper, Inverse, Plain, Vague, Below):
            plug(GROUP, kind.name, kind)
        register()
        yield


def own(name: str, kind: Any, *others: Check, **args: object) -> Columns:
    """Return a schema of one column with one of these checks, and others."""
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
    ("make", "words"),
    [
        (lambda: own("small", "int", most=1000), "{'x': 1000}: not in a frame it holds"),
        (lambda: own("small", "float", most=0.25), "{'x': 0.25}: not in a frame it holds"),
        (lambda: own("growing", "int"), "{'x': 9223372036854775807}: not in a frame it holds"),
        (lambda: own("upper", "str"), "{'x': 'é😀'}: only in a frame it holds"),
        (lambda: own("inverse", "int"), "{'x': 0}: only in a frame it holds"),
    ],
    ids=["argument", "fraction", "overflow", "letters", "error"],
)
def test_a_check_with_another_verdict_on_a_frame_is_named(
    make: Callable[[], Columns], words: str
) -> None:
    """Column, check and the value in question, which the check itself need not name."""
    columns = make()
    (line,) = disagreements(columns)
    assert line == f"column 'x': {columns[0].checks[0]} differs over {words}"


@pytest.mark.parametrize(
    "make",
    [
        lambda: own("small", "int", check.lt(1000), most=1000),
        lambda: own("growing", "int", check.ge(-(2**31)), check.le(2**31)),
        lambda: own("inverse", "int", check.gt(0)),
        lambda: own("plain", "int"),
        lambda: between(11),
    ],
    ids=["bounded", "no overflow", "no error", "one by one", "sum"],
)
def test_verdicts_that_differ_on_refused_values_do_no_harm(
    make: Callable[[], Columns], tmp_path: Path
) -> None:
    """The schema is published where another check refuses the value in question anyway."""
    columns = make()
    assert [*disagreements(columns)] == []
    schema.write(columns, tmp_path / "input.yaml")


def test_a_nullable_column_is_read_in_pythons_own_numbers() -> None:
    """A check without ``rows`` gets the values that a record has, in a nullable column too."""
    columns = [
        Column(name="x", kind="int", nullable=True, checks=(Check(name="plain"),)),
        Column(name="y", kind="int", checks=(Check(name="plain"),)),
    ]
    assert [*disagreements(Columns(columns))] == []


@pytest.mark.parametrize(("most", "largest"), [(5, 5), (50, 1000), (9, 5)])
def test_a_check_between_columns_with_another_verdict_on_a_frame_is_named(
    most: int, largest: int
) -> None:
    """The two columns' edges, the check's arguments and their neighbours are combined."""
    (line,) = disagreements(between(most, largest=largest))
    assert line.startswith("the frame: below(one='x', other='y', ")
    assert line.endswith(": not in a frame it holds")


def test_a_check_without_a_value_outside_is_named() -> None:
    """Nothing would try it."""
    (line,) = disagreements(own("vague", "int"))
    assert line.startswith("column 'x': vague() its method `outside` returned no value that")


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
def test_a_check_with_two_verdicts_is_not_published(
    given: Callable[[], Columns], tmp_path: Path
) -> None:
    """The file is not written."""
    with pytest.raises(ContractError, match="could not be proven to mean the same"):
        schema.write(given(), tmp_path / "input.yaml")
    assert not [*tmp_path.iterdir()]
