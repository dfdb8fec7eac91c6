"""The task `prove`: the clauses of a contract, as a report for a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.config import options
from contracts.config.settings import Closed
from contracts.equivalence import proof
from contracts.equivalence.configured import choose_sides, open_sides
from contracts.equivalence.proof import judge_all
from contracts.equivalence.report.page import proof_data, proof_page, verdict_table
from contracts.equivalence.report.paired_section import differing_lines
from contracts.equivalence.report.summary import proof_report
from contracts.errors import ContractError
from contracts.host.clock import WallClock
from contracts.host.durable import write_file
from contracts.moment import SECOND, iso
from contracts.report.terminal import console, rich_table, status_updater
from contracts.report.write import to_json, write_report
from contracts.tasks.chosen import DRAFT, chosen
from contracts.tasks.receipt import head
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.equivalence.configured import ChosenSides
    from contracts.equivalence.report.summary import ProofReport

#: Letters of a finding that the terminal shows; the report has it whole.
LONGEST = 300


class Options(Closed, frozen=True, kw_only=True):
    """Whether research's draft is proven instead of the published contract, and where it lies."""

    draft: bool
    draft_folder: str


def prove(request: Request) -> None:
    """Hold an implementation to a contract, write a report and the record of the proof.

    Raises:
        ContractError: A clause is not kept, or none could be run.
    """
    config = request.settings(Contracts)
    output, screen = Path(config.paths.output), console()
    who = choose_sides(config.product, liaison=config.liaison.name)
    code = who.code  # as it begins: what is edited meanwhile is not what is proven
    found = _proven(config, who)
    shown = head(request, config)
    written = write_report(proof_page(found, shown), proof_data(found), output)
    # Apart from the evidence, so that a pipeline goes on from the verdict and nothing else.
    write_file(output / "verdicts.json", to_json({v.name: v.status for v in found.verdicts}))
    proof.write(output, found.proof(shown.versions, code=code))
    screen.print(rich_table(verdict_table(found.verdicts, longest=LONGEST)))
    for line in (*differing_lines(found.paired), found.summary, f"report: {written}"):
        screen.print(line, highlight=False, soft_wrap=True)
    if not found.proven:
        raise ContractError(
            f"{config.product.name} {found.contract.version}: {_shortfall(found)}",
            hint=f"{written} shows the evidence",
            details=[f"{v.name}: {v.message}" for v in found.verdicts if v.failed],
        )


def _proven(config: Contracts, who: ChosenSides) -> ProofReport:
    asked, product = options(config.task, Options), config.product
    version = DRAFT if asked.draft else product.contract
    contract = chosen(config, version, draft_folder=asked.draft_folder)
    with (
        console().status("equivalence") as status,
        open_sides(product, contract, chosen=who, progress=status_updater(status)) as sides,
    ):
        verdicts = judge_all(sides)
        status.update("drawing the report")
        at = iso(WallClock().now() // SECOND * SECOND)
        return proof_report(contract, who, verdicts, at=at, sides=sides)


def _shortfall(found: ProofReport) -> str:
    if any(verdict.failed for verdict in found.verdicts):
        side = "the implementation" if found.liaison == "dual" else "the solution as served"
        return f"{side} is not equivalent"
    return found.summary
