"""What `task=new` finds in the data: all that the product's file will say, and what is doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from msgspec.structs import replace

from contracts.data.opened import open_table, read_table
from contracts.data.rows import instants
from contracts.data.table import events
from contracts.errors import DataError
from contracts.moment import iso
from contracts.ports import ARRIVED, OUTCOME, TIME
from research.new.asked import NO_TIME, NewProduct, typed
from research.new.inputs import KNOWING, Seen, seen
from research.new.moments import windows_of, zone_doubt
from research.new.names import readable
from research.new.outcome import TargetOutcome, as_numbers, decide
from research.new.promise import names
from research.new.rhythm import rhythm_doubt
from research.new.roles import check_columns, completed, roles_of
from research.new.windows import Windows
from research.new.written import number_texts, reading, thousands

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Over how many days rows without a time are spread.
SPREAD = 120


class TableFindings(msgspec.Struct, frozen=True, kw_only=True):
    """What was found.

    Attributes:
        asked: What was asked, with what was found where nothing was said.
        rows: How many rows there are.
        outcome: What is predicted.
        labels_open: Whether labels appear that were not there to learn from.
        columns: What was seen of each column.
        windows: The product's times.
        doubts: What else is doubtful, a sentence each.
        spacing: How far rows without a time are apart.
    """

    asked: NewProduct
    rows: int
    outcome: TargetOutcome
    labels_open: bool
    columns: tuple[Seen, ...]
    windows: Windows
    doubts: tuple[str, ...]
    spacing: str

    @property
    def timed(self) -> bool:
        """Whether events have times of their own."""
        return self.asked.time != NO_TIME

    @property
    def metrics(self) -> tuple[str, ...]:
        """What the product is scored by, the first to compare parameters."""
        return names(self.outcome.kind, labels_open=self.labels_open)

    @property
    def inputs(self) -> tuple[Seen, ...]:
        """The columns that are inputs."""
        return tuple(each for each in self.columns if each.declared is not None)


def look(asked: NewProduct, *, now: int) -> TableFindings:
    """Look at the data.

    Args:
        asked: What was asked, checked.
        now: The present moment, microseconds: what comes later is doubtful.

    Raises:
        ConfigError: Something was asked that the data do not have.
        DataError: The data cannot be read, or no product can be made of them.
    """
    data = str(asked.data)
    rows = _plain(read_table(open_table(data, table=asked.table, query=asked.query), data))
    check_columns(asked, rows)
    asked, doubts = completed(asked, rows)
    target = str(asked.target)
    doubts += _number_texts(asked, rows, target)
    outcome = decide(rows[target], target, kind=asked.kind, positive=asked.positive)
    columns = _columns(asked, rows, outcome)
    if not any(each.declared for each in columns):
        raise DataError(
            "no column is left to predict from",
            hint="keep=… names inputs that were left out",
            details=[f"{each.column}: {each.doubt}" for each in columns if each.doubt],
        )
    spacing = f"{max(1, SPREAD * 86_400 // rows.num_rows)}s"
    known = _standard(asked, spacing)
    windows, more = windows_of(asked, known, now=now)
    more += (*zone_doubt(asked, rows), *_leaks(columns))
    if asked.time != NO_TIME:
        more += _rhythm(asked, rows, known, outcome, offset=windows.offset)
    labels, late = _labels(outcome, known, windows)
    return TableFindings(
        asked=asked,
        rows=rows.num_rows,
        outcome=replace(outcome, labels=labels),
        labels_open=bool(late),
        columns=columns,
        windows=windows,
        doubts=(*doubts, *more, *late),
        spacing=spacing,
    )


def _number_texts(asked: NewProduct, rows: pa.Table, target: str) -> tuple[str, ...]:
    """Return what is doubtful of texts that are numbers, or are but for a few.

    Raises:
        DataError: The target is of these.
    """
    found = number_texts(asked, rows)
    if not found:
        return ()
    means = reading(asked, rows)
    if target in found and asked.kind in {None, "regression"}:
        raise DataError(
            f"target {target!r}: texts such as {rows[target].drop_null()[0].as_py()!r} are numbers "
            f"{found[target]}",
            hint=means,
        )
    listed = ", ".join(f"{name} ({how})" for name, how in found.items())
    split = [f"{name} (such as {each:g})" for name, each in thousands(rows, found).items()]
    return (
        f"taken for texts, and numbers: {listed}. To have them read {means}",
        *(
            f"read with a decimal point where others have a comma: {each}. If it stands between "
            "thousands, write these numbers without it"
            for each in split
        ),
    )


def _plain(rows: pa.Table) -> pa.Table:
    """Return rows with plain texts and numbers, and null for what is not a number."""
    for at, (name, column) in enumerate(zip(rows.column_names, rows.columns, strict=True)):
        kind = column.type
        if pa.types.is_dictionary(kind) or pa.types.is_large_string(kind):
            rows = rows.set_column(at, name, column.cast(pa.string()))
        elif pa.types.is_decimal(kind):
            rows = rows.set_column(at, name, column.cast(pa.float64()))
        elif pa.types.is_floating(kind):
            known = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
            rows = rows.set_column(at, name, known)
    return rows


def _columns(asked: NewProduct, rows: pa.Table, outcome: TargetOutcome) -> tuple[Seen, ...]:
    names = readable(rows.column_names)
    target = rows[str(asked.target)]
    settled = pc.is_valid(target)
    outcomes = (settled, as_numbers(target.filter(settled), outcome))
    roles = roles_of(asked)
    return tuple(
        seen(
            name,
            rows[name],
            roles=roles,
            called=names[name],
            kept=name in asked.kept,
            dropped=name in asked.dropped,
            outcomes=outcomes,
        )
        for name in rows.column_names
    )


def _standard(asked: NewProduct, spacing: str) -> pa.Table:
    """Return the standard columns of all events, as the product's source will read them.

    Raises:
        DataError: A column holds no times.
    """
    return read_table(events(**source(asked, spacing), columns=[]), str(asked.data))


def source(asked: NewProduct, spacing: str) -> dict[str, str]:
    """Return the arguments of the source's query, but for the inputs."""
    timed = asked.time != NO_TIME
    every = {
        "data": asked.data,
        "table": asked.table,
        "query": asked.query,
        "outcome": asked.target,
        "time": asked.time if timed else None,
        "zone": asked.zone,
        "unit": asked.unit,
        "spacing": None if timed else spacing,
        "arrived": None if asked.delay else asked.arrived,
        "delay": asked.delay,
        "id": asked.id,
        "key": asked.key,
    }
    return {name: value for name, value in every.items() if value is not None}


