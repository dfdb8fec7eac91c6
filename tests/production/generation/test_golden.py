"""How far a loaded model's predictions may be from those at training, at any scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import feather

from contracts.errors import DataError, IntegrityError
from production.generation import golden

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.ports import Floats

ROWS = 300


def _targets() -> dict[str, Floats]:
    draw = np.random.default_rng(5)
    normal = draw.normal(size=ROWS)
    return {
        "around 200": 200 + 15 * normal,
        "around a million, heavy tails": 1e6 * (1 + draw.pareto(1.1, ROWS)),
        "around a millionth": 1e-6 * (1 + 0.3 * normal),
        "around zero": normal,
        "mostly zero": np.where(draw.random(ROWS) < 0.7, 0.0, 1e3 * draw.random(ROWS)),
        "beside a large constant": 1e6 + 100 * normal,
        "constant": np.full(ROWS, 200.1),
    }


TARGETS = _targets()


def in_single_precision(values: Floats) -> Floats:
    """Return sums as a float32 engine makes them: a hundred corrections, added to their mean."""
    mean = values.mean()
    part = ((values - mean) / 100).astype(np.float32)
    total = np.zeros(values.shape, np.float32)
    for _ in range(100):
        total += part
    return (total + np.float32(mean)).astype(np.float64)


@pytest.mark.parametrize("name", TARGETS)
def test_what_rounds_to_single_precision_is_the_same_model(name: str) -> None:
    """A float32 engine rounds relative to the magnitude of its sums, whatever the unit."""
    values = TARGETS[name][:, None]
    golden.check("1.0.0/1", in_single_precision(values), values, "regression")


@pytest.mark.parametrize("share", [0.05, 1.0])
@pytest.mark.parametrize("name", [name for name in TARGETS if name != "constant"])
def test_another_model_is_refused_at_every_scale(name: str, share: float) -> None:
    """A row that is off by a twentieth of what tells rows apart is another model's."""
    values = TARGETS[name][:, None]
    other = values.copy()
    other[7] += share * np.abs(values - np.median(values)).mean()
    with pytest.raises(IntegrityError, match=r"1\.0\.0/1: its golden set is .* off at .* allowed"):
        golden.check("1.0.0/1", other, values, "regression")


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_a_constant_that_is_another_is_refused(scale: float) -> None:
    """Without a spread, the magnitude alone says what is rounding."""
    values = np.full((ROWS, 1), 3 * scale)
    golden.check("1.0.0/1", values.astype(np.float32).astype(float), values, "regression")
    with pytest.raises(IntegrityError, match="golden set"):
        golden.check("1.0.0/1", values * 1.0001, values, "regression")


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_probabilities_may_be_a_hundred_thousandth_off(kind: Any) -> None:
    """Their bound is absolute: a rare class counts as any other."""
    values = np.full((ROWS, 2), 1e-6)
    golden.check("1.0.0/1", values + 9e-6, values, kind)
    with pytest.raises(IntegrityError, match="1e-05 allowed"):
        golden.check("1.0.0/1", values + 2e-5, values, kind)


@given(
    values=st.lists(st.floats(-1e3, 1e3).map(lambda x: round(x, 6)), min_size=2, max_size=20),
    power=st.integers(-200, 200),
)
def test_what_is_allowed_scales_with_the_unit(values: list[float], power: int) -> None:
    """Dollars or cents: the same models pass."""
    expected = np.array(values)[:, None]
    scaled = golden.allowed(expected * 2.0**power, "regression")
    np.testing.assert_array_equal(scaled, golden.allowed(expected, "regression") * 2.0**power)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A golden set of two columns and one prediction."""
    rows = pa.table({"a": ["x", None, "z"], "b": [1.5, 2.5, None]})
    golden.write(tmp_path / "golden.arrow", rows, np.array([[0.1], [0.2], [0.3]]))
    return tmp_path / "golden.arrow"


def test_a_golden_set_reads_back(path: Path) -> None:
    """The rows and the predictions that were written."""
    rows, expected = golden.read(path, inputs=("a", "b"), k=1)
    assert rows.to_pydict() == {"a": ["x", None, "z"], "b": [1.5, 2.5, None]}
    assert expected.tolist() == [[0.1], [0.2], [0.3]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table[:0], "no rows"),
        (lambda table: table.select(["b", "a", "expected_0"]), "expected the golden columns"),
        (lambda table: table.append_column("c", table["a"]), "expected the golden columns"),
        (
            lambda table: table.set_column(0, "a", table["a"].dictionary_encode()),
            "'a': unexpected type dictionary",
        ),
        (
            lambda table: table.set_column(2, "expected_0", pa.array([1, 2, 3])),
            "'expected_0': unexpected type int64",
        ),
    ],
)
def test_a_golden_set_of_another_shape_is_refused(
    path: Path, change: Callable[[pa.Table], pa.Table], message: str
) -> None:
    """Its columns, their types, and that there is something to check the model on."""
    table = change(feather.read_table(path, memory_map=False))
    feather.write_feather(table, str(path), compression="uncompressed")
    with pytest.raises(DataError, match=message):
        golden.read(path, inputs=("a", "b"), k=1)


def test_a_compressed_golden_set_is_refused(path: Path) -> None:
    """Some kilobytes could unfold to any size."""
    table = feather.read_table(path, memory_map=False)
    table = pa.concat_tables([table] * 5_000).combine_chunks()
    feather.write_feather(table, str(path), compression="zstd")
    with pytest.raises(DataError, match="expected it uncompressed"):
        golden.read(path, inputs=("a", "b"), k=1)
