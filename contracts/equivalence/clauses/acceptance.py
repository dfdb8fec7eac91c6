"""The clause `acceptance`: both sides accept the same rows, and refuse the same."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.equivalence.clause import Clause, Count, Result
from contracts.equivalence.probes.differences import evenly_spaced
from contracts.equivalence.probes.refusal import decode_records, refused_by_model, refused_by_schema
from contracts.schema.edges import samples, wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from contracts.equivalence.case import Case

#: How many rows that the sides disagree on evidence shows: one a category that is missing, say.
LISTED = 20


class Acceptance(Clause, frozen=True, kw_only=True):
    """Both sides accept the same of real rows and of every edge of the schema.

    The contract accepts a row if its schema accepts the row's one-row frame. The candidate does
    if the compiled record type accepts the row's bytes, and the model answers the record with k
    finite numbers, alone and in a batch. Under ``recorded`` the candidate has to accept what the
    contract does; under ``same_data`` what the reference does: rows that the schema accepts and
    which it answers with finite numbers, too. A schema and a record type that disagree are a fault
    of this framework, and break the clause as well.

    Attributes:
        rows: At most how many rows of the test window are offered, beside the golden rows and the
            schema's edges, which are all offered.
    """

    rows: Count = 200

    name = "acceptance"
    pairs = ("recorded", "same_data")
    eases = {"rows": "down"}

    def __call__(self, case: Case) -> Result:
        """Offer every row to both sides; they may disagree on none."""
        answers = _offer(case, rows_to_offer(case, rows=self.rows))
        disputed = [answer for answer in answers if answer.disputed]
        return Result(
            status="different" if disputed else "equivalent",
            message=_message(case, answers, disputed),
            observed=float(len(disputed)),
            limit=0.0,
            evidence={
                "tried": len(answers),
                "accepted_by_schema": sum(not each.schema for each in answers),
                "refused_by_candidate": sum(bool(each.candidate) for each in answers),
                "refused_by_reference": sum(bool(each.reference) for each in answers),
                "framework": sum(bool(each.schema) != bool(each.record) for each in answers),
                "disputed": len(disputed),
                # A row may hold what is no JSON value, so it is shown as the text of its bytes.
                "examples": [
                    {
                        "what": each.offer.what,
                        "why": _one_line(each.reason),
                        "row": wire(each.offer.row).decode(),
                    }
                    for each in disputed[:LISTED]
                ],
            },
        )


class OfferedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row that is offered.

    Attributes:
        what: What it is, for a person.
        row: Its fields in JSON's types, as in a request.
    """

    what: str
    row: dict[str, Any]


class RefusedRows(msgspec.Struct, frozen=True, kw_only=True):
    """Why each of those who are asked refuses a row; empty for who accepts it.

    Attributes:
        offer: The row.
        schema: The contract's schema, asked for the row's frame.
        record: The compiled record type, asked for the row's bytes.
        candidate: The candidate's model.
        reference: The reference's model; empty if it is not asked.
    """

    offer: OfferedRow
    schema: str
    record: str
    candidate: str = ""
    reference: str = ""

    @property
    def disputed(self) -> bool:
        """Whether one side alone refuses it, or schema and record type disagree."""
        candidate = bool(self.record or self.candidate)
        reference = bool(self.schema or self.reference)
        return candidate != reference or bool(self.schema) != bool(self.record)

    @property
    def reason(self) -> str:
        """Who refuses the row and why."""
        if self.schema and not self.record:
            return f"the record type accepts what the schema refuses: {self.schema}"
        if self.record and not self.schema:
            return f"the record type refuses what the schema accepts: {self.record}"
        return self.candidate or self.reference


def rows_to_offer(case: Case, *, rows: int) -> list[OfferedRow]:
    """Return some rows of the test window, the golden rows and the schema's edges.

    An edge is the first golden row with one field changed: to each boundary, each category, each
    violation of a check, and values of other types; or left out, or joined by an unknown one.

    Args:
        case: Where they are taken from.
        rows: At most how many of the test window, evenly spaced.
    """
    at = evenly_spaced(case.sample.rows.num_rows, count=rows)
    tested = zip(
        case.sample.ids.take(at).to_pylist(), _json(case.sample.rows.take(at)), strict=True
    )
    return [
        *(OfferedRow(what=f"test row {name}", row=row) for name, row in tested),
        *(
            OfferedRow(what=f"golden row {n}", row=row)
            for n, row in enumerate(_json(case.golden.rows))
        ),
        *(
            OfferedRow(what=what, row=row)
            for what, row in samples(case.contract.input_columns, _first_golden(case))
        ),
    ]


def _offer(case: Case, offers: Sequence[OfferedRow]) -> list[RefusedRows]:
    rows = [offer.row for offer in offers]
    by_record, records = decode_records(case, rows)
    likely = [not reason for reason in by_record]
    by_schema = refused_by_schema(case, rows, likely=likely, near=_first_golden(case))
    candidate = iter(refused_by_model(case, case.candidate, records, one_by_one=True))
    reference = iter([""] * len(records))
    if case.pair == "same_data":
        reference = iter(refused_by_model(case, case.reference, records, one_by_one=False))
    return [
        RefusedRows(
            offer=offer,
            schema=schema,
            record=record,
            candidate="" if record else next(candidate),
            reference="" if record else next(reference),
        )
        for offer, schema, record in zip(offers, by_schema, by_record, strict=True)
    ]


def _message(case: Case, answers: Sequence[RefusedRows], disputed: Sequence[RefusedRows]) -> str:
    other = "the reference" if case.pair == "same_data" else "the contract"
    if not disputed:
        accepted = sum(not each.schema for each in answers)
        return (
            f"the candidate accepts and refuses the same of {len(answers):,} rows as {other}; the "
            f"schema accepts {accepted:,} of them"
        )
    first = disputed[0]
    return (
        f"{len(disputed):,} of {len(answers):,} rows are accepted by one side alone, the candidate "
        f"or {other}; first {first.offer.what}: {_one_line(first.reason)}"
    )


def _first_golden(case: Case) -> dict[str, Any]:
    return next(_json(case.golden.rows.slice(0, 1)))


def _json(rows: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield rows in JSON's types: an instant is ISO 8601 text."""
    for row in rows.to_pylist():
        yield {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()
        }


def _one_line(text: str) -> str:
    """Return text on one line that JSON can carry: an error may quote half a character."""
    return " ".join(text.encode("utf-8", "backslashreplace").decode().split())
