"""The rows on which the two forms of one model are compared."""

from __future__ import annotations

import warnings
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from contracts.schema.edges import rows_hold
from research.export.arrays import NAN, arrays, text_columns
from research.export.draws import allowed_numbers, draws, neighbours
from research.export.estimator import outputs
from research.export.thresholds import dividing_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt
    import pyarrow as pa

    from contracts.ports import Floats
    from contracts.schema.columns import Columns
    from research.export.arrays import Array, Kind

    #: What rows are, their columns, and the estimator's outputs for them.
    Case = tuple[str, Mapping[str, Array], Floats]
    Positions = npt.NDArray[np.int64]

SIZE = 2_000
#: Rows of a case in which a single column is missing.
SINGLE_SIZE = 250
#: Rows of the case in which every column takes hard values.
COMBINED = 2_000
#: Rows that are no longer divided when an estimator fails on some of them.
LEAST = 8
SEED = 0
TRAINING = "of the training data"


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


def cases(
    estimator: Any,
    sample: Mapping[str, Array],
    inputs: Mapping[str, Kind],
    schema: Columns | None = None,
) -> list[Case]:
    """Return rows by kind, with the estimator's outputs: a sample, and where forms break.

    Each column takes by itself the hard values of `draws`, nulls, and the numbers about each
    threshold of the estimator's trees, the others being those of the sample; then all take any of
    these at once. Rows that the schema refuses, or the estimator, are left out.

    Args:
        estimator: Fitted.
        sample: Columns of rows of the training data.
        inputs: What each column holds.
        schema: The contract's; None where anything of its kind may come in every column.

    Raises:
        Exception: The estimator fails on the sample itself.
    """
    columns = schema.by_name if schema is not None else {}
    values = {name: draws(sample[name], kind, columns.get(name)) for name, kind in inputs.items()}
    with np.errstate(all="ignore"):
        dividing = dividing_numbers(estimator, sample)
    for name, numbers in dividing.items():
        near = allowed_numbers(neighbours(numbers), inputs[name], columns.get(name))
        values[name] |= {"numbers beside a tree's thresholds": near} if len(near) else {}
    nullable = [name for name in inputs if name not in columns or columns[name].nullable]
    seed = np.random.default_rng(SEED)
    hard = [
        (sort, replaced(sample, {name: drawn}, seed))
        for name, sorts in values.items()
        for sort, drawn in sorts.items()
    ]
    hard += [
        ("a column null", with_nulls(_thinned(sample, at), [name]))
        for at, name in enumerate(nullable)
    ]
    every = {name: joined(sorts.values()) for name, sorts in values.items() if sorts}
    hard += [("hard values in all columns", replaced(sample, every, seed, COMBINED))]
    optional = nullable if schema else [*_optional(estimator, sample, nullable)]
    hard += [("all nullable columns null", with_nulls(sample, optional))] if optional else []
    allowed = [(sort, rows_allowed(rows, schema)) for sort, rows in hard]
    return [(TRAINING, sample, outputs(estimator, sample)), *_cases(estimator, allowed)]


def predict_together(
    predict: Callable[[Mapping[str, Array]], Floats], tried: Sequence[Case]
) -> list[Floats]:
    """Return what a form predicts for the rows of each case, asked for all that are alike at once.

    A pipeline of scikit-learn takes about as long for a few rows as for a thousand.
    """
    answers: dict[int, Floats] = {}
    for places in _alike([rows for _, rows, _ in tried]):
        columns, starts = _rows_joined([tried[at][1] for at in places])
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # as the estimator warned, or did not
            parts = np.split(predict(columns), starts)
        answers |= zip(places, parts, strict=True)
    return [answers[at] for at in range(len(tried))]


def with_nulls(columns: Mapping[str, Array], names: Iterable[str]) -> dict[str, Array]:
    """Return columns of which the named hold nothing but nulls, as `arrays` writes them."""
    return {**columns} | {name: _null(columns[name]) for name in names}


