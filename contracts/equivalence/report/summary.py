"""What the report of one proof says: its verdicts clause by clause, and its conclusion in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.contract import Contract
from contracts.equivalence.clause import SEVERITY, Status, Verdict
from contracts.equivalence.configured import ChosenSides
from contracts.equivalence.proof import Proof, proven
from contracts.equivalence.registry import items
from contracts.equivalence.report.paired import paired_predictions
from contracts.errors import LiaisonError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from contracts.equivalence.sides import Sides

#: How many names a sentence lists.
LISTED = 6


class ProofReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the report of one proof shows.

    Attributes:
        contract: What was to be fulfilled.
        chosen: The candidate and the reference as configured.
        verdicts: The verdicts, in the contract's order.
        at: When, ISO 8601.
        errors: Why an item could not be judged, by its name.
        no_reference: Why there was no reference; empty if there was one.
        form: In which form the candidate is served, if it says so.
        rows: How many rows of the test window were judged; None if none were.
        paired: The predictions of both sides that the proof has made, `PairedPredictions`.
        no_pictures: Why there are no pictures of them; empty if there may be.
    """

    contract: Contract
    chosen: ChosenSides
    verdicts: tuple[Verdict, ...]
    at: str
    errors: dict[str, str] = {}
    no_reference: str = ""
    form: str = ""
    rows: int | None = None
    paired: tuple[Any, ...] = ()
    no_pictures: str = ""

    @property
    def summary(self) -> str:
        """The conclusion in words."""
        text = summary(self.verdicts)
        if not self.errors:
            return text
        lacking = f"{listed([*self.errors])} could not be judged"
        if proven(each.status for each in self.verdicts):
            return f"not proven: {lacking}; the rest is {text}"
        return f"{text}; {lacking}"

    @property
    def not_judged(self) -> tuple[str, ...]:
        """A sentence for each reason why items could not be judged."""
        by_reason: dict[str, list[str]] = {}
        for name, error in self.errors.items():
            by_reason.setdefault(error, []).append(name)
        return tuple(
            f"{listed(names)} could not be judged: {error}" for error, names in by_reason.items()
        )

    @property
    def proven(self) -> bool:
        """Whether something was proven, and nothing failed."""
        return not self.errors and proven(each.status for each in self.verdicts)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The contract's items that this run was not asked for."""
        run = {verdict.name for verdict in self.verdicts} | {*self.errors}
        return tuple(item.name for item in items(self.contract) if item.name not in run)

    def proof(self, libraries: Mapping[str, str], *, code: str) -> Proof:
        """Return the record to keep of the proof: what could not be judged is inconclusive.

        Args:
            libraries: The versions of the libraries that took part.
            code: The digest of the candidate's code and configuration.
        """
        candidate, reference = self.chosen.names
        statuses: dict[str, Status] = {each.name: each.status for each in self.verdicts}
        return Proof(
            product=self.contract.product,
            version=self.contract.version,
            digest=self.contract.digest,
            liaison=self.chosen.liaison,
            candidate=candidate,
            code=code,
            reference="" if self.no_reference else reference,
            summary=self.summary,
            statuses={**statuses, **dict.fromkeys(self.errors, "inconclusive")},
            at=self.at,
            libraries={**libraries},
        )


def predictions_made(sides: Sides) -> dict[str, Any]:
    """Return the fields of a report that depend on what the sides have made; nothing is made."""
    try:
        paired = paired_predictions(sides)
    except LiaisonError:  # a verdict has said so
        paired = ()
    return {
        "no_reference": sides.why_not_comparable("same_data"),
        "form": served_form(sides.made.get("candidate", sides.made.get("adopted"))),
        "rows": sides.sample.rows.num_rows if "sample" in sides.made else None,
        "paired": paired,
    }


def served_form(model: Any) -> str:
    """Return the form that an exported model names, and why; empty for another model."""
    form, why = getattr(model, "form", ""), getattr(model, "why", "")
    if not (isinstance(form, str) and form):
        return ""
    return f"{form}: {why}" if why and isinstance(why, str) else form


