"""The clause `acceptance`: both sides accept the same rows, and refuse the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.fields import Count
from contracts.equivalence.probes.refusal import by_model, by_record_type, by_schema
from contracts.equivalence.probes.tries import Try, base, tries
from contracts.equivalence.verdict import Verdict
from contracts.schema.edges import wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.equivalence.case import Case

#: How many rows that part evidence shows: one a category that is missing, say.
LISTED = 20


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One row, and why who refuses it; empty who accepts.

    Attributes:
        tried: The row.
        schema: Why the contract's schema refuses its frame.
        record: Why the compiled record type refuses its bytes.
        candidate: Why the candidate's model refuses the record.
        reference: Why the reference's model does; empty where it is not asked.
    """

    tried: Try
    schema: str
    record: str
    candidate: str = ""
    reference: str = ""

    @property
    def parted(self) -> bool:
        """Whether one side accepts what the other refuses, or schema and record type disagree."""
        sides = bool(self.record or self.candidate), bool(self.schema or self.reference)
        return sides[0] != sides[1] or bool(self.schema) != bool(self.record)

    @property
    def words(self) -> str:
        """Who refuses the row and why."""
        if self.schema and not self.record:
            return f"the record type accepts what the schema refuses: {self.schema}"
        if self.record and not self.schema:
            return f"the record type refuses what the schema accepts: {self.record}"
        return self.candidate or self.reference


class Acceptance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of real rows and of every edge of the schema, both sides accept the same.

    The contract accepts a row when its schema accepts the row's one-row frame. The candidate does
    when the compiled record type takes the row off the wire, and the model answers the record with
    k finite numbers, alone and in a batch. Under ``recorded`` the candidate is to accept what the
    contract does; under ``same_data`` what the reference does: rows that the schema accepts and
    which it, too, answers with finite numbers. A schema and a record type that disagree are the
    framework's own fault, and break the clause as well.

    Attributes:
        rows: At most how many rows of the test window are offered, beside the golden rows and the
            schema's edges, which are all offered.
    """

    rows: Count = 200

    name: ClassVar[str] = "acceptance"
    pairs: ClassVar[tuple[Pair, ...]] = ("recorded", "same_data")
    eases: ClassVar[Mapping[str, Ease]] = {"rows": "down"}

    def __call__(self, case: Case) -> Verdict:
        """Offer every row to both sides; one that they part on is one too many."""
        offers = _offered(case, tries(case, rows=self.rows))
        parted = [offer for offer in offers if offer.parted]
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status="different" if parted else "equivalent",
            message=_message(case, offers, parted),
            observed=float(len(parted)),
            limit=0.0,
            evidence={
                "tried": len(offers),
                "accepted_by_schema": sum(not each.schema for each in offers),
                "refused_by_candidate": sum(bool(each.candidate) for each in offers),
                "refused_by_reference": sum(bool(each.reference) for each in offers),
                "framework": sum(bool(each.schema) != bool(each.record) for each in offers),
                "parted": len(parted),
                "examples": [_shown(offer) for offer in parted[:LISTED]],
            },
        )


def _offered(case: Case, tried: Sequence[Try]) -> list[Offer]:
    rows = [each.row for each in tried]
    typed, records = by_record_type(case, rows)
    likely = [not reason for reason in typed]
    framed = by_schema(case, rows, likely=likely, near=base(case))
    candidate = iter(by_model(case, case.candidate, records, each=True))
    reference = iter([""] * len(records))
    if case.pair == "same_data":
        reference = iter(by_model(case, case.reference, records, each=False))
    return [
        Offer(tried=each, schema=schema, record=record)
        if record
        else Offer(
            tried=each,
            schema=schema,
            record=record,
            candidate=next(candidate),
            reference=next(reference),
        )
        for each, schema, record in zip(tried, framed, typed, strict=True)
    ]


def _message(case: Case, offers: Sequence[Offer], parted: Sequence[Offer]) -> str:
    accepted = sum(not each.schema for each in offers)
    other = "the reference" if case.pair == "same_data" else "the contract"
    if not parted:
        return (
            f"the candidate accepts and refuses the same of {len(offers):,} rows as {other}; the "
            f"schema accepts {accepted:,} of them"
        )
    first = parted[0]
    return (
        f"{len(parted):,} of {len(offers):,} rows are accepted by one side alone, the candidate or "
        f"{other}; first {first.tried.what}: {_plain(first.words)}"
    )


def _shown(offer: Offer) -> dict[str, Any]:
    """Return an offer as evidence; the row as the text of its bytes, as it may be no value."""
    return {
        "what": offer.tried.what,
        "why": _plain(offer.words),
        "row": wire(offer.tried.row).decode(),
    }


def _plain(text: str) -> str:
    """Return text that JSON can carry, on one line: an error may quote half a character."""
    return " ".join(text.encode("utf-8", "backslashreplace").decode().split())
