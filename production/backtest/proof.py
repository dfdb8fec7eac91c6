"""What a run proves before it releases anything: the contract's clauses, and the time of one row.

Dual: production's implementation against research's solution. Joint: research's solution in the
form it is served in against itself as fitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.equivalence.case import Case
from contracts.equivalence.clause import Verdict
from contracts.equivalence.clauses.latency import time_one_row
from contracts.equivalence.configured import open_sides
from contracts.equivalence.proof import judge_all, proven
from contracts.equivalence.report.summary import summary
from contracts.errors import ContractError
from contracts.host.durable import write_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.config.product import Product
    from contracts.contract import Contract
    from contracts.equivalence.sides import Sides

FILE = "run_proof.json"
WHAT = {"dual": "the implementation", "joint": "research's solution as served"}


class RunProof(msgspec.Struct, frozen=True, kw_only=True):
    """What holds the two sides together, and what having two is worth.

    Attributes:
        verdicts: One a clause.
        candidate_us: Median microseconds of one row, as it is served.
        reference_us: The same in research's solution, none where it is not installed.
        liaison: Which two sides they are.
        form: In which form research's solution is served, where that is said.
        why: What decided on the form.
    """

    verdicts: tuple[Verdict, ...]
    candidate_us: float
    reference_us: float | None
    liaison: str = "dual"
    form: str = ""
    why: str = ""

    @property
    def summary(self) -> str:
        """The verdict in words."""
        return summary(self.verdicts)

    @property
    def served(self) -> str:
        """The form in words, empty where nothing was said of it."""
        return f"served as {self.form}, because {self.why}" if self.form else ""

    @property
    def words(self) -> str:
        """The verdict, the form, and the time of one row on either side."""
        words = f"{self.summary}; one row {self.candidate_us:.1f} µs"
        if self.reference_us is not None:
            ratio = self.reference_us / self.candidate_us
            words += f", research's solution {self.reference_us:,.0f} µs ({ratio:,.0f} times)"
        return f"{words}; {self.served}" if self.served else words


def proof(
    product: Product,
    contract: Contract,
    state: Path,
    *,
    tell: Callable[[str], None],
    liaison: str = "dual",
    known: dict[bytes, RunProof] | None = None,
) -> RunProof:
    """Return the proof of a run, made once and kept in its state folder.

    Args:
        product: The product's configuration.
        contract: What is to be fulfilled.
        state: The run's state folder.
        tell: Told of each step before it begins.
        liaison: The liaison's option: ``dual`` or ``joint``.
        known: Proofs that other runs of this process made: equal ones are not made again.

    Raises:
        ContractError: What is to be served is not equivalent, so it is not released.
    """
    kept, known = state / FILE, {} if known is None else known
    if kept.is_file():
        return _read(kept)
    asked = msgspec.json.encode((liaison, contract.digest, product))
    made = known.get(asked) or _made(product, contract, liaison=liaison, tell=tell)
    known[asked] = made
    write_file(kept, msgspec.json.encode(made))
    return made


def _read(path: Path) -> RunProof:
    """Return the proof in a file; one of an earlier version names a verdict's status `outcome`."""
    fields = msgspec.json.decode(path.read_bytes())
    for verdict in fields["verdicts"]:
        verdict.setdefault("status", verdict.pop("outcome", None))
    return msgspec.convert(fields, RunProof)


def _made(
    product: Product, contract: Contract, *, liaison: str, tell: Callable[[str], None]
) -> RunProof:
    with open_sides(product, contract, liaison=liaison, progress=tell) as sides:
        made = _prove(sides, liaison=liaison)
    broken = [f"{v.name}: {v.message}" for v in made.verdicts if v.failed]
    if broken:
        raise ContractError(
            f"{product.name} {contract.version}: {WHAT[liaison]} is not equivalent, so it is not "
            "released",
            hint=f"python -m contracts task=prove product={product.name} liaison={liaison} shows "
            "the evidence",
            details=broken,
        )
    if not proven(v.status for v in made.verdicts):
        raise ContractError(
            f"{product.name} {contract.version}: no clause proves {WHAT[liaison]}, so it is not "
            "released",
            hint="install research's extra, or add a clause of the pair `recorded` to the contract",
            details=[f"{v.name}: {v.message}" for v in made.verdicts],
        )
    return made


def _prove(sides: Sides, *, liaison: str) -> RunProof:
    verdicts = judge_all(sides)
    models = [sides.candidate]
    if not sides.why_not_comparable("same_data"):
        models.append(sides.reference)
    candidate, *reference = time_one_row(models, Case(sides, "recorded").records(sides.golden.rows))
    joint = liaison == "joint"
    return RunProof(
        verdicts=verdicts,
        candidate_us=candidate,
        reference_us=reference[0] if reference else None,
        liaison=liaison,
        form=getattr(sides.candidate, "form", "") if joint else "",
        why=getattr(sides.candidate, "why", "") if joint else "",
    )
