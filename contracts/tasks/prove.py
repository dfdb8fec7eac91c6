"""The task `prove`: the clauses of a contract, as a report for a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.config import options, settings
from contracts.config.settings import Closed
from contracts.equivalence import proof
from contracts.equivalence.configured import configured
from contracts.equivalence.parties import parties
from contracts.equivalence.prove import judge_all
from contracts.equivalence.report.account import account
from contracts.equivalence.report.page import data, page, table
from contracts.equivalence.report.parting import partings
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
    from contracts.equivalence.parties import Parties
    from contracts.equivalence.report.account import Account

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
    config = settings(request.config, Contracts, added=request.added)
    output, screen = Path(config.paths.output), console()
    who = parties(config.product, liaison=config.liaison.name)
    code = who.code  # as it begins: what is edited meanwhile is not what is proven
    found = _proven(config, who)
    shown = head(request, config)
    written = write_report(page(found, shown), data(found), output)
    # Apart from the evidence, so that a pipeline goes on from the verdict and nothing else.
    write_file(output / "verdicts.json", to_json({v.name: v.status for v in found.verdicts}))
    proof.write(output, found.proof(shown.versions, code=code))
    screen.print(rich_table(table(found.verdicts, longest=LONGEST)))
    for line in (*partings(found.contrasts), found.summary, f"report: {written}"):
        screen.print(line, highlight=False, soft_wrap=True)
    if not found.holds:
        raise ContractError(
            f"{config.product.name} {found.contract.version}: {_shortfall(found)}",
            hint=f"{written} shows the evidence",
            details=[f"{v.name}: {v.message}" for v in found.verdicts if v.failed],
        )


def _proven(config: Contracts, who: Parties) -> Account:
    asked, product = options(config.task, Options), config.product
    version = DRAFT if asked.draft else product.contract
    contract = chosen(config, version, draft_folder=asked.draft_folder)
    with (
        console().status("equivalence") as status,
        configured(product, contract, chosen=who, progress=status_updater(status)) as sides,
    ):
        verdicts = judge_all(sides)
        status.update("drawing the report")
        at = iso(WallClock().now() // SECOND * SECOND)
        return account(contract, who, verdicts, at=at, sides=sides)


def _shortfall(found: Account) -> str:
    if any(verdict.failed for verdict in found.verdicts):
        side = "the implementation" if found.liaison == "dual" else "the solution as served"
        return f"{side} is not equivalent"
    return found.summary
