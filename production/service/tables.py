"""Batches as Arrow: records to the table that a model takes, and Arrow's stream over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from contracts.data.records import record_columns
from contracts.ports import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    import msgspec

    from contracts.schema.columns import Columns
    from production.service.answers import Prediction


def request_table(
    records: Sequence[msgspec.Struct], keys: Sequence[str], columns: Columns
) -> pa.Table:
    """Return decoded records and their keys as the table that an engine serves."""
    return pa.table({KEY: pa.array(keys, pa.string()), **record_columns(records, columns)})


def write_predictions(answers: Sequence[Prediction], outputs: Sequence[str]) -> bytes:
    """Return predictions as an Arrow stream: id, the output columns, then what predicted."""
    table = pa.table(
        {
            "id": [each.id for each in answers],
            **{name: [each.prediction[name] for each in answers] for name in outputs},
            "release": [each.release for each in answers],
            "generation": pa.array([each.generation for each in answers], pa.int64()),
            "manifest": pa.array([each.manifest for each in answers], pa.int64()),
        }
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
