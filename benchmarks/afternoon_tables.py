"""Seven tables as people have them, made by a seed, each with what is said of it to `task=new`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = 86_400_000_000  # microseconds
START, DAYS = 1_704_067_200_000_000, 180  # from 2024-01-01 on
INSTANT = pa.timestamp("us", tz="UTC")
TOWNS = np.array(["Aachen", "Brno", "Cádiz", "Delft", "Évora", "Fürth"])

Columns = dict[str, Any]


class Afternoon(NamedTuple):
    """One input of a person's.

    Attributes:
        write: Writes so many rows by a seed into a folder.
        words: What the person says of them.
    """

    write: Callable[[Path, int, int], None]
    words: tuple[str, ...]


def drawn(rows: int, seed: int) -> tuple[np.random.Generator, Columns, Any]:
    """Return a generator, inputs of events over half a year, and a hidden value that drifts."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.integers(0, DAYS * DAY, rows))
    size, months, town = rng.gamma(2, 20, rows), rng.integers(0, 60, rows), rng.integers(0, 6, rows)
    age = at / DAY / DAYS
    # What a month is worth turns within the half-year; a town gets another weight after half of it.
    hidden = size / 40 - months / 30 * (1 - 1.5 * age) + (town == np.where(age < 0.5, 1, 4))
    columns = {
        "booked": pa.array(START + at, INSTANT),
        "customer": [f"c{each}" for each in rng.integers(0, max(rows // 8, 2), rows)],
        "size": pa.array(size.round(2), mask=rng.random(rows) < 0.03),
        "months": months,
        "town": TOWNS[town].tolist(),
        "member": (rng.random(rows) < 0.4).tolist(),
    }
    return rng, columns, hidden + rng.normal(0, 0.7, rows)


def table(kind: str, rows: int, seed: int) -> Columns:
    """Return the columns of a table with a target of some kind."""
    rng, columns, hidden = drawn(rows, seed)
    if kind == "regression":
        return columns | {"cost": (120 + 35 * hidden).round(2)}
    if kind == "binary":
        return columns | {"cancelled": np.where(hidden > 0.6, "yes", "no").tolist()}
    labels = np.array(["return", "keep", "exchange"])[np.digitize(hidden, [-0.2, 0.9])]
    if kind == "open":  # a label that nobody knew at first
        late = np.arange(rows) > rows * 0.6
        labels = np.where(late & (rng.random(rows) < 0.12), "repair", labels)
    return columns | {"ends": labels.tolist()}


def parquet(kind: str) -> Callable[[Path, int, int], None]:
    """Return what writes a file of Parquet."""

    def write(folder: Path, rows: int, seed: int) -> None:
        pq.write_table(pa.table(table(kind, rows, seed)), folder / "events.parquet")

    return write


def odd_csv(folder: Path, rows: int, seed: int) -> None:
    """Write a CSV whose rows are in no order, and whose headers nobody would choose."""
    columns = table("binary", rows, seed)
    order = np.random.default_rng(seed).permutation(rows)
    names = ["Datum & Zeit", "customer no", "Größe (m²)", "class", "%-Ort", "is member?", "Storno?"]
    unsorted = pa.table(columns).take(order).rename_columns(names)
    text = unsorted["Datum & Zeit"].cast(pa.timestamp("us")).cast(pa.string())
    csv.write_csv(unsorted.set_column(0, names[0], text), folder / "export (final).csv")


def postgresql(url: str, schema: str) -> Callable[[Path, int, int], None]:
    """Return what fills a table of a database, with a number for each row."""

    def write(folder: Path, rows: int, seed: int) -> None:  # noqa: ARG001 - it is in the database
        columns = pa.table(table("binary", rows, seed)).to_pylist()
        with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TABLE {schema}.bookings (booking_id bigint, booked timestamptz, "
                "customer text, size double precision, months int, town text, member boolean, "
                "cancelled text)"
            )
            with cursor.copy(f"COPY {schema}.bookings FROM STDIN") as copy:
                for number, each in enumerate(columns):
                    copy.write_row((number, *each.values()))

    return write


def afternoons(url: str, schema: str) -> dict[str, Afternoon]:
    """Return the seven inputs by name; one is in a schema of a database."""
    file = "data=events.parquet"
    binary = parquet("binary")
    return {
        "binary": Afternoon(binary, (file, "target=cancelled", "arrived=7d")),
        "multiclass": Afternoon(parquet("multiclass"), (file, "target=ends", "arrived=7d")),
        "open labels": Afternoon(parquet("open"), (file, "target=ends", "arrived=7d")),
        "regression": Afternoon(parquet("regression"), (file, "target=cost", "arrived=14d")),
        "odd CSV": Afternoon(
            odd_csv,
            ("data=export (final).csv", "target=Storno?", "arrived=7d", "zone=Europe/Berlin"),
        ),
        "PostgreSQL": Afternoon(
            postgresql(url, schema),
            (f"data={url}", f"table={schema}.bookings", "target=cancelled", "arrived=7d"),
        ),
        "package": Afternoon(binary, (file, "target=cancelled", "arrived=7d", "package=own")),
    }
