"""The checks that exist, and how a package adds one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, ClassVar
from unittest import mock

import msgspec
import pandera.pandas as pandera
import pytest

from contracts.errors import ContractError, DataError
from contracts.schema.accepted import accepted
from contracts.schema.check import Check
from contracts.schema.checks.registry import BUILT_IN, GROUP, find, names, own, stands_between
from contracts.schema.columns import Column, Columns
from contracts.schema.record import RecordDecoder
from contracts.schema.registration import METHODS, register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: A package of someone's own: a check that reads a frame at once, one that does not, one between
#: columns.
PACKAGE = '''
from typing import Any, ClassVar

import msgspec


class MultipleOf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whole numbers that ``factor`` divides."""

    name: ClassVar[str] = "multiple_of"
    kinds: ClassVar[frozenset[str]] = frozenset({"int"})
    factor: int

    def fault(self, _kind: str) -> str:
        return "" if self.factor > 0 else "expected a factor above 0"

    def holds(self, value: Any) -> bool:
        return value % self.factor == 0

    def rows(self, series: Any) -> Any:
        return series % self.factor == 0

    def inside(self, _kind: str) -> list[Any]:
        return [0, self.factor, -self.factor]

    def outside(self, _kind: str) -> list[Any]:
        return [self.factor + 1, 1 - self.factor]


class Titled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Texts as a title has them."""

    name: ClassVar[str] = "titled"
    kinds: ClassVar[frozenset[str]] = frozenset({"str"})

    def holds(self, value: Any) -> bool:
        return value.istitle()

    def inside(self, _kind: str) -> list[Any]:
        return ["A", "Éa Bc"]

    def outside(self, _kind: str) -> list[Any]:
        return ["", "a", "AB"]


class Apart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two whole numbers are at least ``least`` apart."""

    name: ClassVar[str] = "apart"
    one: str
    other: str
    least: int

    @property
    def columns(self) -> tuple[str, str]:
        return self.one, self.other

    def fault(self, columns: Any) -> str:
        return "" if {self.one, self.other} <= {*columns} else "no such columns"

    def holds(self, one: int, other: int) -> bool:
        return abs(one - other) >= self.least
