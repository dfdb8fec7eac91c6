"""A column's edges: what is just inside, just outside and altogether elsewhere."""

from __future__ import annotations

import subprocess
import sys

from contracts.schema import check, edges
from contracts.schema.column import Column

COLUMNS = (
    Column(name="minute", kind="int", checks=(check.ge(0), check.lt(1440))),
    Column(name="code", kind="category", nullable=True, checks=(check.isin(["A", "B"]),)),
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