def replaced(
    sample: Mapping[str, Array],
    drawn: Mapping[str, Array],
    seed: np.random.Generator,
    count: int | None = None,
) -> dict[str, Array]:
    """Return rows of a sample with drawn values in some columns.

    Each value comes once; with a `count`, so many rows have values chosen at random.
    """
    n = count or max(map(len, drawn.values()))
    rows = seed.integers(0, len(next(iter(sample.values()))), n)
    some = {name: column[rows] for name, column in sample.items()}
    values = {
        name: each[seed.integers(0, len(each), n)] if count else np.resize(each, n)
        for name, each in drawn.items()
    }
    return some | values


def rows_allowed(columns: Mapping[str, Array], schema: Columns | None) -> Mapping[str, Array]:
    """Return the rows for which the schema's checks between columns hold."""
    if schema is None or not schema.row_checks:
        return columns
    names = [*columns]
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    records = ({name: _value(each) for name, each in zip(names, row, strict=True)} for row in rows)
    hold = np.array([rows_hold(schema, record) for record in records], dtype=bool)
    return {name: column[hold] for name, column in columns.items()}


def joined(sorts: Iterable[Array]) -> Array:
    """Return the values of several sorts as one array."""
    return np.concatenate([*sorts])


def _null(column: Array) -> Array:
    return np.full(len(column), "", object) if column.dtype == object else np.full(len(column), NAN)


def _value(value: Any) -> Any:
    """Return a value of a column as a record has it; the empty text may be null, and stays."""
    return None if isinstance(value, float) and np.isnan(value) else value


def _optional(estimator: Any, sample: Mapping[str, Array], names: Iterable[str]) -> Iterator[str]:
    """Yield the columns without which an estimator predicts."""
    few = {name: column[:1] for name, column in sample.items()}
    yield from (
        name for name in names if _predicted(estimator, with_nulls(few, [name])) is not None
    )


def _thinned(columns: Mapping[str, Array], start: int) -> dict[str, Array]:
    """Return about `SINGLE_SIZE` of the rows of columns; a different ``start`` selects others."""
    step = max(1, len(next(iter(columns.values()))) // SINGLE_SIZE)
    return {name: column[start % step :: step] for name, column in columns.items()}


def _cases(estimator: Any, hard: Sequence[tuple[str, Mapping[str, Array]]]) -> list[Case]:
    """Return rows with an estimator's outputs, asked for at once if it predicts all of them."""
    groups = _alike([rows for _, rows in hard])
    return [case for places in groups for case in _group(estimator, [hard[at] for at in places])]


def _alike(each: Sequence[Mapping[str, Array]]) -> list[list[int]]:
    """Return the places of those rows whose columns have the same types, and so can be joined."""
    groups: dict[Any, list[int]] = {}
    for at, rows in enumerate(each):
        groups.setdefault(tuple(column.dtype for column in rows.values()), []).append(at)
    return [*groups.values()]


def _rows_joined(each: Sequence[Mapping[str, Array]]) -> tuple[dict[str, Array], Positions]:
    """Return rows as one, and where each but the first begins in it."""
    ends = np.cumsum([len(next(iter(rows.values()))) for rows in each])
    return {name: joined(rows[name] for rows in each) for name in each[0]}, ends[:-1]


def _group(estimator: Any, group: Sequence[tuple[str, Mapping[str, Array]]]) -> Iterator[Case]:
    columns, starts = _rows_joined([rows for _, rows in group])
    whole = _predicted(estimator, columns)
    if whole is None:
        yield from chain.from_iterable(_case(estimator, sort, rows) for sort, rows in group)
        return
    parts = np.split(whole, starts)
    yield from ((sort, rows, part) for (sort, rows), part in zip(group, parts, strict=True))


def _case(estimator: Any, sort: str, columns: Mapping[str, Array]) -> Iterator[Case]:
    """Yield columns with an estimator's outputs, in parts where it fails on some of the rows."""
    n = len(next(iter(columns.values())))
    predicted = _predicted(estimator, columns)
    if predicted is not None:
        yield sort, columns, predicted
    elif n > LEAST:
        for part in (slice(0, n // 2), slice(n // 2, n)):
            yield from _case(estimator, sort, {name: each[part] for name, each in columns.items()})


def _predicted(estimator: Any, columns: Mapping[str, Array]) -> Floats | None:
    """Return an estimator's outputs; None where it fails, as any other form of it may."""
    # Where it only warns, another form must predict as it does.
    with suppress(Exception), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return outputs(estimator, columns)
    return None


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
