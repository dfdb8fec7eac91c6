"""The task `verify`: can I deploy? Published, signed, proven, and kept by what is in service."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.config import instantiate, options
from contracts.config.instantiate import TARGET
from contracts.config.product import VersionText
from contracts.config.settings import Closed, Component
from contracts.contract.shelf import contract_folder
from contracts.contract.signature import trusted
from contracts.equivalence.configured import choose_sides
from contracts.errors import ConfigError, ContractError, MissingExtraError, StateError
from contracts.fulfilment.answer import Answer, table
from contracts.fulfilment.deployed import deployed, none
from contracts.fulfilment.promised import intact, proven, signed
from contracts.report.page import Note, Page, Section
from contracts.report.terminal import console, rich_table
from contracts.report.write import write_report
from contracts.tasks.receipt import head
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.config.entry import Request
    from contracts.contract import Contract
    from contracts.fulfilment.claim import Claims
    from contracts.fulfilment.deployed import Read


class Options(Closed, frozen=True, kw_only=True):
    """Which version, where the record of its proof lies, and what knows what is in service."""

    against: VersionText | None
    proof_folder: str
    deployed: Component


def verify(request: Request) -> None:
    """Answer whether a version of a product's contract can be deployed, and write the answer down.

    Raises:
        ContractError: It cannot.
    """
    config = request.settings(Contracts)
    asked = options(config.task, Options)
    version = asked.against or config.product.contract
    checks = tuple(answers(request, config, asked, version))
    failed = [f"{check.name}: {check.reason}" for check in checks if check.outcome == "no"]
    what = f"{config.product.name} {version}"
    said = f"{what} {'cannot' if failed else 'can'} be deployed"
    shown = Page(
        title=f"Can {what} be deployed?",
        head=head(request, config),
        lead=said,
        sections=(
            Section(
                title="Checks",
                parts=(table(checks), Note(text=said, tone="warning" if failed else "good")),
            ),
        ),
    )
    made = {"version": version, "deployable": not failed, "checks": msgspec.to_builtins(checks)}
    written = write_report(shown, made, Path(config.paths.output))
    screen = console()
    screen.print(rich_table(table(checks)))
    screen.print(f"{said}\nreport: {written}", highlight=False, soft_wrap=True)
    if failed:
        raise ContractError(said, hint=f"{written} shows every check", details=failed)


def answers(request: Request, config: Contracts, asked: Options, version: str) -> Iterator[Answer]:
    """Yield the answers, in the order a deployment needs them."""
    product, root = config.product, Path(config.paths.published)
    folder, signing = contract_folder(root, product.name, version), instantiate(config.signing)
    vouched = signed(folder, signing)
    if vouched.outcome == "no" and folder.is_dir():  # then nothing of it is parsed
        yield vouched
        return
    check, contract = intact(root, product.name, version)
    yield check
    if contract is None:
        return
    yield vouched
    who = choose_sides(product, liaison=config.liaison.name)
    named = f"product={product.name}"
    prove = request.command_for("contracts", "task=prove", named)
    yield proven(contract, Path(asked.proof_folder), who, again=prove)
    read = partial(trusted, root, signing=signing)
    run = request.command_for("production", "task=run", named)
    yield from _in_service(asked.deployed, contract, read, run=run)


def _in_service(node: Component, contract: Contract, read: Read, *, run: str) -> Iterator[Answer]:
    """Yield an answer for each generation in service, one in all where that cannot be known."""
    package = str(node[TARGET]).partition(".")[0]
    if find_spec(package) is None:
        yield none(f"nothing known of: {package} is not installed here")
        return
    try:
        claims: Claims = instantiate(node)
        held = claims.of(contract.product)
    except (MissingExtraError, ModuleNotFoundError) as error:
        yield none(f"nothing known of: {error}; pip install 'liaison-lifecycle[production]'")
    except (ConfigError, StateError) as error:
        yield Answer(name="deployed", outcome="no", reason=f"cannot be read: {error}")
    else:
        yield from deployed(held, contract, read, run=run)
