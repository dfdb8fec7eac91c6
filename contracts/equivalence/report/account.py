"""What a report tells of a proof: who was held to what, what came of it, and where they part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.contract import Contract
from contracts.equivalence.item import items
from contracts.equivalence.proof import Proof, proven
from contracts.equivalence.report.contrast import Contrast, contrasts
from contracts.equivalence.report.grouped import named, summary
from contracts.equivalence.verdict import Status, Verdict
from contracts.errors import LiaisonError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.equivalence.parties import Parties
    from contracts.equivalence.sides import Sides


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A proof, to be told.

    Attributes:
        contract: What was to be fulfilled.
        liaison: ``dual`` or ``joint``.
        candidate: What was proven, by its dotted name.
        reference: What it was compared with; empty where nobody asked for one.
        absent: Why there was no reference, empty where there was one.
        verdicts: What the clauses found, in the contract's order.
        errors: What could not be judged, and why, by item.
        at: When, ISO 8601.
        form: In which form the candidate is served, where it says so.
        rows: How many rows of the test window were judged; None where none were.
        contrasts: The predictions on both sides that there are.
        pictureless: Why there are none of them, empty where there may be.
    """

    contract: Contract
    liaison: str
    candidate: str
    reference: str
    absent: str = ""
    verdicts: tuple[Verdict, ...]
    errors: dict[str, str] = {}
    at: str
    form: str = ""
    rows: int | None = None
    contrasts: tuple[Any, ...] = ()
    pictureless: str = ""

    @property
    def summary(self) -> str:
        """The conclusion in words."""
        said = summary(self.verdicts)
        if not self.errors:
            return said
        lacking = f"{named([*self.errors])} could not be judged"
        if proven(each.status for each in self.verdicts):
            return f"not proven: {lacking}; the rest is {said}"
        return f"{said}; {lacking}"

    @property
    def unjudged(self) -> tuple[str, ...]:
        """What could not be judged and why, the items of one reason together."""
        alike: dict[str, list[str]] = {}
        for name, error in self.errors.items():
            alike.setdefault(error, []).append(name)
        return tuple(
            f"{named(names)} could not be judged: {error}" for error, names in alike.items()
        )

    @property
    def holds(self) -> bool:
        """Whether something was proven, and nothing failed."""
        return not self.errors and proven(each.status for each in self.verdicts)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The contract's items that nobody asked for in this run."""
        told = {verdict.name for verdict in self.verdicts} | {*self.errors}
        return tuple(i.name for i in items(self.contract) if i.name not in told)

    def proof(self, libraries: Mapping[str, str], *, code: str) -> Proof:
        """Return the record to keep of it: what could not be judged is undecided.

        Args:
            libraries: The versions of the libraries that took part.
            code: The digest of the candidate's code and configuration.
        """
        statuses: dict[str, Status] = {each.name: each.status for each in self.verdicts}
        return Proof(
            product=self.contract.product,
            version=self.contract.version,
            digest=self.contract.digest,
            liaison=self.liaison,
            candidate=self.candidate,
            code=code,
            reference=self.reference if not self.absent else "",
            summary=self.summary,
            statuses={**statuses, **dict.fromkeys(self.errors, "inconclusive")},
            at=self.at,
            libraries={**libraries},
        )


def account(
    contract: Contract,
    parties: Parties,
    verdicts: Sequence[Verdict],
    *,
    at: str,
    sides: Sides | None = None,
    errors: Mapping[str, str] | None = None,
) -> Account:
    """Return what there is to tell of a proof.

    Args:
        contract: What was to be fulfilled.
        parties: Who was held to it, and against whom.
        verdicts: What the clauses found.
        at: When, ISO 8601.
        sides: What was fitted and predicted; None where other processes did.
        errors: What could not be judged, by item.
    """
    candidate, reference = parties.names
    seen = _seen(sides) if sides is not None else {"pictureless": "other processes hold them"}
    return Account(
        contract=contract,
        liaison=parties.liaison,
        candidate=candidate,
        reference=reference,
        verdicts=tuple(verdicts),
        errors={**(errors or {})},
        at=at,
        **seen,
    )


def _seen(sides: Sides) -> dict[str, Any]:
    """Return what the sides show of what they have made; nothing is made for it."""
    made = vars(sides)
    served = made.get("candidate", made.get("adopted"))
    return {
        "absent": sides.lacking("same_data"),
        "form": form(served),
        "rows": sides.sample.rows.num_rows if "sample" in made else None,
        "contrasts": _contrasts(sides),
    }


def _contrasts(sides: Sides) -> tuple[Contrast, ...]:
    try:
        return contrasts(sides)
    except LiaisonError:
        return ()


def form(model: Any) -> str:
    """Return how a model says that it is served: an exported one names its form, and why."""
    said, why = getattr(model, "form", ""), getattr(model, "why", "")
    if not (isinstance(said, str) and said):
        return ""
    return f"{said}: {why}" if why and isinstance(why, str) else said
