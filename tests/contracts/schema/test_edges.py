"""A column's edges: what is just inside, just outside and altogether elsewhere."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, ClassVar

import msgspec
import pytest

from contracts.schema import edges
from contracts.schema.check import Check
from contracts.schema.checks.registry import GROUP
from contracts.schema.columns import Column, Columns
from tests.suites import check

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = Columns(
    [
        Column(name="minute", kind="int", checks=(check.ge(0), check.lt(1440))),
        Column(name="code", kind="category", nullable=True, checks=(check.isin(["A", "B"]),)),
    ]
)
BASE = {"minute": 5, "code": "A"}


def test_each_sample_differs_from_the_base_in_one_field() -> None:
    """Boundaries, violations, aliens and the missing column come for every column, one by one."""
    found = dict(edges.samples(COLUMNS, BASE))
    assert found["minute: boundary 1439"] == {"minute": 1439, "code": "A"}
    assert found["minute: violates ge -1"] == {"minute": -1, "code": "A"}
    assert found["minute: violates not null None"] == {"minute": None, "code": "A"}
    assert found["code: boundary None"] == {"minute": 5, "code": None}
    assert found["code: alien nan"]["code"] != found["code: alien nan"]["code"]  # NaN
    assert found["code: missing"] == {"minute": 5}
    assert found["unknown column"] == {**BASE, "unknown": 1}


def test_the_unknown_field_is_unknown() -> None:
    """A contract may have a column of that very name."""
    assert edges.unknown({"unknown", "unknown_"}) == "unknown__"


def test_edges_need_no_generator() -> None:
    """Where hypothesis is not installed, edges are tried all the same."""
    code = "import sys, contracts.schema.edges; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("many", [2, 15, 300])
def test_a_check_between_columns_is_kept_and_broken(many: int) -> None:
    """However many edges its columns have: some combinations keep it, some break it."""
    closed = (check.isin(range(many)),)
    columns = [Column(name=name, kind="int", checks=closed) for name in ("one", "other")]
    schema = Columns(columns, row_checks=[check.ordered("one", "other")])
    found = [*edges.combinations(schema)]
    assert len(found) == min(many * many, edges.COMBINED)
    assert len(found) / 5 < sum(kept for _, kept, _ in found) < len(found)
    assert all(kept is (values["one"] <= values["other"]) for _, kept, values in found)


def test_the_rare_combination_is_looked_for() -> None:
    """One pair of a thousand breaks the check, and it is found."""
    one = Column(name="one", kind="int", checks=(check.isin(range(60)),))
    other = Column(name="other", kind="int", checks=(check.isin(range(58, 118)),))
    schema = Columns([one, other], row_checks=[check.ordered("one", "other")])
    broken = [values for _, kept, values in edges.combinations(schema) if not kept]
    assert broken == [{"one": 59, "other": 58}]


def test_combinations_are_taken_evenly() -> None:
    """The first of many meet every value of each column about as often; together they are all."""
    values = [range(30), range(20), range(10)]
    found = [*edges.spread(values)]
    assert sorted(found) == sorted(product(*values))
    for position, each in enumerate(values):
        met = Counter(one[position] for one in found[:600])
        assert min(met[value] for value in each) > 600 / len(each) / 2


def test_a_checks_own_arguments_are_combined(plug: Callable[[str, str, object], None]) -> None:
    """A bound that none of the columns has is tried, where the columns accept it."""

    class Once(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        name: ClassVar[str] = "once"
        columns: ClassVar[tuple[str, ...]] = ("one", "other")
        value: int

        def fault(self, _columns: object) -> str:
            return ""

        def holds(self, one: int, other: int) -> bool:
            return self.value not in (one, other)

    plug(GROUP, "once", Once)
    bounds = (check.ge(0), check.le(9))
    columns = [Column(name=name, kind="int", checks=bounds) for name in ("one", "other")]
    schema = Columns(columns, row_checks=[Check(name="once", args={"value": 5})])
    assert {kept for _, kept, _ in edges.combinations(schema)} == {True, False}
