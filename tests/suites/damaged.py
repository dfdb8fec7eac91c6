"""Damaged contracts: a sound one's folder, and what may have happened to it.

Each craft changes a folder and says whether its digests are then made to agree, as whoever can
write the folder can. What reads one must refuse it by an error, or read a sound contract; nothing
else may come of it.
"""

from __future__ import annotations

import os
import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from contracts.contract import provenance
from contracts.contract.digest import GOLDEN, INPUT, NORMATIVE, OUTPUT, TERMS
from contracts.errors import LiaisonError
from tests.suites.damaged_texts import HEAD, SCHEMAS, TERMS_LINES, TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Craft = Callable[[Path, random.Random], None]

FILES = (*NORMATIVE, provenance.FILE)
#: What changes come to: ends of texts, marks of YAML, bytes that are no text.
BYTES = b"\x00\x7f\x80\xff :-[{'#&*\n9"


def damaged(count: int, seed: int = 0) -> Iterator[tuple[str, Craft]]:
    """Yield names and crafts: one of each kind, then as many random changes as there is room."""
    draw = random.Random(seed)  # noqa: S311 - a change to make, not a secret
    yield from [*CRAFTS.items()][:count]
    for number in range(count - len(CRAFTS)):
        file, agreeing = draw.choice(FILES), draw.random() < 0.8
        yield f"{file} changed {number}", _changed(file, agreeing=agreeing)


def agree(folder: Path) -> None:
    """Make the digests in a folder agree with its files, where there is anything to agree with."""
    with suppress(LiaisonError, OSError):
        origin = provenance.with_digests(provenance.read(folder), folder)
        provenance.write(folder, origin)


def _changed(file: str, *, agreeing: bool) -> Craft:
    """Change some bytes of a file, or cut or repeat a part of it."""

    def craft(folder: Path, draw: random.Random) -> None:
        content = bytearray((folder / file).read_bytes())
        for _ in range(draw.choice((1, 3, 30))):
            content[draw.randrange(len(content))] = draw.choice(BYTES)
        if draw.random() < 0.3:
            at = draw.randrange(len(content))
            content[at : at + draw.randrange(64)] = content[: draw.randrange(128)]
        elif draw.random() < 0.3:
            del content[draw.randrange(len(content)) :]
        (folder / file).write_bytes(content)
        if agreeing:
            agree(folder)

    return craft


def _write(file: str, content: bytes | str) -> Craft:
    def craft(folder: Path, _: random.Random) -> None:
        (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
        agree(folder)

    return craft


def _replace(file: str, old: str, new: str) -> Craft:
    """Replace the rest of the first line that starts with a text."""

    def craft(folder: Path, _: random.Random) -> None:
        lines = (folder / file).read_text("utf-8").split("\n")
        at = next(at for at, line in enumerate(lines) if line.lstrip("- ").startswith(old))
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip("- "))]
        lines[at] = indent + new
        (folder / file).write_text("\n".join(lines), "utf-8")
        agree(folder)

    return craft


# Files and folders.


def _instead(file: str, make: Callable[[Path], object]) -> Craft:
    def craft(folder: Path, _: random.Random) -> None:
        (folder / file).unlink()
        make(folder / file)
        agree(folder)

    return craft


def _swapped(one: str, other: str) -> Craft:
    def craft(folder: Path, _: random.Random) -> None:
        content = (folder / one).read_bytes()
        (folder / one).write_bytes((folder / other).read_bytes())
        (folder / other).write_bytes(content)
        agree(folder)

    return craft


def _folders() -> Iterator[tuple[str, Craft]]:
    makers: dict[str, Callable[[Path], object]] = {
        "missing": lambda _: None,
        "a folder": lambda path: path.mkdir(),
        "a pipe": os.mkfifo,
        "a link to itself": lambda path: path.symlink_to(path),
        "a link to zeros": lambda path: path.symlink_to("/dev/zero"),
        "a link to another file": lambda path: path.symlink_to("/etc/hostname"),
        "a dangling link": lambda path: path.symlink_to("nothing"),
        "empty": lambda path: path.touch(),
        "100 GB": lambda path: (path.touch(), os.truncate(path, 10**11)),
        "65 MiB": lambda path: (path.touch(), os.truncate(path, 65 * 2**20)),
    }
    for file in FILES:
        for name, make in makers.items():
            yield f"{file} is {name}", _instead(file, make)
    for at, one in enumerate(FILES):
        for other in FILES[at + 1 :]:
            yield f"{one} and {other} swapped", _swapped(one, other)


