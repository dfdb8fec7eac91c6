"""A generation's files: the model's own state, and a golden set that loading is checked against.

```
generation.json    product, contract version, inputs, number of output columns
golden.arrow       the contract's golden inputs with this generation's own predictions
model/             whatever the model wrote
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import msgspec
import numpy as np
import pyarrow as pa
from pyarrow import feather

from contracts.errors import IncompatibleError, IntegrityError
from contracts.schema.columns import Columns
from contracts.schema.record import record_type
from production.generation.description import FILE, Description, check_compatible, describe

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.ports import Floats, Model

GOLDEN, MODEL = "golden.arrow", "model"
#: How far a loaded model's predictions may be from those at training: float32 engines round.
TOLERANCE = 1e-5
#: How many golden rows are also predicted one by one. Doing it for all of them would take longer
#: than the training where a model is slow on single rows, as a scikit-learn pipeline is.
SINGLE = 16


def pack(folder: Path, model: Model, *, description: Description, golden: pa.Table) -> None:
    """Write a fitted model and its golden set into an empty folder.

    Args:
        folder: The folder.
        model: The fitted model.
        description: What it was trained for.
        golden: Rows in the contract's input schema; the model's predictions are added.
    """
    inside = folder / MODEL
    inside.mkdir()
    model.write(inside)
    expected = model.predict(golden.select(description.inputs))
    for at in range(description.k):
        golden = golden.append_column(f"expected_{at}", pa.array(expected[:, at]))
    feather.write_feather(golden, str(folder / GOLDEN), compression="uncompressed")
    (folder / FILE).write_bytes(msgspec.json.encode(description))


def unpack(folder: Path, kind: type[Model], contract: Contract) -> Model:
    """Read a generation's model, warmed up and checked against its golden set.

    Args:
        folder: The generation's folder, as the artifact store verified it.
        kind: The class that reads the model.
        contract: The contract that is deployed.

    Raises:
        IncompatibleError: It is of another product, or of another major version of the contract.
        IntegrityError: The model does not load, or predicts something else than it did at training.
    """
    description = describe(folder)
    check_compatible(folder.name, description, contract)
    try:
        model = kind.read(folder / MODEL)
        golden = feather.read_table(str(folder / GOLDEN))
        columns = [golden[f"expected_{at}"].to_numpy() for at in range(description.k)]
        rows = golden.select(list(description.inputs))
        batch = model.predict(rows)
        picked = _spread(rows.num_rows)
        single = _predict_singly(model, rows.take(picked), description)
    except Exception as error:
        # A product's own code may raise anything: whatever it is, this generation cannot serve.
        raise IntegrityError(
            f"{folder.name}: does not load: {type(error).__name__}: {error}",
            hint="it was written by other code or libraries; train it anew",
        ) from error
    expected = np.column_stack(columns)
    _check_golden(folder, batch, expected)
    _check_golden(folder, single, expected[picked], how=", row by row,")
    if description.inputs == contract.inputs:
        return model
    by_name = contract.input_columns.by_name
    return Reordered(model, Columns(by_name[name] for name in description.inputs))


class Reordered:
    """A model whose input columns stand in another order than the deployed contract's.

    Args:
        model: The model.
        columns: Its input columns, in its order.
    """

    def __init__(self, model: Model, columns: Columns) -> None:
        self._model, self._inputs = model, columns.names
        self._type = record_type(columns)

    def predict(self, rows: pa.Table) -> Floats:
        """Return predictions for rows with the columns in any order, (n, k)."""
        return self._model.predict(rows.select(self._inputs))

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the prediction for one record with the fields in any order.

        The record is rebuilt in the model's order, because a model may read fields by position.
        """
        return self._model.one(self._type(**{name: getattr(record, name) for name in self._inputs}))

    def write(self, folder: Path) -> None:
        """Write the model's own state."""
        self._model.write(folder)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raise: the order of the columns is known to :func:`unpack` only.

        Raises:
            IncompatibleError: Always.
        """
        raise IncompatibleError(f"{folder.name}: the order of its input columns is not known here")


def _spread(rows: int) -> list[int]:
    """Return the indices of at most ``SINGLE`` rows, the first and the last among them.

    >>> _spread(3), len(_spread(300)), _spread(300)[-1], _spread(0)
    ([0, 1, 2], 16, 299, [])
    """
    return sorted({*np.linspace(0, rows - 1, min(rows, SINGLE)).astype(int).tolist()})


def _predict_singly(model: Model, rows: pa.Table, description: Description) -> Floats:
    """Return a model's predictions for rows, one record at a time, (n, k).

    The records have the generation's own columns and no checks: the deployed contract may be older
    and refuse some of these rows, which is no fault of the generation.
    """
    record = msgspec.defstruct("Record", description.inputs, frozen=True, kw_only=True, gc=False)
    single = [model.one(record(**row)) for row in rows.to_pylist()]
    return np.array(single, np.float64).reshape(len(single), -1 if single else description.k)


def _check_golden(folder: Path, predictions: Floats, expected: Floats, *, how: str = "") -> None:
    if predictions.shape != expected.shape:
        raise IntegrityError(
            f"{folder.name}: predictions{how} of shape {predictions.shape}, expected "
            f"{expected.shape}"
        )
    worst = float(np.abs(predictions - expected).max(initial=0.0))
    if not worst <= TOLERANCE:
        raise IntegrityError(
            f"{folder.name}: its golden set{how} is {worst:.2g} off, {TOLERANCE:g} allowed",
            hint="it was written by other code or libraries; train it anew",
        )
