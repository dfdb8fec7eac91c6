"""An interactive report of the table itself, by skrub: every column, and how columns go together.

It is one page that asks no other host for anything. skrub is an optional extra.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.errors import MissingExtraError
from contracts.host.durable import write_file
from contracts.host.owned import claim

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa

#: The page, beside the report.
FILE = "table.html"
LOUD = ("matplotlib", "skrub")


def write_table(events: pa.Table, folder: Path, *, title: str, rows: int, seed: int = 0) -> int:
    """Write the report of a table, and return how many of its rows it shows.

    Args:
        events: The table.
        folder: Where ``table.html`` is written; a folder of ours.
        title: What the page is headed by; the number of rows is added.
        rows: The most rows that are looked at; of more, so many are drawn, in their order.
        seed: The seed of the draw.

    Raises:
        MissingExtraError: skrub is not installed.
        StateError: The folder has files that are not ours, or the disk failed.
    """
    report = _report()
    shown = min(rows, int(events.num_rows))
    of = f"{shown:,} rows drawn from {events.num_rows:,}"
    if shown < events.num_rows:
        places = np.random.default_rng(seed).choice(events.num_rows, shown, replace=False)
        events = events.take(np.sort(places))
    else:
        of = f"all {shown:,} rows"
    claim(folder)
    with quiet():
        page = report(_frame(events), title=f"{title}: {of}", verbose=0).html()
    write_file(folder / FILE, page.encode())
    return shown


def _report() -> Any:
    try:
        from skrub import TableReport  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            error.name or "skrub", extra="table", purpose="the report of the table"
        ) from error
    return TableReport


def _frame(events: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = events.to_pandas()
    return frame


@contextmanager
def quiet() -> Iterator[None]:
    """Let the libraries that draw log errors only."""
    loggers = [logging.getLogger(name) for name in LOUD]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)
