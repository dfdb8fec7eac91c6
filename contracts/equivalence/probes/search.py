"""Searches the records that a contract accepts: draws some, and shrinks one that shows a fault.

Fields are drawn from the schema, so that nothing it accepts is out of reach, and mixed with those
of known records: values far from any data tell little of what a product does with its own.

The adapter of hypothesis, which is the extra ``prove``. A seed gives the same records wherever the
same code is installed; nothing is kept on the disk, and no time limit makes a slow host a finding.
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


class _Faulty(Exception):  # noqa: N818 - what hypothesis looks for, no error of anyone's
    """The record shows the fault."""


def edges(space: Space) -> list[Record]:
    """Return the first known record with one field at each of its column's edges.

    Each category and boundary is among them, and null: chance alone would miss some.
    """
    fits, known = RecordDecoder(space.columns), space.known[0]
    at = ({**known, column.name: value} for column in space.columns for value in boundaries(column))
    return [record for record in at if _fits(fits, record)]


def draw(space: Space) -> list[Record]:
    """Return records in JSON's types: fewer than asked for where there are no more.

    Raises:
        DataError: The checks leave no record, or hardly any.
        MissingExtraError: The extra is not installed.
    """
    found: list[Record] = []
    _explore(space, found.append)
    return found


def shrink(space: Space, faulty: Callable[[Record], bool]) -> Record | None:
    """Return the simplest faulty record that a search finds, None where it finds none.

    Args:
        space: Its records are drawn until one is faulty: those that `draw` returns.
        faulty: Whether a record shows the fault; the same for one record each time.

    Raises:
        DataError: The checks leave no record, or hardly any.
        MissingExtraError: The extra is not installed.
    """
    found: list[Record] = []

    def body(record: Record) -> None:
        if faulty(record):
            found.append(record)
            raise _Faulty

    try:
        _explore(space, body)
    except _Faulty:
        return found[-1]  # what hypothesis ends with is its simplest
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
        with _nothing_left(), _nothing_found():
            h.seed(space.seed)(limits(h.given(records)(test)))()
    except h.errors.Unsatisfiable as error:
        raise DataError(
            "the input schema's checks leave no record to generate",
            hint="see whether they contradict each other, or leave this clause out",
        ) from error


def _records(space: Space) -> SearchStrategy[Record]:
    """Return the strategy: records drawn anew, every other one but for some fields of a known one.

    The fewer fields are known, the simpler the record: a search shrinks to what the schema alone
    allows, and keeps of the known record what a fault needs.
    """
    from hypothesis import strategies as st  # noqa: PLC0415 - as above

    from contracts.schema.generate import accepted  # noqa: PLC0415 - imports it too

    drawn = accepted(space.columns)
    none = dict.fromkeys(space.columns.names, False)
    # One draw a field: what a fault does not need is dropped without moving the others.
    some = st.fixed_dictionaries({name: st.booleans() for name in none})
    mixed = st.builds(_mixed, drawn, st.sampled_from(space.known), st.just(none) | some)
    return mixed.filter(partial(_fits, RecordDecoder(space.columns)))


def _mixed(drawn: Record, known: Record, taken: dict[str, bool]) -> Record:
    return {name: (known if taken[name] else drawn)[name] for name in known}


def _fits(decoder: RecordDecoder, record: Record) -> bool:
    """Return whether fields that are accepted one by one are together too."""
    try:
        decoder.convert(record)
    except DataError:
        return False
    return True


@contextmanager
def _nothing_left() -> Iterator[None]:
    """Let hypothesis keep what it looks up in a folder that goes away, not in the working one."""
    from hypothesis.configuration import (  # noqa: PLC0415 - as above
        set_hypothesis_home_dir,
    )

    with TemporaryDirectory(prefix="hypothesis-") as room:
        set_hypothesis_home_dir(room)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)


@contextmanager
def _nothing_found() -> Iterator[None]:
    """Let hypothesis draw nothing of the modules that are loaded, or a seed says little.

    It mixes constants of theirs with what it draws, so that another import before gives other
    records, and has no setting for that. Versions without the habit are left as they are.
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