'''
POINTS = """[liaison.checks]
multiple_of = shop:MultipleOf
titled = shop:Titled
apart = shop:Apart
"""
#: What someone does with it, in a process where the package is installed.
USE = """
import json
from pathlib import Path

import pandera.pandas as pa

from contracts.errors import DataError
from contracts.schema import edges, generate, pandera, stored
from contracts.schema.frame import frame
from contracts.schema.record import RecordDecoder
from contracts.schema.validation import validator
from hypothesis import HealthCheck, find, settings

given = pa.DataFrameSchema(
    {
        "dozens": pa.Column("int64", [pa.Check.ge(0), pa.Check.multiple_of(factor=12)]),
        "spare": pa.Column("Int64", pa.Check.multiple_of(5), nullable=True),
        "name": pa.Column("str", [pa.Check.titled(), pa.Check.str_length(1, 5)]),
    },
    checks=pa.Check.apart(other="spare", one="dozens", least=2),
    strict=True,
    ordered=True,
)
path = Path("input.yaml")
pandera.write(pandera.columns_of(given), path)
columns = stored.columns(path)
assert columns == pandera.columns_of(given)
validate, decode = validator(columns), RecordDecoder(columns).decode


def accepts(check):
    try:
        check()
    except DataError:
        return False
    return True


same = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=[*HealthCheck]
)
base = find(generate.accepted(columns), lambda _: True, settings=same)
verdicts = []
for what, record in [("base", base), *edges.samples(columns, base)]:
    wire = accepts(lambda: decode(edges.wire(record)))
    rows = accepts(lambda: validate(frame(columns, record)))
    verdicts.append((what, wire, rows))
print(json.dumps(verdicts))
"""


class Even(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whole numbers that two divides."""

    name: ClassVar[str] = "even"
    kinds: ClassVar[frozenset[str]] = frozenset({"int"})

    def holds(self, value: int) -> bool:
        """Return whether the number is even."""
        return value % 2 == 0

    def inside(self, _kind: str) -> list[int]:
        """Return the least even number there is, and the greatest."""
        return [-(2**63), 2**63 - 2]

    def outside(self, _kind: str) -> list[int]:
        """Return the neighbours of zero."""
        return [-1, 1]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bool, bool]]:
    """(what, accepted as a record, accepted as a frame) of a schema with a package's own checks."""
    folder = tmp_path_factory.mktemp("installed")
    install(folder)
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", USE],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    verdicts: list[tuple[str, bool, bool]] = json.loads(done.stdout)
    return verdicts


def install(folder: Path) -> None:
    """Install the package `shop` in a folder, as pip would leave it there."""
    (folder / "shop.py").write_text(PACKAGE, encoding="utf-8")
    metadata = folder / "shop-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(POINTS)


@pytest.mark.e2e
def test_a_packages_own_checks_mean_the_same_everywhere(
    used: list[tuple[str, bool, bool]],
) -> None:
    """They are kept in the file, and record and frame agree at every edge, between columns too."""
    assert [what for what, wire, rows in used if wire is not rows] == []
    verdicts = {what: wire for what, wire, _ in used}
    assert verdicts["base"]
    assert not verdicts["dozens: violates multiple_of 13"]
    assert verdicts["name: boundary 'Éa Bc'"]
    assert not verdicts["name: violates titled 'AB'"]
    assert {wire for what, wire in verdicts.items() if what.startswith("apart")} == {True, False}


def test_a_packages_check_is_found(plug: Callable[[str, str, object], None]) -> None:
    """An installed package adds a check by its entry point."""
    plug(GROUP, "even", Even)
    assert names() == [*BUILT_IN, "even"]
    assert Check(name="even").condition == Even()


@pytest.mark.parametrize("name", ["isin", "greater_than", "in_range"])
def test_a_name_that_is_taken_stays_what_it_is(
    plug: Callable[[str, str, object], None], name: str
) -> None:
    """No package can replace a check that contracts use, by pandera's name or by ours."""
    known = find(name)
    plug(GROUP, name, Even)
    assert find(name) is known
    assert names() == [*BUILT_IN]


@pytest.mark.parametrize("member", ["holds", "inside", "outside"])
def test_a_struct_that_lacks_a_member_is_refused(
    plug: Callable[[str, str, object], None], monkeypatch: pytest.MonkeyPatch, member: str
) -> None:
    """The member is named when the check is looked up, not when it is first called."""
    monkeypatch.delattr(Even, member)
    plug(GROUP, "even", Even)
    with pytest.raises(ContractError, match=f"'even' of the group {GROUP!r}.* lacks {member}"):
        find("even")


def test_an_argument_that_is_misspelt_is_refused(plug: Callable[[str, str, object], None]) -> None:
    """A check that takes any argument is refused: a contract's arguments would mean nothing."""

    class Loose(msgspec.Struct, frozen=True):
        name: ClassVar[str] = "loose"
        factor: int = 2

    plug(GROUP, "loose", Loose)
    with pytest.raises(ContractError, match="a struct without forbid_unknown_fields=True"):
        _ = Check(name="loose", args={"factro": 3}).condition


def test_a_broken_package_breaks_no_other_check(plug: Callable[[str, str, object], None]) -> None:
    """Its checks fail where they are named; pandera and every other check work as before."""
    plug(GROUP, "broken", ImportError("No module named 'away'"))
    plug(GROUP, "even", Even)
    with mock.patch.dict(METHODS):
        register()
        assert pandera.Check.even().name == "even"
        assert Column(name="x", kind="int", checks=(Check(name="even"),)).conditions == (Even(),)
        with pytest.raises(ContractError, match=r"'broken' of the group 'liaison.checks'.*away"):
            pandera.Check.broken()
    with pytest.raises(ContractError, match=r"'broken' of the group 'liaison.checks'.*away"):
        Column(name="x", kind="int", checks=(Check(name="broken"),))


@pytest.mark.parametrize("kind", BUILT_IN.values(), ids=BUILT_IN)
def test_a_built_in_check_follows_the_protocol(kind: Any) -> None:
    """A check is a closed, frozen struct with a name; it fits kinds or stands between columns."""
    config = kind.__struct_config__
    assert config.frozen
    assert config.forbid_unknown_fields
    assert BUILT_IN[kind.name] is kind
    assert stands_between(kind.name) is (not hasattr(kind, "kinds"))
    assert callable(kind.holds)


def test_what_a_packages_limits_leave_out_is_still_checked(
    plug: Callable[[str, str, object], None],
) -> None:
    """They help to draw inputs; neither record types nor comparisons of versions rely on them."""

    class Bounded(Even, frozen=True):
        name: ClassVar[str] = "bounded"

        def limits(self, _kind: str) -> dict[str, int]:
            return {"ge": 0, "le": 8}

    plug(GROUP, "bounded", Bounded)
    column = Column(name="x", kind="int", checks=(Check(name="bounded"),))
    decode = RecordDecoder(Columns([column])).decode
    assert decode(b'{"x":10}').x == 10
    with pytest.raises(DataError, match="bounded"):
        decode(b'{"x":3}')
    assert accepted(column).opaque == {"bounded()"}


def test_panderas_names_are_known() -> None:
    """A check is found by pandera's name, by ours, and by no other."""
    assert own("greater_than_or_equal_to") == own("ge") == "ge"
    assert own("unique_values_eq") is None
