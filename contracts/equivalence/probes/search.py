"""Searches the records that a contract accepts: draws some, and shrinks one that shows a fault.

Fields are drawn from the schema, so that everything it accepts can be drawn, and mixed with those
of known records: values far from any real data say little about how a product treats its own.

The adapter of hypothesis, which is the extra ``prove``. A seed gives the same records wherever the
same code is installed; nothing is stored on the disk, and no time limit makes a slow host fail.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import DataError, MissingExtraError
from contracts.schema.columns import Columns
from contracts.schema.edges import boundaries
from contracts.schema.record import RecordDecoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis.strategies import SearchStrategy

Record = dict[str, Any]


class Space(msgspec.Struct, frozen=True, kw_only=True):
    """What is searched.

    Attributes:
        columns: What a record consists of.
        known: Records in JSON's types, one or more, which the columns accept.
        count: How many records are drawn.
        seed: Of the draw.
    """

    columns: Columns
    known: tuple[Record, ...]
    count: int
    seed: int


class _Faulty(Exception):  # noqa: N818 - what hypothesis searches for, not an error
    """The record shows the fault."""


def edges(space: Space) -> list[Record]:
    """Return the first known record with one field at each of its column's edges.

    Each category and boundary is among them, and null: random draws would miss some.
    """
    decoder, known = RecordDecoder(space.columns), space.known[0]
    changed = (
        {**known, column.name: value} for column in space.columns for value in boundaries(column)
    )
    return [record for record in changed if _accepted(decoder, record)]


def draw(space: Space) -> list[Record]:
    """Return records in JSON's types: fewer than asked for if there are no more.

    Raises:
        DataError: The checks leave no record, or hardly any.
        MissingExtraError: The extra is not installed.
    """
    records: list[Record] = []
    _explore(space, records.append)
    return records


def shrink(space: Space, faulty: Callable[[Record], bool]) -> Record | None:
    """Return the simplest faulty record that a search finds, None if it finds none.

    Args:
        space: Its records, those that `draw` returns, are drawn until one is faulty.
        faulty: Returns whether a record shows the fault; always the same for one record.

    Raises:
        DataError: The checks leave no record, or hardly any.
        MissingExtraError: The extra is not installed.
    """
    faults: list[Record] = []

    def body(record: Record) -> None:
        if faulty(record):
            faults.append(record)
            raise _Faulty

    try:
        _explore(space, body)
    except _Faulty:
        return faults[-1]  # hypothesis ends with the simplest
    return None


def _explore(space: Space, body: Callable[[Record], None]) -> None:
    try:
        import hypothesis as h  # noqa: PLC0415 - an extra: production alone is without

        records = _records(space)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            str(error.name), extra="prove", purpose="generating records"
        ) from error

    def test(record: Record) -> None:
        body(record)

    limits = h.settings(
        max_examples=space.count,
        deadline=None,
        database=None,
        phases=[h.Phase.generate, h.Phase.shrink],
        suppress_health_check=list(h.HealthCheck),
        report_multiple_bugs=False,
        verbosity=h.Verbosity.quiet,
    )
    try:
        with _temporary_home(), _no_local_constants():
            h.seed(space.seed)(limits(h.given(records)(test)))()
    except h.errors.Unsatisfiable as error:
        raise DataError(
            "the input schema's checks leave no record to generate",
            hint="see whether they contradict each other, or leave this clause out",
        ) from error


def _records(space: Space) -> SearchStrategy[Record]:
    """Return the strategy: fields drawn from the schema, in half of the records some known ones.

    The fewer fields are known, the simpler the record: a search shrinks to fields drawn from the
    schema, and keeps those of the known record that a fault needs.
    """
    from hypothesis import strategies as st  # noqa: PLC0415 - as above

    from contracts.schema.generate import accepted  # noqa: PLC0415 - imports it too

    drawn = accepted(space.columns)
    none = dict.fromkeys(space.columns.names, False)
    # One draw a field: what a fault does not need is dropped without moving the others.
    some = st.fixed_dictionaries({name: st.booleans() for name in none})
    mixed = st.builds(_mixed, drawn, st.sampled_from(space.known), st.just(none) | some)
    return mixed.filter(partial(_accepted, RecordDecoder(space.columns)))


def _mixed(drawn: Record, known: Record, taken: dict[str, bool]) -> Record:
    return {name: (known if taken[name] else drawn)[name] for name in known}


def _accepted(decoder: RecordDecoder, record: Record) -> bool:
    """Return whether fields that are accepted one by one are accepted together."""
    try:
        decoder.convert(record)
    except DataError:
        return False
    return True


@contextmanager
def _temporary_home() -> Iterator[None]:
    """Give hypothesis a temporary folder instead of one in the working directory."""
    from hypothesis.configuration import set_hypothesis_home_dir  # noqa: PLC0415 - as above

    with TemporaryDirectory(prefix="hypothesis-") as room:
        set_hypothesis_home_dir(room)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)


@contextmanager
def _no_local_constants() -> Iterator[None]:
    """Stop hypothesis from drawing constants of the modules that are loaded.

    With them one seed would give other records after other imports, and there is no setting for it.
    Versions that draw no such constants are left as they are.
    """
    from hypothesis.internal.conjecture import providers  # noqa: PLC0415 - as above

    instead: dict[str, Any] = {"_get_local_constants": _no_constants, "CONSTANTS_CACHE": {}}
    known = {name: getattr(providers, name) for name in instead if hasattr(providers, name)}
    try:
        for name in known:
            setattr(providers, name, instead[name])
        yield
    finally:
        for name, own in known.items():
            setattr(providers, name, own)


def _no_constants() -> Any:
    from hypothesis.internal.constants_ast import Constants  # noqa: PLC0415 - as above

    return Constants()
