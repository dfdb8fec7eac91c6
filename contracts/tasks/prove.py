"""The task `prove`: the clauses of a contract, as a report for a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.clock import WallClock
from contracts.config import instantiate, settings
from contracts.contract import load
from contracts.durable import place
from contracts.equivalence import proof
from contracts.equivalence.configured import configured
from contracts.equivalence.parties import parties
from contracts.equivalence.prove import judge_all
from contracts.equivalence.report.account import account
from contracts.equivalence.report.page import data, page, table
from contracts.equivalence.report.parting import partings
from contracts.errors import ContractError
from contracts.moment import SECOND, iso
from contracts.report.terminal import console, telling, terminal
from contracts.report.write import encoded, write
from contracts.settings import Contracts
from contracts.signing.contract import trusted
from contracts.tasks.receipt import head

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.contract import Contract
    from contracts.equivalence.report.account import Account


#: Letters of a finding that the terminal shows; the report has it whole.
LONGEST = 300


def prove(request: Request) -> None:
    """Hold an implementation to a contract, write a report and the record of the proof.

    Raises:
        ContractError: A clause is not kept, or none could be run.
    """
    config = settings(request.config, Contracts, added=request.added)
    found, output, screen = _proven(config), Path(config.paths.output), console()
    shown = head(request, config)
    written = write(page(found, shown), data(found), output)
    # Apart from the evidence, so that a pipeline goes on from the verdict and nothing else.
    place(output / "verdicts.json", encoded({v.name: v.outcome for v in found.verdicts}))
    proof.write(output, found.proof(shown.versions))
    screen.print(terminal(table(found.verdicts, longest=LONGEST)))
    for line in (*partings(found.contrasts), found.summary, f"report: {written}"):
        screen.print(line, highlight=False, soft_wrap=True)
    if not found.holds:
        raise ContractError(
            f"{config.product.name} {found.contract.version}: {_shortfall(found)}",
            hint=f"{written} shows the evidence",
            details=[f"{v.name}: {v.message}" for v in found.verdicts if v.failed],
        )


def _proven(config: Contracts) -> Account:
    contract, product = _contract(config), config.product
    chosen = parties(product, liaison=config.liaison.name)
    with (
        console().status("equivalence") as status,
        configured(product, contract, chosen=chosen, progress=telling(status)) as sides,
    ):
        verdicts = judge_all(sides)
        status.update("drawing the report")
        at = iso(WallClock().now() // SECOND * SECOND)
        return account(contract, chosen, verdicts, at=at, sides=sides)


def _shortfall(found: Account) -> str:
    if any(verdict.failed for verdict in found.verdicts):
        side = "the implementation" if found.liaison == "dual" else "the solution as served"
        return f"{side} is not equivalent"
    return found.summary


def _contract(config: Contracts) -> Contract:
    if config.task.options["draft"]:
        return load(Path(str(config.task.options["draft_folder"])))
    product, signing = config.product, instantiate(config.signing)
    return trusted(Path(config.paths.published), product.name, product.contract, signing)
