"""The rows on which the two forms of one model are compared."""

from __future__ import annotations

import warnings
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from research.export.arrays import NAN, arrays, text_columns
from research.export.estimator import outputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt
    import pyarrow as pa

    from contracts.ports import Floats
    from research.export.arrays import Array

    #: Columns of rows, and the estimator's outputs for them.
    Case = tuple[Mapping[str, Array], Floats]
    Positions = npt.NDArray[np.int64]

SIZE = 2_000
#: Rows of a case in which a single column is missing.
SINGLE_SIZE = 250
#: A text that no training row had.
UNSEEN = "\N{WHITE QUESTION MARK ORNAMENT}"


def sample_rows(rows: pa.Table) -> pa.Table:
    """Return `SIZE` rows spread evenly over a table and its unusual ones, in the table's order.

    Unusual: of each column of numbers the first row without one and those of the two extremes; of
    each column of texts the first row of each text, of at most `SIZE` texts.

    Raises:
        DataError: A column is neither text nor numbers.
    """
    text = text_columns(rows)
    unusual = [
        _first_of_each(rows[name]) if name in text else _extremes(arrays(rows.select([name]))[name])
        for name in rows.column_names
    ]
    return rows.take(np.unique(np.concatenate([_spread(np.arange(rows.num_rows)), *unusual])))


def cases(estimator: Any, sample: Mapping[str, Array]) -> list[Case]:
    """Return a sample with the estimator's outputs, and harder cases where it has outputs.

    Harder than most training rows: each column missing alone; all the columns missing together that
    the estimator can do without; texts that it never saw.

    Raises:
        Exception: The estimator fails on the sample itself.
    """
    single = {
        name: _case(estimator, with_nulls(_thinned(sample, start), [name]))
        for start, name in enumerate(sample)
    }
    optional = [name for name, case in single.items() if case]
    return [
        (sample, outputs(estimator, sample)),
        *chain.from_iterable(single.values()),
        *_case(estimator, with_nulls(sample, optional)),
        *_case(estimator, with_unseen_texts(sample)),
    ]


def with_nulls(columns: Mapping[str, Array], names: Iterable[str]) -> dict[str, Array]:
    """Return columns of which the named hold nothing but nulls, as `arrays` writes them."""
    null = {name: "" if columns[name].dtype == object else NAN for name in names}
    return {**columns} | {name: np.full_like(columns[name], null[name]) for name in null}


def with_unseen_texts(columns: Mapping[str, Array]) -> dict[str, Array]:
    """Return columns in which every text is one that no training row had."""
    return {
        name: np.full_like(column, UNSEEN) if column.dtype == object else column
        for name, column in columns.items()
    }


def _thinned(columns: Mapping[str, Array], start: int) -> dict[str, Array]:
    """Return about `SINGLE_SIZE` of the rows of columns, other ones for another start."""
    step = max(1, len(next(iter(columns.values()))) // SINGLE_SIZE)
    return {name: column[start % step :: step] for name, column in columns.items()}


def _case(estimator: Any, columns: Mapping[str, Array]) -> list[Case]:
    """Return columns with an estimator's outputs; nothing where the estimator fails."""
    # Where the estimator fails, the other form need not predict; where it only warns, it must.
    with suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [(columns, outputs(estimator, columns))]
    return []


def _spread(positions: Positions) -> Positions:
    """Return at most `SIZE` of some positions, evenly spread."""
    every = np.linspace(0, len(positions) - 1, min(SIZE, len(positions)))
    return positions[every.astype(np.int64)]


def _first_of_each(column: pa.ChunkedArray) -> Positions:
    """Return the position of the first row of each text, and of null."""
    column = column.cast("string")
    unique = pc.unique(column)
    codes = np.asarray(pc.index_in(column, value_set=unique))
    first = np.empty(len(unique), np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # written backwards, the first row stays
    return _spread(first)


def _extremes(column: Array) -> Positions:
    """Return the positions of the first missing number, the least and the largest."""
    missing = np.isnan(column)
    present = np.flatnonzero(~missing)
    ends = (
        [present[find(column[present])] for find in (np.argmin, np.argmax)] if len(present) else []
    )
    return np.array([*np.flatnonzero(missing)[:1], *ends], np.int64)
