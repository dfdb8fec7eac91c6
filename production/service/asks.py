"""What a client asks a prediction for: a record, and perhaps its id, key and time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from contracts.errors import DataError
from contracts.moment import since_epoch
from contracts.schema.record import BACKSLASH, UNKNOWN, RecordDecoder, require_distinct_fields
from production.service.problems import Problem, refusal, time_hint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.schema.columns import Columns

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
#: The ids that `counted_id` makes.
COUNTED = re.compile(r"([0-9]{6}|[1-9][0-9]{6,})-([0-9]{12}|[1-9][0-9]{12,})")
#: A key and an id as the interface's document states them: with the rules that are checked beside
#: the type, so that a client that keeps to the document never meets a refusal.
StatedKey = Annotated[Word, msgspec.Meta(pattern=r"^[^\x00]*$")]
StatedId = Annotated[Word, msgspec.Meta(pattern=rf"^(?!({COUNTED.pattern})$)[^\x00]*$")]
#: When UTC's calendar begins and ends.
FIRST = since_epoch(datetime.min.replace(tzinfo=UTC))
LAST = since_epoch(datetime.max.replace(tzinfo=UTC))
#: The quotes around the name of the field that is always there, and of a further one and its value.
QUOTES, MORE = 2, 4


class Ask(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """One prediction that is asked for.

    Attributes:
        record: A record of the contract.
        id: The event's id, unique for the product, and of another form than those that the server
            counts; the server makes one if there is none. Asked again with the same id, the event
            is logged once.
        key: What dispatch is sticky by; the id if there is none.
        time: When the event happens, ISO 8601 with its offset; when it was asked if there is none.
    """

    record: msgspec.Raw
    id: Word | None = None
    key: Word | None = None
    time: Moment | None = None

    @property
    def moment(self) -> int | None:
        """The time in microseconds."""
        return None if self.time is None else microseconds(self.time)


class Asked(msgspec.Struct, gc=False):
    """One prediction that is asked for, decoded and valid.

    Attributes:
        ask: What came.
        text: The record as it came, JSON.
        record: The decoded record.
    """

    ask: Ask
    text: bytes
    record: Any


class AskDecoder:
    """Decodes and validates what clients ask for.

    Args:
        columns: The contract's input columns.
        rows: How many records a batch may have.

    Attributes:
        most: The same.
    """

    def __init__(self, columns: Columns, *, rows: int) -> None:
        self.records = RecordDecoder(columns)
        self.most = rows
        self._columns = frozenset(columns.names)
        self._one = msgspec.json.Decoder(Ask).decode
        self._many = msgspec.json.Decoder(list[msgspec.Raw]).decode

    def one(self, body: bytes) -> Asked:
        """Return what a JSON object asks for.

        Raises:
            DataError: It is malformed, or its record is not one of the contract.
        """
        try:
            ask = self._one(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._refusal(error) from error
        record = self.records.parse(ask.record)
        # As for a record: only more quotes than these, or escapes, can hide a field given twice.
        quotes = QUOTES + MORE * (3 - (ask.id, ask.key, ask.time).count(None))
        if body.count(b'"') != quotes + self.records.quotes(record) or BACKSLASH in body:
            require_distinct_fields(body)
            _refuse_nul(ask)
        _refuse_counted(ask)
        return Asked(ask, bytes(ask.record), record)

    def _refusal(self, error: Exception) -> DataError:
        unknown = UNKNOWN.search(str(error))
        bare = unknown is not None and unknown[1] in self._columns
        hint = 'the columns stand in `record`: {"record": {…}}' if bare else time_hint(error)
        return DataError(f"not a request for a prediction: {error}", hint=hint)

    def many(self, body: bytes) -> list[Asked]:
        """Return what a JSON array of objects asks for.

        Raises:
            DataError: It is no array.
            Problem: There are too many, or one is malformed: its row is stated.
        """
        try:
            parts = self._many(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise DataError(f"not a list of requests for predictions: {error}") from error
        return self._each([bytes(part) for part in parts])

    def lines(self, body: bytes) -> list[Asked]:
        """Return what lines of JSON ask for, an object each; blank lines are left out.

        Raises:
            Problem: There are too many, or one is malformed: its row is stated.
        """
        return self._each([line for line in body.split(b"\n") if line.strip()])

    def rows(self, rows: Sequence[dict[str, Any]]) -> list[Asked]:
        """Return what rows in Python's types ask for, their id, key and time beside the inputs.

        Raises:
            Problem: There are too many, or one is malformed: its row is stated.
        """
        self._check_count(len(rows))
        return [self._row(at, row) for at, row in enumerate(rows)]

    def _row(self, at: int, row: dict[str, Any]) -> Asked:
        own: dict[str, Any] = {name: row.pop(name) for name in ("id", "key", "time") if name in row}
        try:
            record = self.records.convert(row)
            text = msgspec.json.encode(record)
            own["record"] = msgspec.Raw(text)
            ask = msgspec.convert(own, Ask)
            _refuse_counted(ask)
        except DataError as error:
            raise refusal(error, row=at) from error
        except msgspec.ValidationError as error:
            refused = DataError(f"not a request: {error}", hint=time_hint(error))
            raise refusal(refused, row=at) from error
        _refuse_nul(ask)
        return Asked(ask, text, record)

    def _each(self, parts: Sequence[bytes]) -> list[Asked]:
        self._check_count(len(parts))
        asked = []
        for at, part in enumerate(parts):
            try:
                asked.append(self.one(part))
            except DataError as error:
                raise refusal(error, row=at) from error
        return asked

    def _check_count(self, count: int) -> None:
        if count > self.most:
            raise Problem(413, f"{count:,} records, at most {self.most:,} are taken at once")


def counted_id(instance: int, count: int) -> str:
    """Return the id that a process gives to one of its events; clients may give none like it.

    >>> counted_id(7, 1)
    '000007-000000000001'
    """
    return f"{str(instance).zfill(6)}-{str(count).zfill(12)}"


def microseconds(time: datetime) -> int:
    """Return an instant in microseconds.

    Raises:
        DataError: It is in no year of UTC's calendar, although it is in one of its own zone's.
    """
    moment = since_epoch(time)
    if not FIRST <= moment <= LAST:
        raise DataError(f"expected a time within the years 1 to 9999 of UTC, got {time}")
    return moment


def _refuse_nul(ask: Ask) -> None:
    """Refuse what no database can hold."""
    if any(word is not None and "\0" in word for word in (ask.id, ask.key)):
        raise DataError("not a request for a prediction: an id or key with a NUL character")


def _refuse_counted(ask: Ask) -> None:
    """Refuse an id that this server may give to another event, or gave."""
    if ask.id is not None and COUNTED.fullmatch(ask.id):
        raise DataError(
            f"expected an id of the client's own, got one like those that the server counts: "
            f"{ask.id!r} - at `$.id`",
            hint=f"put a word before it, such as 'my-{ask.id}', or give none",
        )
