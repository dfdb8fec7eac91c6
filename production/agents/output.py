"""What a model says must be what its contract's output schema allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import DataError
from contracts.schema.record import RecordDecoder

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.ports import Floats


def conform(contract: Contract, predictions: Floats) -> None:
    """Check predictions against a contract's output schema, without pandera.

    Args:
        contract: Its output columns.
        predictions: What a model predicted for n rows, (n, k).

    Raises:
        DataError: A value is out of its column's bounds.
    """
    convert = RecordDecoder(contract.output_columns).convert
    for row in predictions.tolist():
        try:
            convert(dict(zip(contract.outputs, row, strict=True)))
        except DataError as error:
            raise DataError(f"a prediction breaks the output schema: {error.message}") from error
