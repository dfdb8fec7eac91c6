from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import DataError
from research.export.arrays import LARGEST, arrays, kinds, one_row, selected_arrays


def test_kinds() -> None:
    """A column keeps its type: text, int64 or float64. A flag is a number, a null empty or NaN."""
    rows = pa.table(
        {
            "text": pa.array(["a", None]).dictionary_encode(),
            "flag": [True, None],
            "whole": pa.array([2**53 + 1, -(2**63)]),
            "some": pa.array([3, None]),
            "wide": [1e300, float("inf")],
            "near": [16_777_217.0, 0.1],
        }
    )
    columns = arrays(rows)
    assert columns["text"].tolist() == ["a", ""]
    assert columns["whole"].tolist() == [2**53 + 1, -(2**63)]
    assert [columns[name].dtype for name in ("flag", "whole", "some")] == [float, np.int64, float]
    np.testing.assert_array_equal(columns["flag"], [1, np.nan])
    np.testing.assert_array_equal(columns["some"], [3, np.nan])
    assert columns["wide"].tolist() == [1e300, LARGEST]
    assert columns["near"].tolist() == [16_777_217.0, 0.1]
    assert {**kinds(rows)} == {
        **dict.fromkeys(("flag", "wide", "near"), "float"),
        **dict.fromkeys(("whole", "some"), "int"),
        "text": "str",
    }


@pytest.mark.parametrize("whole", [2**53 + 1, -(2**63)])
def test_a_whole_number_that_would_be_rounded_is_refused(whole: int) -> None:
    """Beside a null it would have to be a float64, which does not hold it."""
    with pytest.raises(DataError, match=r"whole has nulls, and whole numbers beyond 2\*\*53"):
        arrays(pa.table({"whole": pa.array([whole, None])}))
    with pytest.raises(DataError, match="whole holds whole numbers beyond int64"):
        arrays(pa.table({"whole": pa.array([2**64 - 1], pa.uint64())}))


def test_one_row_is_a_row_of_many() -> None:
    """A record's values have the types and values that rows of a table have."""
    rows = pa.table({"text": ["a"], "whole": [2**53 + 1], "wide": [float("inf")], "flag": [True]})
    single = one_row(rows.to_pylist()[0].values(), kinds(rows))
    for name, column in arrays(rows).items():
        assert (single[name].dtype, single[name].tolist()) == (column.dtype, column.tolist())
    nulls = one_row([None] * 4, kinds(rows))
    assert nulls["text"].tolist() == [""]
    assert all(np.isnan(nulls[name]).all() for name in ("whole", "wide", "flag"))


def test_times() -> None:
    """A time is refused, for it is neither text nor a number."""
    rows = pa.table({"at": pa.array([0], pa.timestamp("us", "UTC"))})
    with pytest.raises(DataError, match="at holds times"):
        arrays(rows)


def test_picked() -> None:
    """Columns come in the order of the names; a missing one is named."""
    rows = pa.table({"a": [1.0], "b": [2.0]})
    assert [*selected_arrays(rows, ["b", "a"])] == ["b", "a"]
    with pytest.raises(DataError, match=r"\['c'\]"):
        selected_arrays(rows, ["c"])