def _leaks(columns: tuple[Seen, ...]) -> Iterator[str]:
    """Yield what is to be known of columns that know the outcome: left out ones, and kept ones."""
    knowing = [each for each in columns if each.doubt.startswith(KNOWING)]
    names = [each.column for each in knowing if not each.declared]
    if names:
        text = f"left out, as known only with the outcome: {', '.join(names)}. If it is known at "
        yield f"{text}the event's time, {typed('keep', *names)}"
    names = [each.column for each in knowing if each.declared]
    if names:
        text = f"kept, and {KNOWING}: {', '.join(names)}. If it is known only later, every figure "
        yield f"{text}flatters"


def _rhythm(
    asked: NewProduct, rows: pa.Table, known: pa.Table, outcome: TargetOutcome, *, offset: int
) -> tuple[str, ...]:
    """Return by what outcomes differ that is no input: see `rhythm_doubt`."""
    settled = known.filter(pc.is_valid(known[OUTCOME]))
    outcomes = as_numbers(settled[OUTCOME], outcome)
    return rhythm_doubt(asked, rows, instants(settled[TIME]), outcomes, offset=offset)


def _labels(
    outcome: TargetOutcome, known: pa.Table, windows: Windows
) -> tuple[tuple[bool | int | str, ...], tuple[str, ...]]:
    """Return the labels that there are to learn from, and what is doubtful of the others.

    Raises:
        DataError: Fewer than two are there to learn from.
    """
    settled = known.filter(pc.is_valid(known[OUTCOME]))
    early = settled.filter(pa.array(instants(settled[ARRIVED]) < windows.test))
    if outcome.kind == "regression":
        return (), ()
    shares = as_numbers(early[OUTCOME], outcome).sum(axis=0)
    first = tuple(label for label, n in zip(outcome.labels, shares, strict=True) if n)
    if len(first) < 2:
        raise DataError(
            f"until {iso(windows.test)} every outcome is {first[0]!r}: there is nothing to learn "
            "from",
            hint="give earlier data that hold both, or name another target",
        )
    late = [label for label in outcome.labels if label not in first]
    if not late:
        return outcome.labels, ()
    had, times = as_numbers(settled[OUTCOME], outcome), instants(settled[TIME])
    since = (int(times[had[:, outcome.labels.index(label)] > 0].min()) for label in late)
    listed = [f"{label} (from {iso(at)[:10]})" for label, at in zip(late, since, strict=True)]
    return first, (
        (
            f"not among the outcomes known by {iso(windows.test)[:10]}: {', '.join(listed[:5])}. "
            "The set of labels is open: none of these is learned, and each counts as a miss. Where "
            "you know them beforehand, add them to specification.labels in the product's file, and "
            "draft it anew by task=specify"
        ),
    )
