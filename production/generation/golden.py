"""A generation's golden set: rows with its own predictions, which every loading must reproduce."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.types as kinds
from pyarrow import feather

from contracts.errors import DataError, IntegrityError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from contracts.kind import Kind
    from contracts.ports import Floats

EXPECTED = "expected_"
#: The largest file that is read, in bytes: some hundred rows, with long texts in them.
LARGEST = 64 * 2**20
#: How far predictions may be from those at training, because float32 engines round: of a
#: probability, or relative to the magnitude of a regression's predictions.
ROUNDING = 1e-5
#: A difference above this share of the predictions' standard deviation is never rounding, however
#: large the predictions are.
DISTINCT = 1e-2
#: With a standard deviation below this share of their magnitude, predictions count as equal.
CONSTANT = 1e-12
#: How many names of unexpected columns an error shows.
SHOWN = 20
PLAIN = (
    kinds.is_boolean,
    kinds.is_integer,
    kinds.is_floating,
    kinds.is_string,
    kinds.is_large_string,
    kinds.is_timestamp,
)


def write(path: Path, rows: pa.Table, expected: Floats) -> None:
    """Write n rows and the (n, k) predictions of them, uncompressed."""
    for at, column in enumerate(expected.T):
        rows = rows.append_column(f"{EXPECTED}{at}", pa.array(column, pa.float64()))
    feather.write_feather(rows, str(path), compression="uncompressed")


def read(path: Path, *, inputs: Sequence[str], k: int) -> tuple[pa.Table, Floats]:
    """Return the rows of a golden set, and their (n, k) expected predictions.

    No batch is used before its schema and all its values have been checked. The parser itself
    may crash on a crafted file: `production.generation.probe` reads it first, in a process of
    its own.

    Raises:
        DataError: The file is too large, has other columns or no rows, or is compressed.
        ArrowInvalid: It is no Arrow file, or a value in it is invalid.
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise DataError(f"{path.name} has {size} bytes, at most {LARGEST} are allowed")
    reader = pa.ipc.open_file(pa.py_buffer(path.read_bytes()))
    expected = [f"{EXPECTED}{at}" for at in range(k)]
    _check_schema(reader.schema, [*inputs, *expected], expected)
    table = reader.read_all()
    table.validate(full=True)
    if not table.num_rows:
        raise DataError(f"{path.name} has no rows, expected some to check the model on")
    if table.nbytes > size:
        raise DataError(
            f"{path.name} unfolds {size} bytes to {table.nbytes}, expected it uncompressed"
        )
    columns = [table[name].to_numpy() for name in expected]
    return table.select([*inputs]), np.column_stack(columns)


def allowed(expected: Floats, kind: Kind) -> Floats:
    """Return how far each prediction may be from the expected one.

    >>> float(allowed(np.array([[0.2], [0.9]]), "binary")[0, 0])
    1e-05
    >>> allowed(np.array([[100.0], [300.0]]), "regression").round(6).tolist()
    [[0.003], [0.005]]
    """
    if kind != "regression":
        return np.full(expected.shape, ROUNDING)
    magnitude = np.abs(expected) + np.abs(expected).mean()
    spread = float(expected.std())
    # The deviation of equal numbers is itself a rounding error, not always 0.
    varies = spread > CONSTANT * float(magnitude.max())
    limits: Floats = np.minimum(ROUNDING * magnitude, DISTINCT * spread if varies else np.inf)
    return limits


def check(name: str, predictions: Floats, expected: Floats, kind: Kind, *, how: str = "") -> None:
    """Check predictions of golden rows against those at training.

    Args:
        name: What messages call the generation.
        predictions: Finite, (n, k).
        expected: Those at training, (n, k).
        kind: What is predicted.
        how: Which predictions these are, for the message.

    Raises:
        IntegrityError: One is farther off than rounding explains.
    """
    limits, off = allowed(expected, kind), np.abs(predictions - expected)
    wrong = ~(off <= limits)
    if wrong.any():
        at = int(np.argmax(np.where(wrong, off, -1.0)))
        raise IntegrityError(
            f"{name}: its golden set{how} is {off.flat[at]:.2g} off at {expected.flat[at]:.6g}, "
            f"{limits.flat[at]:.2g} allowed",
            hint="it was written by other code or libraries, or rounds to float32 what differs "
            "by less: train it anew, in double precision or without a large constant",
        )


def _check_schema(schema: pa.Schema, names: list[str], expected: list[str]) -> None:
    if schema.names != names:
        raise DataError(
            f"expected the golden columns {names}, got {schema.names[: len(names) + 1]}"
        )
    for field in schema:
        wanted = [kinds.is_float64] if field.name in expected else PLAIN
        if not any(is_kind(field.type) for is_kind in wanted):
            raise DataError(f"golden column {field.name!r}: unexpected type {field.type}")
