"""What `openapi_cases` tells schemathesis of the product: names that there are, and further bodies.

Half of the requests name what there is, so that they reach further than "nothing is so called". An
integer is sent without a decimal point: JSON Schema takes 1.0 for an integer, the server does not.
"""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import schemathesis
from hypothesis import strategies as st

from contracts.contract import golden, load

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACT = load(Path(os.environ["CONTRACT"]))
EVENT, GENERATION, LONGEST = "known", "1.0.0/1", 200
OUTCOMES = b'{"event": "known", "value": 1}\n{"event": "unknown", "value": 0, "revision": 2}'
NAMES = {"name": CONTRACT.product, "version": CONTRACT.version, "event": EVENT}
ROWS = golden.read(CONTRACT.folder / "golden.parquet", CONTRACT.input_columns, k=CONTRACT.k).rows
RECORDS = ROWS.to_pylist()
#: How the protocol's tensors name the kinds of columns.
DATATYPES = {"int": "INT64", "float": "FP64", "bool": "BOOL", "datetime": "INT64"}


@schemathesis.hook  # type: ignore[untyped-decorator]
def map_path_parameters(_: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Name what there is in half of the paths."""
    if path_parameters and _is_even(path_parameters):
        return {name: NAMES.get(name, value) for name, value in path_parameters.items()}
    return path_parameters


@schemathesis.hook  # type: ignore[untyped-decorator]
def map_body(context: Any, body: Any) -> Any:
    """Send integers as such, and name a generation that there is in half of the changes."""
    if isinstance(body, bytes):
        return OUTCOMES if context.operation.path == "/outcomes" else body
    body = _with_integers(body)
    named = body.get("generation") if isinstance(body, dict) else None
    if isinstance(named, str) and 0 < len(named) <= LONGEST and _is_even(body):
        body = {**body, "generation": GENERATION}
    return body


def _with_integers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_integers(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_integers(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_even(value: Any) -> bool:
    """Return whether a value is of the one half, always the same for the same value."""
    return sum(repr(value).encode()) % 2 == 0


def _lines(records: list[dict[str, Any]]) -> bytes:
    return b"\n".join(json.dumps({"record": each}).encode() for each in records)


def _stream(count: int) -> bytes:
    sink = BytesIO()
    with pa.ipc.new_stream(sink, ROWS.schema) as writer:
        writer.write_table(ROWS.slice(0, count))
    return sink.getvalue()


def _tensors(count: int) -> bytes:
    return json.dumps({"inputs": [*_inputs(count)]}).encode()


def _inputs(count: int) -> Iterator[dict[str, Any]]:
    for column in CONTRACT.input_columns:
        yield {
            "name": column.name,
            "shape": [count],
            "datatype": DATATYPES.get(column.kind, "BYTES"),
            "data": [record[column.name] for record in RECORDS[:count]],
        }


COUNTS = st.integers(1, len(RECORDS))
schemathesis.openapi.media_type(
    "application/x-ndjson", st.lists(st.sampled_from(RECORDS), max_size=50).map(_lines)
)
schemathesis.openapi.media_type("application/vnd.apache.arrow.stream", COUNTS.map(_stream))
schemathesis.openapi.media_type("application/octet-stream", COUNTS.map(_tensors))
