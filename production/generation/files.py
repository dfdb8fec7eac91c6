"""A generation as files: the model's own state, and a golden set that loading is checked against.

```
generation.json    what it is of: product, contract, inputs, width of a prediction
golden.arrow       the contract's golden inputs with this generation's own predictions
model/             what the model wrote of itself
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
from pyarrow import feather

from contracts.errors import IntegrityError
from production.generation.compatible import Reordered, require
from production.generation.description import FILE, Description, describe

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.ports import Floats, Model
    from contracts.schema.column import Column

GOLDEN, MODEL = "golden.arrow", "model"
#: How far a loaded model may differ from what it predicted at training: float32 engines round.
TOLERANCE = 1e-5
#: How many golden rows are predicted one by one too: all of them would take a model that is slow on
#: one row, as an estimator's own pipeline is, longer than it took to train.
SINGLE = 16


def pack(folder: Path, model: Model, *, description: Description, golden: pa.Table) -> None:
    """Write a fitted model and its golden set into an empty folder.

    Args:
        folder: Where to.
        model: The fitted model.
        description: What it is of.
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
    """Read a generation from a verified folder, warmed and checked against its golden set.

    Args:
        folder: What the artifact store opened.
        kind: The class that reads the model back.
        contract: What it is to fulfil.

    Raises:
        IncompatibleError: It is of another product, or of another major version of the contract.
        IntegrityError: The model does not load, or does not predict what it did at training.
    """
    description = describe(folder)
    require(folder.name, description, contract)
    try:
        model = kind.read(folder / MODEL)
        golden = feather.read_table(str(folder / GOLDEN))
        expected = [golden[f"expected_{at}"].to_numpy() for at in range(description.k)]
        rows = golden.select(list(description.inputs))
        found = model.predict(rows)
        picked = _spread(rows.num_rows)
        single = _singly(model, rows.take(picked), description)
    except Exception as error:
        # Whatever a product's own code raises on what it wrote: this generation cannot serve.
        raise IntegrityError(
            f"{folder.name}: does not load: {type(error).__name__}: {error}",
            hint="it was written by other code or libraries; train it anew",
        ) from error
    recorded = np.column_stack(expected)
    _compare(folder, found, recorded)
    _compare(folder, single, recorded[picked], how=", row by row,")
    if description.inputs == contract.inputs:
        return model
    return Reordered(model, _taken(description, contract))


def _spread(rows: int) -> list[int]:
    """Return the indices of a few rows, the first and the last among them.

    >>> _spread(3), len(_spread(300)), _spread(300)[-1], _spread(0)
    ([0, 1, 2], 16, 299, [])
    """
    return sorted({*np.linspace(0, rows - 1, min(rows, SINGLE)).astype(int).tolist()})


def _taken(description: Description, contract: Contract) -> list[Column]:
    """Return the contract's columns that a generation takes, in its own order."""
    columns = {column.name: column for column in contract.input_columns}
    return [columns[name] for name in description.inputs]


def _singly(model: Model, rows: pa.Table, description: Description) -> Floats:
    """Return what a model says of rows when it is asked for one record at a time.

    The records are of the generation's own contract, whose rows they are: the one that is deployed
    may be older and refuse some of them, which says nothing against the generation.
    """
    record = msgspec.defstruct("Record", description.inputs, frozen=True, kw_only=True, gc=False)
    said = [model.one(record(**row)) for row in rows.to_pylist()]
    return np.array(said, np.float64).reshape(len(said), -1 if said else description.k)


def _compare(folder: Path, found: Floats, expected: Floats, *, how: str = "") -> None:
    if found.shape != expected.shape:
        raise IntegrityError(
            f"{folder.name}: predictions{how} of shape {found.shape}, expected {expected.shape}"
        )
    worst = float(np.abs(found - expected).max(initial=0.0))
    if not worst <= TOLERANCE:
        raise IntegrityError(
            f"{folder.name}: its golden set{how} is {worst:.2g} off, {TOLERANCE:g} allowed",
            hint="it was written by other code or libraries; train it anew",
        )
