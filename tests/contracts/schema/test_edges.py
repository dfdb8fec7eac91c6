"""A column's edges: values just inside, just outside and of other kinds."""

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
    """Every column has its boundaries, violations, aliens and the sample where it is missing."""
    samples = dict(edges.samples(COLUMNS, BASE))
    assert samples["minute: boundary 1439"] == {"minute": 1439, "code": "A"}
    assert samples["minute: violates ge -1"] == {"minute": -1, "code": "A"}
    assert samples["minute: violates not null None"] == {"minute": None, "code": "A"}
    assert samples["code: boundary None"] == {"minute": 5, "code": None}
    assert samples["code: alien nan"]["code"] != samples["code: alien nan"]["code"]  # NaN
    assert samples["code: missing"] == {"minute": 5}
    assert samples["unknown column"] == {**BASE, "unknown": 1}


def test_the_unknown_field_has_a_name_of_its_own() -> None:
    """A contract may have a column called unknown."""
    assert edges.unknown({"unknown", "unknown_"}) == "unknown__"


def test_edges_need_no_generator() -> None:
    """They are tried where hypothesis is not installed, too."""
    code = "import sys, contracts.schema.edges; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("many", [2, 15, 300])
def test_a_check_between_columns_holds_and_fails(many: int) -> None:
    """However many edges its columns have, it holds for some combinations and not for others."""
    closed = (check.isin(range(many)),)
    columns = [Column(name=name, kind="int", checks=closed) for name in ("one", "other")]
    schema = Columns(columns, row_checks=[check.ordered("one", "other")])
    combined = [*edges.combinations(schema)]
    assert len(combined) == min(many * many, edges.COMBINED)
    assert len(combined) / 5 < sum(holds for _, holds, _ in combined) < len(combined)
    assert all(holds is (values["one"] <= values["other"]) for _, holds, values in combined)


def test_a_rare_combination_is_searched_for() -> None:
    """The one pair of 3,600 that violates the check is among them."""
    one = Column(name="one", kind="int", checks=(check.isin(range(60)),))
    other = Column(name="other", kind="int", checks=(check.isin(range(58, 118)),))
    schema = Columns([one, other], row_checks=[check.ordered("one", "other")])
    violations = [values for _, holds, values in edges.combinations(schema) if not holds]
    assert violations == [{"one": 59, "other": 58}]


def test_combinations_are_taken_evenly() -> None:
    """Early combinations have every value of a column about as often; in the end all occur."""
    values = [range(30), range(20), range(10)]
    combined = [*edges.spread(values)]
    assert sorted(combined) == sorted(product(*values))
    for position, each in enumerate(values):
        counts = Counter(one[position] for one in combined[:600])
        assert min(counts[value] for value in each) > 600 / len(each) / 2


def test_a_checks_own_arguments_are_combined(plug: Callable[[str, str, object], None]) -> None:
    """An argument that is no column's bound is tried, where the columns accept it."""

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
    assert {holds for _, holds, _ in edges.combinations(schema)} == {True, False}
