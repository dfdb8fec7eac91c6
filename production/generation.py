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

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.ports import Floats, Model

FORMAT = 1
DESCRIPTION, GOLDEN, MODEL = "generation.json", "golden.arrow", "model"
#: How far a loaded model may differ from what it predicted at training: float32 engines round.
TOLERANCE = 1e-5


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """The one field that every format has: read first, since a newer one may hold others too."""

    format: int = FORMAT


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a generation is of.

    Attributes:
        format: The shape of the folder.
        product: The product.
        contract: The version of the contract it fulfils.
        inputs: The input columns, in order.
        k: The width of a prediction.
    """

    format: int = FORMAT
    product: str
    contract: str
    inputs: tuple[str, ...]
    k: int


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
    (folder / DESCRIPTION).write_bytes(msgspec.json.encode(description))


def unpack(folder: Path, kind: type[Model]) -> Model:
    """Read a generation from a verified folder, warmed and checked against its golden set.

    Args:
        folder: What the artifact store opened.
        kind: The class that reads the model back.

    Raises:
        IntegrityError: The model does not load, or does not predict what it did at training.
    """
    description = describe(folder)
    try:
        model = kind.read(folder / MODEL)
        golden = feather.read_table(str(folder / GOLDEN))
        expected = [golden[f"expected_{at}"].to_numpy() for at in range(description.k)]
        found = model.predict(golden.select(list(description.inputs)))
    except Exception as error:
        # Whatever a product's own code raises on what it wrote: this generation cannot serve.
        raise IntegrityError(
            f"{folder.name}: does not load: {type(error).__name__}: {error}",
            hint="it was written by other code or libraries; train it anew",
        ) from error
    _compare(folder, found, np.column_stack(expected))
    return model


def describe(folder: Path) -> Description:
    """Return what a generation's folder says it is of.

    Raises:
        IntegrityError: It was written by a newer format, or is none.
    """
    try:
        content = (folder / DESCRIPTION).read_bytes()
        _check_format(folder, msgspec.json.decode(content, type=Stamp).format)
        return msgspec.json.decode(content, type=Description)
    except (OSError, msgspec.DecodeError) as error:
        raise IntegrityError(f"{folder.name}: no generation: {error}") from error


def _check_format(folder: Path, found: int) -> None:
    if found > FORMAT:
        raise IntegrityError(
            f"{folder.name}: format {found} is newer than this code's {FORMAT}",
            hint="upgrade liaison-lifecycle before serving it",
        )


def _compare(folder: Path, found: Floats, expected: Floats) -> None:
    if found.shape != expected.shape:
        raise IntegrityError(
            f"{folder.name}: predictions of shape {found.shape}, expected {expected.shape}"
        )
    worst = float(np.abs(found - expected).max(initial=0.0))
    if not worst <= TOLERANCE:
        raise IntegrityError(
            f"{folder.name}: its golden set is {worst:.2g} off, {TOLERANCE:g} allowed",
            hint="it was written by other code or libraries; train it anew",
        )
