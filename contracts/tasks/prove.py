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
from contracts.equivalence.report.summary import ProofReport, predictions_made
from contracts.errors import ContractError
from contracts.host.clock import WallClock
from contracts.host.durable import write_file
from contracts.host.owned import claim
from contracts.moment import SECOND, iso
from contracts.report.terminal import console, print_and_write, status_updater
from contracts.report.write import to_json
from contracts.tasks.report import head
from contracts.tasks.settings import DRAFT, Contracts, named_contract

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.equivalence.configured import ChosenSides

#: Letters of a finding that the terminal shows; the report has all of it.
LONGEST = 300


class ProveOptions(Closed, frozen=True, kw_only=True):
    """Whether the clauses are research's draft's, not the published contract's, and where it is."""

    draft: bool
    draft_folder: str


def prove(request: Request) -> None:
    """Test an implementation against a contract's clauses; write a report and the proof's record.

    Raises:
        ContractError: A clause fails, or none could be run.
    """
    config = request.settings(Contracts)
    output = Path(config.paths.output)
    claim(output)  # at once, not when all is proven
    sides = choose_sides(config.product, liaison=config.liaison_name)
    code = sides.code  # before it starts: what is edited meanwhile is not what is proven
    report = _judge(config, sides)
    page_head = head(request, config)
    path = print_and_write(
        proof_page(report, page_head),
        proof_data(report),
        output,
        verdict_table(report.verdicts, longest=LONGEST),
        *differing_lines(report.paired),
        report.summary,
    )
    # Beside the evidence, so that a pipeline depends on the verdicts and nothing else.
    write_file(output / "verdicts.json", to_json({v.name: v.status for v in report.verdicts}))
    proof.write(output, report.proof(page_head.versions, code=code))
    if not report.proven:
        raise ContractError(
            f"{config.product.name} {report.contract.version}: {_shortfall(report)}",
            hint=f"{path} shows the evidence",
            details=[f"{v.name}: {v.message}" for v in report.verdicts if v.failed],
        )


def _judge(config: Contracts, chosen: ChosenSides) -> ProofReport:
    choices, product = options(config.task, ProveOptions), config.product
    version = DRAFT if choices.draft else product.contract
    contract = named_contract(config, version, draft_folder=choices.draft_folder)
    with (
        console().status("equivalence") as status,
        open_sides(product, contract, chosen=chosen, progress=status_updater(status)) as sides,
    ):
        verdicts = judge_all(sides)
        status.update("drawing the report")
        at = iso(WallClock().now() // SECOND * SECOND)
        return ProofReport(
            contract=contract, chosen=chosen, verdicts=verdicts, at=at, **predictions_made(sides)
        )


def _shortfall(report: ProofReport) -> str:
    if any(verdict.failed for verdict in report.verdicts):
        joint = report.chosen.liaison == "joint"
        side = "the solution as served" if joint else "the implementation"
        return f"{side} is not equivalent"
    return report.summary
