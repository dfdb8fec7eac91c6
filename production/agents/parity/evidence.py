"""What the rules of parity judge by: all of it is computed once, before any rule is asked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from contracts.kind import Kind
from contracts.ports import Floats
from contracts.score.tolerance import Tolerance
from production.agents.parity.finding import NamedRow
from production.agents.parity.profile import InputProfile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.contract import Contract
    from production.agents.parity.column import Mask

#: How many rows a finding names.
WORST = 3


class AgreedTolerance(msgspec.Struct, frozen=True, kw_only=True):
    """How far candidate and reference may differ, row by row, as the contract has it.

    Attributes:
        clause: The clause that says so.
        tolerance: The tolerance, and for what share of the rows it holds.
    """

    clause: str
    tolerance: Tolerance


class ParityEvidence(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What is known of n sampled events; predictions are of shape (n, k).

    Attributes:
        ids: The events.
        rows: Their inputs.
        kind: What is predicted.
        served: What was served.
        own: What the generations that served them predict of them now, read anew.
        candidate: What the generation in service predicts of them.
        profile: What the inputs of its training looked like.
        reference: What research's solution predicts, fitted to the same rows; none without one.
        why_not: Why there is no reference.
        previous: What the generation before predicts; none where it is the first.
        agreed: How far candidate and reference may differ; none where no clause says.
        usual: How far a refresh usually moves predictions; none where too few are on record.
        look: Which look at this generation this is, counted from 1 in windows.
    """

    ids: tuple[str, ...]
    rows: pa.Table
    kind: Kind
    served: Floats
    own: Floats
    candidate: Floats
    profile: InputProfile
    reference: Floats | None = None
    why_not: str = ""
    previous: Floats | None = None
    agreed: AgreedTolerance | None = None
    usual: float | None = None
    look: int = 1

    @cached_property
    def seen(self) -> Mask:
        """Whether each row lies within what the training and the golden set hold, (n,)."""
        return self.profile.seen(self.rows)

    def worst(
        self, sizes: Floats, *sides: str, among: Sequence[str] | None = None
    ) -> tuple[NamedRow, ...]:
        """Return the rows with the largest sizes, the largest first.

        Args:
            sizes: A size for each row, (n,); rows of size 0 are left out.
            sides: Whose predictions are shown: names of attributes.
            among: The columns whose values are shown; those furthest out of all unless given.
        """
        order = np.argsort(-sizes, kind="stable")[:WORST]
        return tuple(
            NamedRow(
                id=self.ids[at],
                predictions={side: _predicted(getattr(self, side), at) for side in sides},
                columns=self.profile.furthest(self.rows, at, among=among),
            )
            for at in order.tolist()
            if sizes[at] > 0
        )


def agreed_tolerance(contract: Contract) -> AgreedTolerance | None:
    """Return how far two sides that fitted the same rows may differ, as a contract has it.

    The clause ``pointwise`` of the pair ``same_data`` says so; where there is none the golden set
    does, whose predictions are the reference's and are held to the candidate's own fit.
    """
    for name, pair in (("pointwise", "same_data"), ("golden", "recorded")):
        for term in contract.clauses:
            if (term.name, term.pair) == (name, pair):
                limits = term.tolerance
                tolerance = Tolerance(
                    absolute=limits.get("absolute", 0.0),
                    relative=limits.get("relative", 0.0),
                    rows=limits.get("fraction", 1.0),
                )
                return AgreedTolerance(clause=name, tolerance=tolerance)
    return None


def _predicted(predictions: Floats, at: int) -> tuple[float, ...]:
    return tuple(predictions[at].tolist())
