"""Crafted generations: sound ones, and what an attacker with access to the store makes of them.

Each is published under its own digest, so that verifying its bytes finds nothing. What loads one
must refuse it by an error, or load the model that it was; nothing else may come of it.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

from production.artifacts.listing import LISTING, list_files
from production.artifacts.store import PUBLISHED
from production.generation.description import FILE, Description
from production.generation.files import GOLDEN, MODEL, pack
from production.implementations.flights.encoding import Encoding
from production.implementations.flights.model import ENCODING_FILE, TREES_FILE, FlightsModel
from tests.suites.hostile_graphs import GRAPHS, stump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contracts.contract import Contract
    from tests.suites.hostile_graphs import Craft

DEEP = 1_000_000


def sound(folder: Path, contract: Contract, **changes: Any) -> None:
    """Write a sound generation of a contract of flights: a tree of two leaves, changed or not."""
    golden = pq.read_table(contract.folder / "golden.parquet").select([*contract.inputs])
    model = FlightsModel(Encoding.of(golden), stump(len(contract.inputs), **changes))
    description = Description(
        product=contract.product, contract=contract.version, inputs=contract.inputs, k=contract.k
    )
    folder.mkdir(parents=True)
    pack(folder, model, description=description, golden=golden)


def republish(store: Path, folder: Path, listing: bytes | None = None) -> str:
    """Move a folder into a store as it is, under the digest of its listing; return the digest."""
    content = list_files(folder).encode() if listing is None else listing
    digest = hashlib.sha256(content).hexdigest()
    target = store / PUBLISHED / digest
    if not target.exists():
        shutil.move(folder, target)
        (target / LISTING).write_bytes(content)
    return digest


def crafted(count: int, seed: int = 0) -> Iterator[tuple[str, Craft]]:
    """Yield names and crafts: one of each kind, then as many random changes as there is room."""
    draw = random.Random(seed)  # noqa: S311 - a change to make, not a secret
    yield from [*CRAFTS.items()][:count]
    for number in range(count - len(CRAFTS)):
        file = draw.choice((GOLDEN, GOLDEN, f"{MODEL}/{TREES_FILE}", f"{MODEL}/{ENCODING_FILE}"))
        yield f"{file} changed {number}", _changed(file)


def _changed(file: str) -> Craft:
    """Change some bytes of a file, or cut or repeat a part of it."""

    def craft(folder: Path, draw: random.Random) -> None:
        content = bytearray((folder / file).read_bytes())
        for _ in range(draw.choice((1, 3, 30))):
            content[draw.randrange(len(content))] = draw.choice((0, 1, 0x7F, 0x80, 0xFF))
        if draw.random() < 0.3:
            at = draw.randrange(len(content))
            content[at : at + draw.randrange(64)] = content[: draw.randrange(128)]
        (folder / file).write_bytes(content)

    return craft


# The golden set.


def _golden(change: Callable[[pa.Table], pa.Table]) -> Craft:
    def craft(folder: Path, _: random.Random) -> None:
        table = change(feather.read_table(folder / GOLDEN, memory_map=False))
        feather.write_feather(table, str(folder / GOLDEN), compression="uncompressed")

    return craft


def _expected(values: pa.Array) -> Craft:
    return _golden(
        lambda table: table.set_column(table.num_columns - 1, "expected_0", values[: len(table)])
    )


def _first(column: Callable[[pa.Table], pa.Array]) -> Craft:
    return _golden(lambda table: table.set_column(0, table.column_names[0], column(table)))


def _bomb(folder: Path, _: random.Random) -> None:
    """Some kilobytes that unfold to two gigabytes."""
    schema = feather.read_table(folder / GOLDEN, memory_map=False).schema
    rows = 2**17
    zeros = pa.array(np.zeros(rows))
    columns = [
        zeros if field.type == pa.float64() else pa.nulls(rows, field.type) for field in schema
    ]
    batch = pa.record_batch(columns, schema=schema)
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    path = str(folder / GOLDEN)
    with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, schema, options=options) as writer:
        for _batch in range(2**31 // batch.nbytes + 1):
            writer.write_batch(batch)


def _offsets(folder: Path, _: random.Random) -> None:
    """Texts that lie far outside of the file."""
    table = feather.read_table(folder / GOLDEN, memory_map=False)
    content = bytearray((folder / GOLDEN).read_bytes())
    for column in table.columns:
        if column.type == pa.string():
            offsets = bytes(column.chunk(0).buffers()[1])[: 4 * len(table)]
            at = content.find(offsets)
            content[at + 4 : at + len(offsets)] = b"\xf0\xff\xff\x6f" * (len(offsets) // 4 - 1)
    (folder / GOLDEN).write_bytes(content)


def _letters(folder: Path, _: random.Random) -> None:
    """Texts that are no UTF-8."""
    table = feather.read_table(folder / GOLDEN, memory_map=False)
    content = bytearray((folder / GOLDEN).read_bytes())
    letters = next(bytes(c.chunk(0).buffers()[2]) for c in table.columns if c.type == pa.string())
    at = content.find(letters[:64])
    content[at : at + 64] = b"\xff" * 64
    (folder / GOLDEN).write_bytes(content)


def _large(folder: Path, _: random.Random) -> None:
    os.truncate(folder / GOLDEN, 65 * 2**20)


def _write(file: str, content: bytes) -> Craft:
    def craft(folder: Path, _: random.Random) -> None:
        (folder / file).write_bytes(content)

    return craft


def _cut(file: str, share: float) -> Craft:
    def craft(folder: Path, _: random.Random) -> None:
        os.truncate(folder / file, int((folder / file).stat().st_size * share))

    return craft


# The description.


def _described(**changes: Any) -> Craft:
    def craft(folder: Path, _: random.Random) -> None:
        said = msgspec.json.decode((folder / FILE).read_bytes())
        (folder / FILE).write_bytes(msgspec.json.encode({**said, **changes}))

    return craft


def _deep(file: str, key: str) -> Craft:
    opened = f'{{"{key}":'.encode() + b"[" * DEEP + b"]" * DEEP + b"}"
    return _write(file, opened)


# The listing.


def _listed(**changes: Any) -> Craft:
    """One file listed otherwise than it lies there."""

    def craft(folder: Path, _: random.Random) -> bytes:
        document = msgspec.to_builtins(list_files(folder))
        document["files"][0].update(changes)
        return msgspec.json.encode(document)

    return craft


def _more(path: str, count: int = 1) -> Craft:
    def craft(folder: Path, _: random.Random) -> bytes:
        document = msgspec.to_builtins(list_files(folder))
        entry = {"path": path, "size": 1, "sha256": "0" * 64}
        more = [{**entry, "path": f"{path}{at or ''}"} for at in range(count)]
        return msgspec.json.encode({**document, "files": [*document["files"], *more]})

    return craft


def _link(folder: Path, _: random.Random) -> None:
    (folder / MODEL / ENCODING_FILE).unlink()
    (folder / MODEL / ENCODING_FILE).symlink_to("/etc/hostname")


def _unlisted_link(folder: Path, draw: random.Random) -> bytes:
    listing = list_files(folder).encode()
    _link(folder, draw)
    return listing


def _pipe(folder: Path, _: random.Random) -> bytes:
    listing = list_files(folder).encode()
    (folder / GOLDEN).unlink()
    os.mkfifo(folder / GOLDEN)
    return listing


CRAFTS: dict[str, Craft] = {
    "golden cut": _cut(GOLDEN, 0.6),
    "golden of nothing": _write(GOLDEN, b""),
    "golden of noise": _write(GOLDEN, b"ARROW1\0\0" + bytes(range(256)) * 40),
    "golden without rows": _golden(lambda table: table[:0]),
    "golden bomb": _bomb,
    "golden too large": _large,
    "golden with offsets outside": _offsets,
    "golden with broken letters": _letters,
    "golden of dictionaries": _first(lambda t: t[0].combine_chunks().dictionary_encode()),
    "golden of structs": _first(lambda t: pa.array([{"a": 1}] * len(t))),
    "golden of unions": _first(
        lambda t: pa.UnionArray.from_sparse(pa.array([0] * len(t), pa.int8()), [pa.nulls(len(t))])
    ),
    "golden of other columns": _golden(
        lambda t: t.rename_columns([name.upper() for name in t.column_names])
    ),
    "golden of one name": _golden(lambda t: t.rename_columns(["a"] * t.num_columns)),
    "golden of many columns": _golden(
        lambda t: pa.table([t[-1]] * 20_000, names=[f"c{at}" for at in range(20_000)])
    ),
    "golden expects nothing": _expected(pa.nulls(1_000, pa.float64())),
    "golden expects NaN": _expected(pa.array([float("nan")] * 1_000)),
    "golden expects another": _expected(pa.array([0.7] * 1_000)),
    "golden expects whole numbers": _expected(pa.array([1] * 1_000)),
    "description deep": _deep(FILE, "x"),
    "description of nothing": _write(FILE, b""),
    "description no text": _write(FILE, b"\xff\xfe\x00"),
    "description long": _described(inputs=["x" * 100] * 100_000),
    "description k": _described(k=10**18),
    "description k below 0": _described(k=-1),
    "description k text": _described(k="1"),
    "description of many digits": _write(FILE, b'{"format":1,"k":' + b"9" * 5_000 + b"}"),
    "description twice": _described(inputs=["carrier"] * 17),
    "description of another time": _described(format=99),
    "encoding deep": _deep(f"{MODEL}/{ENCODING_FILE}", "categories"),
    "encoding of nothing": _write(f"{MODEL}/{ENCODING_FILE}", b""),
    "encoding of other columns": _write(
        f"{MODEL}/{ENCODING_FILE}", b'{"format":1,"categories":{"a":["b"]}}'
    ),
    "trees of nothing": _write(f"{MODEL}/{TREES_FILE}", b""),
    "trees of noise": _write(f"{MODEL}/{TREES_FILE}", bytes(range(256)) * 40),
    "trees cut": _cut(f"{MODEL}/{TREES_FILE}", 0.7),
    **GRAPHS,
    "listing deep": lambda *_: b'{"files":' + b"[" * DEEP,
    "listing of nothing": lambda *_: b"",
    "listing of a size below 0": _listed(size=-1),
    "listing of a huge size": _listed(size=2**62),
    "listing of a path outside": _more("../../../x"),
    "listing of an absolute path": _more("/etc/hostname"),
    "listing of a path with NUL": _more("a\0b"),
    "listing of many files": _more("model/a", 100_000),
    "listing of another format": lambda folder, _: (
        list_files(folder).encode().replace(b'"format":1', b'"format":9')
    ),
    "link in the model": _unlisted_link,
    "pipe as golden set": _pipe,
}
