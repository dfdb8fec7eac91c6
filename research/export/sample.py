"""Rows on which two forms of one model are compared before one is served for the other."""

from __future__ import annotations

import warnings
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from research.export.estimator import answers
from research.export.values import NAN, texts, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt
    import pyarrow as pa

    from contracts.ports import Floats
    from research.export.values import Values

    Asked = tuple[Mapping[str, Values], Floats]
    Positions = npt.NDArray[np.int64]

SIZE = 2_000
#: Rows on which one column alone lacks its values.
ALONE = 250
#: A text that no training row had.
FOREIGN = "\N{WHITE QUESTION MARK ORNAMENT}"


def telling(rows: pa.Table) -> pa.Table:
    """Return rows spread evenly over a table, and those that few are like, in the table's order.

    Of each column of numbers the first row without one and those of both extremes; of each column
    of texts the first row of each text, of at most `SIZE` of them.

    Raises:
        DataError: A column is neither text nor numbers.
    """
    text = texts(rows)
    shown = [
        _first(rows[name]) if name in text else _edges(values(rows.select([name]))[name])
        for name in rows.column_names
    ]
    return rows.take(np.unique(np.concatenate([_spread(np.arange(rows.num_rows)), *shown])))


def asked(estimator: Any, sample: Mapping[str, Values]) -> list[Asked]:
    """Return columns with an estimator's answers: as they are, and harder where it has any.

    Harder is as training rows seldom are: without the values of each column, one at a time; without
    all those at once that the estimator does without; with texts that it never saw.

    Raises:
        Exception: What the estimator raised of the columns as they are.
    """
    alone = {
        name: _answered(estimator, without(_some(sample, at), [name]))
        for at, name in enumerate(sample)
    }
    bare = without(sample, [name for name, found in alone.items() if found])
    return [
        (sample, answers(estimator, sample)),
        *chain.from_iterable(alone.values()),
        *_answered(estimator, bare),
        *_answered(estimator, foreign(sample)),
    ]


def without(columns: Mapping[str, Values], names: Iterable[str]) -> dict[str, Values]:
    """Return columns of which the named hold nulls alone, as `values` makes them."""
    null = {name: "" if columns[name].dtype == object else NAN for name in names}
    return {**columns} | {name: np.full_like(columns[name], null[name]) for name in null}


def foreign(columns: Mapping[str, Values]) -> dict[str, Values]:
    """Return columns whose texts no training row had."""
    return {
        name: np.full_like(column, FOREIGN) if column.dtype == object else column
        for name, column in columns.items()
    }


def _some(columns: Mapping[str, Values], start: int) -> dict[str, Values]:
    """Return some of the rows of columns, others for another start."""
    step = max(1, len(next(iter(columns.values()))) // ALONE)
    return {name: column[start % step :: step] for name, column in columns.items()}


def _answered(estimator: Any, columns: Mapping[str, Values]) -> list[Asked]:
    """Return columns with an estimator's answers, nothing where it has none."""
    # What the estimator refuses, no other form has to answer; what it warns of, it answers.
    with suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [(columns, answers(estimator, columns))]
    return []


def _spread(positions: Positions) -> Positions:
    """Return at most `SIZE` of some positions, evenly."""
    every = np.linspace(0, len(positions) - 1, min(SIZE, len(positions)))
    return positions[every.astype(np.int64)]


def _first(column: pa.ChunkedArray) -> Positions:
    """Return where each text stands first, null as well."""
    column = column.cast("string")
    unique = pc.unique(column)
    codes = np.asarray(pc.index_in(column, value_set=unique))
    found = np.empty(len(unique), np.int64)
    found[codes[::-1]] = np.arange(len(codes))[::-1]  # the last that is written stays
    return _spread(found)


def _edges(column: Values) -> Positions:
    """Return where a column of numbers first lacks one, and where its extremes stand."""
    lacks = np.isnan(column)
    known = np.flatnonzero(~lacks)
    ends = [known[find(column[known])] for find in (np.argmin, np.argmax)] if len(known) else []
    return np.array([*np.flatnonzero(lacks)[:1], *ends], np.int64)
