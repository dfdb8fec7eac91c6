"""The proof that is made before anything is released: all clauses, and the time of one row.

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
    from contracts.ports import Source

FILE = "run_proof.json"
#: How many turns of records either side is timed in: each of them may take milliseconds a record.
ROUNDS = 5
WHAT = {"dual": "the implementation", "joint": "research's solution as served"}


class RunProof(msgspec.Struct, frozen=True, kw_only=True):
    """The proof of one run, and the time of one row on both sides.

    Attributes:
        verdicts: One for each clause.
        candidate_us: Median microseconds of one row, as it is served.
        reference_us: The same in research's solution; None where it is not installed.
        liaison: Which two sides they are.
        form: In which form research's solution is served; empty where it does not say.
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
        """The verdicts in one line."""
        return summary(self.verdicts)

    @property
    def served_form(self) -> str:
        """The form in words, empty without one."""
        return f"served as {self.form}, because {self.why}" if self.form else ""

    @property
    def text(self) -> str:
        """The verdicts, the time of one row on both sides, and the form, in one line."""
        text = f"{self.summary}; one row {self.candidate_us:.1f} µs"
        if self.reference_us is not None:
            ratio = self.reference_us / self.candidate_us
            text += f", research's solution {self.reference_us:,.0f} µs ({ratio:,.0f} times)"
        form = self.served_form.partition(": ")[0]  # a report says which rows were compared
        return f"{text}; {form}" if form else text


def prove_run(
    product: Product,
    contract: Contract,
    state: Path,
    *,
    progress: Callable[[str], None],
    source: Source | None = None,
    liaison: str = "dual",
    known: dict[bytes, RunProof] | None = None,
) -> RunProof:
    """Return the proof of a run, made once and stored in its state folder.

    Args:
        product: The product's configuration.
        contract: What is to be fulfilled.
        state: The run's state folder.
        progress: Called with a line of text before each step.
        source: Where the contract's windows are fetched from; the product's own unless given.
        liaison: The liaison's option: ``dual`` or ``joint``.
        known: Proofs made for other runs, by `proof_key`: an equal one is not made again.

    Raises:
        ContractError: What is to be served is not equivalent, so it is not released.
    """
    if is_proven(state):
        return _read(state / FILE)
    known, key = {} if known is None else known, proof_key(product, contract, liaison)
    if key not in known:
        known[key] = prove(product, contract, source=source, liaison=liaison, progress=progress)
    write_file(state / FILE, msgspec.json.encode(known[key]))
    return known[key]


def is_proven(state: Path) -> bool:
    """Return whether a run's state folder has its proof."""
    return (state / FILE).is_file()


def proof_key(product: Product, contract: Contract, liaison: str) -> bytes:
    """Return what a proof depends on: runs of one key share it."""
    return msgspec.json.encode((liaison, contract.digest, product))


def _read(path: Path) -> RunProof:
    """Return the proof in a file; one of an earlier version names a verdict's status `outcome`."""
    fields = msgspec.json.decode(path.read_bytes())
    for verdict in fields["verdicts"]:
        verdict.setdefault("status", verdict.pop("outcome", None))
    return msgspec.convert(fields, RunProof)


def prove(
    product: Product,
    contract: Contract,
    *,
    liaison: str,
    progress: Callable[[str], None],
    source: Source | None = None,
) -> RunProof:
    """Return the proof of what a liaison serves.

    Args:
        product: The product's configuration.
        contract: What is to be fulfilled.
        liaison: The liaison's option: ``dual`` or ``joint``.
        progress: Called with a line of text before each step.
        source: Where the contract's windows are fetched from; the product's own unless given.

    Raises:
        ContractError: What is to be served is not equivalent, so it is not released.
    """
    opened = open_sides(product, contract, source=source, liaison=liaison, progress=progress)
    with opened as sides:
        verdicts = judge_all(sides)
        models = [sides.candidate]
        if not sides.why_not_comparable("same_data"):
            models.append(sides.reference)
        records = Case(sides, "recorded").records(sides.golden.rows)
        candidate, *reference = time_one_row(models, records, rounds=ROUNDS)
        # Only the joint candidate is research's solution in a form of its own.
        served = sides.candidate if liaison == "joint" else None
        proof = RunProof(
            verdicts=verdicts,
            candidate_us=candidate,
            reference_us=reference[0] if reference else None,
            liaison=liaison,
            form=getattr(served, "form", ""),
            why=getattr(served, "why", ""),
        )
    _require_proven(proof, product, contract)
    return proof


def _require_proven(proof: RunProof, product: Product, contract: Contract) -> None:
    """Raise a ContractError unless every verdict holds and one at least is a proof."""
    served, shown = WHAT[proof.liaison], [each for each in proof.verdicts if each.failed]
    if shown:
        what = f"{served} is not equivalent"
        command = f"python -m contracts task=prove product={product.name} liaison={proof.liaison}"
        hint = f"{command} shows the evidence"
    elif not proven(each.status for each in proof.verdicts):
        what, shown = f"no clause proves {served}", [*proof.verdicts]
        hint = "install research's extra, or add a clause of the pair `recorded` to the contract"
    else:
        return
    raise ContractError(
        f"{product.name} {contract.version}: {what}, so it is not released",
        hint=hint,
        details=[f"{each.name}: {each.message}" for each in shown],
    )
