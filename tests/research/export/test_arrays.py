from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import DataError
from research.export.arrays import LARGEST, arrays, selected_arrays


def test_kinds() -> None:
    """Text stays text, all else becomes float32; a null becomes the empty text, or NaN."""
    rows = pa.table(
        {
            "text": pa.array(["a", None]).dictionary_encode(),
            "flag": [True, None],
            "whole": pa.array([3, None]),
            "wide": [1e300, -1e300],
        }
    )
    columns = arrays(rows)
    assert columns["text"].tolist() == ["a", ""]
    assert columns["flag"].dtype == columns["whole"].dtype == columns["wide"].dtype == np.float32
    np.testing.assert_array_equal(columns["flag"], [1, np.nan])
    np.testing.assert_array_equal(columns["whole"], [3, np.nan])
    assert columns["wide"].tolist() == [LARGEST, -LARGEST]


def test_times() -> None:
    """A time is refused: float32 would lose its minutes."""
    rows = pa.table({"at": pa.array([0], pa.timestamp("us", "UTC"))})
    with pytest.raises(DataError, match="at holds times"):
        arrays(rows)


def test_picked() -> None:
    """Columns come in the order of the names; a missing one is named."""
    rows = pa.table({"a": [1.0], "b": [2.0]})
    assert [*selected_arrays(rows, ["b", "a"])] == ["b", "a"]
    with pytest.raises(DataError, match=r"\['c'\]"):
        selected_arrays(rows, ["c"])
