"""Batches as Arrow: records to the table that a model takes, and Arrow's stream over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from msgspec.structs import astuple

from contracts.data.rows import INSTANT
from contracts.ports import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    import msgspec

    from contracts.schema.columns import Columns
    from production.service.answers import Prediction

TYPES = {
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "str": pa.string(),
    "category": pa.string(),
    "datetime": INSTANT,
}


def request_table(
    records: Sequence[msgspec.Struct], keys: Sequence[str], columns: Columns
) -> pa.Table:
    """Return decoded records and their keys as the table that an engine serves."""
    values = zip(*map(astuple, records), strict=True)
    arrays = {
        column.name: pa.array(each, TYPES[column.kind])
        for column, each in zip(columns, values, strict=True)
    }
    return pa.table({KEY: pa.array(keys, pa.string()), **arrays})


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
