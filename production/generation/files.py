"""A generation's files: the model's own state, and a golden set that loading is checked against.

```
generation.json    product, contract version, inputs, number of output columns
golden.arrow       the contract's golden inputs with this generation's own predictions
model/             whatever the model wrote
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.data.predictions import check_answers, placed, places, predict
from contracts.fulfilment.graph import check_graph
from contracts.host.durable import disk_errors
from production.generation import golden as golden_set
from production.generation.description import FILE, check_compatible, describe
from production.generation.guarded import GuardedModel, failure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.kind import Predicted
    from contracts.ports import Floats, Model
    from production.generation.description import Description

GOLDEN, MODEL = "golden.arrow", "model"
#: How many golden rows are also predicted one by one. Doing it for all of them would take longer
#: than the training where a model is slow on single rows, as a scikit-learn pipeline is.
SINGLE = 16


def pack(
    folder: Path,
    model: Model,
    *,
    description: Description,
    golden: pa.Table,
    target: Predicted | None = None,
) -> None:
    """Write a fitted model and its golden set into an empty folder.

    Args:
        folder: The folder.
        model: The fitted model.
        description: What it was trained for.
        golden: Rows in the contract's input schema; the model's predictions are added.
        target: What is predicted: needed where the model may name fewer labels than the contract.

    Raises:
        IntegrityError: The model cannot be written, or fails to predict the golden rows.
        StateError: The disk failed.
    """
    rows = golden.select([*description.inputs])
    with disk_errors(f"the generation in {folder}"):
        (folder / MODEL).mkdir()
        try:
            model.write(folder / MODEL)
            expected = model.predict(rows)
            if target is not None:
                expected = placed(expected, places(model, target), target)
            golden_set.write(folder / GOLDEN, rows, expected)
        except OSError:
            raise  # the disk's fault, not the model's
        except Exception as error:
            raise failure(folder.name, "cannot be packed", error) from error
        (folder / FILE).write_bytes(msgspec.json.encode(description))


def unpack(
    folder: Path, kind: type[Model], contract: Contract, *, name: str | None = None
) -> GuardedModel:
    """Read a generation's model, warmed up and checked against its golden set.

    Args:
        folder: The generation's folder, as the artifact store verified it.
        kind: The class that reads the model.
        contract: The contract that is deployed.
        name: What messages call the generation; the folder's name if not given.

    Returns:
        The model behind a guard: whatever it raises later becomes an IntegrityError by its name.

    Raises:
        IncompatibleError: It is of another product, or of another major version of the contract.
        IntegrityError: The model does not load, or predicts something else than it did at training.
    """
    name = name or folder.name
    description = describe(folder, name=name)
    check_compatible(name, description, contract)
    model = read_checked(folder, kind, contract, inputs=description.inputs, name=name)
    return GuardedModel(model, name=name, contract=contract, inputs=description.inputs)


def read_checked(
    folder: Path, kind: type[Model], target: Predicted, *, inputs: Sequence[str], name: str
) -> Model:
    """Return the model in a generation's folder, if it reproduces its golden set.

    Args:
        folder: The generation's folder.
        kind: The class that reads the model.
        target: What is predicted.
        inputs: The model's input columns, in its order.
        name: What messages call the generation.

    Raises:
        IntegrityError: It does not, or a file of it is malformed.
    """
    try:
        for path in sorted((folder / MODEL).rglob("*.onnx")):
            check_graph(path.read_bytes(), name=path.name)
        model = kind.read(folder / MODEL)
        rows, expected = golden_set.read(folder / GOLDEN, inputs=inputs, k=target.k)
        batch = predict(model, rows, target)
        places = _spread(rows.num_rows)
        single = _predict_singly(model, rows.take(places), inputs, target)
    except Exception as error:
        # A product's own code may raise anything: whatever it is, this generation cannot serve.
        raise failure(name, "does not load", error) from error
    golden_set.check(name, batch, expected, target.kind)
    golden_set.check(name, single, expected[places], target.kind, how=", row by row,")
    return model


def _spread(rows: int) -> list[int]:
    """Return the indices of at most ``SINGLE`` rows, the first and the last among them.

    >>> _spread(3), len(_spread(300)), _spread(300)[-1]
    ([0, 1, 2], 16, 299)
    """
    return sorted({*np.linspace(0, rows - 1, min(rows, SINGLE)).astype(int).tolist()})


def _predict_singly(
    model: Model, rows: pa.Table, inputs: Sequence[str], target: Predicted
) -> Floats:
    """Return a model's predictions for rows, one record at a time, (n, k).

    The records have the generation's own columns and no checks: the deployed contract may be older
    and refuse some of these rows, which is no fault of the generation.
    """
    record = msgspec.defstruct("Record", inputs, frozen=True, kw_only=True, gc=False)
    answers = [model.one(record(**row)) for row in rows.to_pylist()]
    return check_answers(answers, rows, target, model=model)