# The golden set.


def _golden(change: Callable[[pa.Table], pa.Table], **options: Any) -> Craft:
    def craft(folder: Path, _: random.Random) -> None:
        table = change(pq.read_table(folder / GOLDEN, partitioning=None))
        pq.write_table(table, folder / GOLDEN, **options)
        agree(folder)

    return craft


def _last(column: Callable[[int], pa.Array]) -> Craft:
    return _golden(
        lambda table: table.set_column(
            table.num_columns - 1, table.column_names[-1], column(len(table))
        )
    )


def _first(column: Callable[[pa.ChunkedArray], Any]) -> Craft:
    return _golden(
        lambda table: table.set_column(0, table.column_names[0], column(table.column(0)))
    )


def _repeated(table: pa.Table, rows: int) -> pa.Table:
    return table.take(pa.array(np.arange(rows) % len(table)))


def _long_text(table: pa.Table) -> pa.Table:
    """Return 100,000 rows of one long text: a small file, 100 GB in memory."""
    rows = _repeated(table, 100_000)
    numbers = pa.array(np.zeros(len(rows), np.int32))
    text = pa.DictionaryArray.from_arrays(numbers, pa.array(["x" * 10**6]))
    return rows.set_column(0, rows.column_names[0], text)


TABLES = {
    "no rows": _golden(lambda table: table[:0]),
    "many rows": _golden(lambda table: _repeated(table, 1_000_000)),
    "a long text": _golden(_long_text),
    "another order": _golden(lambda table: table.select(table.column_names[::-1])),
    "a column more": _golden(lambda table: table.append_column("expected_9", table.column(-1))),
    "a column less": _golden(lambda table: table.remove_column(0)),
    "no expectation": _golden(lambda table: table.remove_column(table.num_columns - 1)),
    "a column twice": _golden(
        lambda table: table.append_column(table.column_names[0], table.column(0))
    ),
    "expected NaN": _last(lambda n: pa.array(np.full(n, np.nan))),
    "expected infinities": _last(lambda n: pa.array(np.full(n, np.inf))),
    "expected nulls": _last(lambda n: pa.nulls(n, pa.float64())),
    "expected texts": _last(lambda n: pa.array(["x"] * n)),
    "expected integers": _last(lambda n: pa.array(np.ones(n, np.int64))),
    "expected lists": _last(lambda n: pa.array([[0.5]] * n)),
    "lists": _first(lambda each: pa.array([[text] for text in each.to_pylist()])),
    "bytes": _first(lambda each: pa.array([b"\xff"] * len(each))),
    "null alone": _first(lambda each: pa.nulls(len(each))),
    "an unknown category": _first(lambda each: pa.array(["no such category"] * len(each))),
}

CRAFTS: dict[str, Craft] = {
    **dict(_folders()),
    **{
        f"{file}: {name}": _write(file, text)
        for file in (TERMS, INPUT, OUTPUT)
        for name, text in TEXTS.items()
    },
    **{f"{TERMS}: {name}": _replace(TERMS, *line) for name, line in TERMS_LINES.items()},
    **{
        f"{file}: {name}": _write(file, HEAD + text)
        for file in (INPUT, OUTPUT)
        for name, text in SCHEMAS.items()
    },
    **{f"{GOLDEN}: {name}": craft for name, craft in TABLES.items()},
    **{
        f"{provenance.FILE}: {name}": _write(provenance.FILE, text)
        for name, text in {
            "a list": "[]",
            "a number": "1",
            "deep": "[" * 1_000_000,
            "a deep field that nothing reads": '{"x": ' + "[" * 100_000 + "]" * 100_000 + "}",
            "a digest that is a number": '{"files": {"a": 1}}',
            "half a character": b'{"commit": "\\ud800"}',
        }.items()
    },
}