class ClauseVerdicts(msgspec.Struct, frozen=True, kw_only=True):
    """One clause with the verdicts of its parts, or its only one."""

    clause: str
    verdicts: tuple[Verdict, ...]

    @property
    def has_parts(self) -> bool:
        """Whether the clause is judged in parts."""
        return any(verdict.part for verdict in self.verdicts)

    @property
    def status(self) -> Status:
        """The worst status among the parts."""
        return min((v.status for v in self.verdicts), key=SEVERITY.index)

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The verdicts for which the candidate may not be released."""
        return tuple(verdict for verdict in self.verdicts if verdict.failed)

    @property
    def message(self) -> str:
        """The verdict's message; of parts their count by status, and why or which were not run.

        >>> parts = [("a", "equivalent"), ("b", "equivalent"), ("c", "not_run")]
        >>> fields = {"clause": "subgroup", "pair": "same_data", "message": "few rows"}
        >>> ClauseVerdicts(clause="subgroup", verdicts=tuple(
        ...     Verdict(part=part, status=status, **fields) for part, status in parts
        ... )).message
        '2 of 3 equivalent, 1 not run: few rows'
        """
        if not self.has_parts:
            return self.verdicts[0].message
        not_run = [v for v in self.verdicts if v.status == "not_run"]
        reasons = {v.message for v in not_run}
        why = reasons.pop() if len(reasons) == 1 else listed([v.part for v in not_run])
        return count_statuses([v.status for v in self.verdicts]) + (f": {why}" if not_run else "")


def by_clause(verdicts: Iterable[Verdict]) -> tuple[ClauseVerdicts, ...]:
    """Return verdicts clause by clause, in the order they came."""
    of: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        of.setdefault(verdict.clause, []).append(verdict)
    return tuple(ClauseVerdicts(clause=name, verdicts=tuple(each)) for name, each in of.items())


def count_statuses(statuses: Sequence[Status]) -> str:
    """Return statuses counted in words, ``equivalent`` first and ``not_run`` last.

    >>> count_statuses(["equivalent", "different", "equivalent"])
    '2 of 3 equivalent, 1 different'
    >>> count_statuses(["not_run", "not_run"])
    '2 not run'
    """
    counts = Counter(statuses)
    words = {"not_run": "not run", "equivalent": f"of {len(statuses)} equivalent"}
    order = sorted(SEVERITY, key=lambda status: status != "equivalent")
    return ", ".join(f"{counts[each]} {words.get(each, each)}" for each in order if counts[each])


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return a proof in words: ``equivalent`` only if no clause failed and one is equivalent."""
    of: dict[str, list[Verdict]] = {
        status: [v for v in verdicts if v.status == status] for status in SEVERITY
    }
    rest = "".join(
        f", {len(of[status])} {words}"
        for status, words in (("reported", "reported"), ("not_run", "not run"))
        if of[status]
    )
    equivalent = len(of["equivalent"])
    if failed := [status for status in SEVERITY[:2] if of[status]]:
        names = "; ".join(f"{each} by {listed([v.name for v in of[each]])}" for each in failed)
        total = equivalent + sum(len(of[status]) for status in failed)
        return f"not equivalent: {names} ({equivalent} of {total} hold{rest})"
    if not equivalent:
        return f"nothing proven{rest}"
    clauses = len({v.clause for v in of["equivalent"]})
    count = f"{clauses} clause{'s' * (clauses != 1)}"
    return f"equivalent by {count}{f' ({equivalent} items)' * (equivalent != clauses)}{rest}"


def listed(names: Sequence[str]) -> str:
    """Return names as a list in a sentence, cut if it is long.

    >>> listed(["a", "b"])
    'a, b'
    """
    text = ", ".join(names[:LISTED])
    return text if len(names) <= LISTED else f"{text} and {len(names) - LISTED} more"
