"""What a clause is made of: its base, the ranges its tolerance takes, and what it concludes.

To add a clause, derive it from `Clause` like those under `contracts.equivalence.clauses`: its
fields are its tolerance, and calling it with a `contracts.equivalence.case.Case` returns a
`Result`. List it in `contracts.equivalence.registry.BUILT_IN`, or register it from a package of
your own under the entry-point group ``liaison.clauses``. docs/contract.md shows a whole one.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol

import msgspec

from contracts.contract.terms import Pair

if TYPE_CHECKING:
    from contracts.equivalence.case import Case

#: Which change of a tolerance's field asks less: when it grows, when it shrinks, or none does.
Ease = Literal["up", "down", "never"]
#: Only ``equivalent`` proves anything. ``reported`` is a measurement with no requirement, and
#: ``not_run`` says nothing either way.
Status = Literal["equivalent", "different", "inconclusive", "reported", "not_run"]
#: Worst first: a clause is as good as its worst part, and not run only where no part was run.
SEVERITY: tuple[Status, ...] = ("different", "inconclusive", "equivalent", "reported", "not_run")

# Ranges for the fields of a tolerance. They refuse NaN and infinity, too.
MAX = sys.float_info.max
Finite = Annotated[float, msgspec.Meta(ge=-MAX, le=MAX)]
NonNegative = Annotated[float, msgspec.Meta(ge=0, le=MAX)]
Positive = Annotated[float, msgspec.Meta(gt=0, le=MAX)]
#: A share of rows.
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
PositiveShare = Annotated[float, msgspec.Meta(gt=0, le=1)]
#: A number of rows or of records.
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a clause concludes.

    Attributes:
        status: Whether the two sides are equivalent.
        message: One line: what was expected, what came, what would help.
        observed: The figure that decided, if there is one.
        limit: What the figure was compared with.
        evidence: What an engineer looks at next, as values that JSON can hold.
    """

    status: Status
    message: str
    observed: float | None = None
    limit: float | None = None
    evidence: dict[str, Any] = {}

    @property
    def failed(self) -> bool:
        """Whether the candidate may not be released: an undecided clause proves nothing."""
        return self.status in {"different", "inconclusive"}


class Verdict(Result, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The result of one clause of a contract, or of one part of it.

    Attributes:
        clause: The clause's name.
        part: The part's name; empty if the clause has no parts.
        pair: What was compared.
    """

    clause: str
    part: str = ""
    pair: Pair

    @property
    def name(self) -> str:
        """The clause and its part: ``subgroup[carrier=UA]``."""
        return f"{self.clause}[{self.part}]" if self.part else self.clause


class Part(Protocol):
    """What is judged on its own: a clause, or one part of a clause with parts."""

    def __call__(self, case: Case) -> Result:
        """Judge one case. No state is kept between cases."""


class Clause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One requirement for two implementations to be equivalent.

    A subclass states its tolerance as fields, to which the contract's are converted: names, types
    and ranges are checked. It is called as a `Part`; or it has a method ``parts``, which takes a
    `contracts.contract.Contract` and returns parts by name, such as ``carrier=UA``, without reading
    any data.

    Attributes:
        name: Its name in a contract.
        pairs: What it can compare; the contract's term chooses one of them.
        eases: For each field, which change asks less of an implementation. This decides what a
            change of it breaks; a change of a field that is not listed is a different requirement.
        refits: Whether it fits both sides again, on other rows or seeds. In the joint liaison both
            sides come from one learner, so it is not run.
    """

    name: ClassVar[str]
    pairs: ClassVar[tuple[Pair, ...]]
    eases: ClassVar[Mapping[str, Ease]]
    refits: ClassVar[bool] = False
