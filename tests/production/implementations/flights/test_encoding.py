from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import DataError
from production.implementations.flights.encoding import LARGEST, Encoding

ROWS = pa.table({"carrier": ["UA", None, "AA"], "seats": [2.0, None, 4.0], "minute": [1, 2, 3]})


def test_codes() -> None:
    """A text becomes its position among the sorted texts; unknown and null become NaN."""
    encoding = Encoding.of(ROWS)
    others = ROWS.set_column(0, "carrier", pa.array(["UA", None, "ZZ"]))
    np.testing.assert_array_equal(encoding.matrix(others)[:, 0], [1, np.nan, np.nan])


def test_numbers() -> None:
    """Numbers stay, null becomes NaN, and a number beyond float32 becomes the largest."""
    matrix = Encoding.of(ROWS).matrix(ROWS)
    np.testing.assert_array_equal(matrix[:, 1], np.array([2, np.nan, 4], np.float32))
    np.testing.assert_array_equal(matrix[:, 2], np.array([1, 2, 3], np.float32))
    wide = ROWS.set_column(1, "seats", pa.array([1e300, -1e300, None]))
    np.testing.assert_array_equal(Encoding.of(ROWS).matrix(wide)[:2, 1], [LARGEST, -LARGEST])


def test_dictionary() -> None:
    """A dictionary column is text like any other."""
    packed = ROWS.set_column(0, "carrier", ROWS["carrier"].combine_chunks().dictionary_encode())
    assert Encoding.of(packed) == Encoding.of(ROWS)
    np.testing.assert_array_equal(Encoding.of(ROWS).matrix(packed), Encoding.of(ROWS).matrix(ROWS))


def test_absent_column() -> None:
    """Rows without a column are refused by its name."""
    with pytest.raises(DataError, match="seats"):
        Encoding.of(ROWS).matrix(ROWS.drop_columns(["seats"]))
