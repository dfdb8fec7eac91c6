"""What a clause found: held, broken, undecided, measured or not run, and by which evidence."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from contracts.contract.terms import Pair

Status = Literal["equivalent", "different", "inconclusive", "reported", "not_run"]
#: The gravest first: a clause is as good as its worst part, and not run only where no part was.
GRAVITY: tuple[Status, ...] = ("different", "inconclusive", "equivalent", "reported", "not_run")


class Verdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One clause's finding.

    Attributes:
        clause: The clause's name.
        part: Which part of it, where it is judged in parts.
        pair: What was compared.
        status: Only ``equivalent`` proves anything; ``reported`` is a measurement that nothing
            was asked of; ``not_run`` says nothing either way.
        message: One line: what was expected, what came, what would help.
        observed: The figure that decided, where there is one.
        limit: The figure it was held to.
        evidence: What an engineer looks at next: JSON-able.
    """

    clause: str
    part: str = ""
    pair: Pair
    status: Status
    message: str
    observed: float | None = None
    limit: float | None = None
    evidence: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """The clause and its part: ``subgroup[carrier=UA]``."""
        return f"{self.clause}[{self.part}]" if self.part else self.clause

    @property
    def failed(self) -> bool:
        """Whether the candidate may not go on: an undecided clause proves nothing."""
        return self.status in {"different", "inconclusive"}
