"""The task `verify`: can I deploy? Published, signed, proven, and kept by what is in service."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.config import instantiate, settings
from contracts.config.instantiate import TARGET
from contracts.contract.shelf import found
from contracts.equivalence.parties import parties
from contracts.errors import ConfigError, ContractError, MissingExtraError, StateError
from contracts.fulfilment.check import Check, table
from contracts.fulfilment.deployed import deployed, none
from contracts.fulfilment.promised import intact, proven, signed
from contracts.report.page import Note, Page, Section
from contracts.report.terminal import console, terminal
from contracts.report.write import write
from contracts.settings import Contracts
from contracts.signing.contract import trusted
from contracts.tasks.receipt import head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.config.entry import Request
    from contracts.contract import Contract
    from contracts.fulfilment.claim import Claims
    from contracts.fulfilment.deployed import Read


def verify(request: Request) -> None:
    """Answer whether a version of a product's contract can be deployed, and write the answer down.

    Raises:
        ContractError: It cannot.
    """
    config = settings(request.config, Contracts, added=request.added)
    version = str(config.task.options["against"] or config.product.contract)
    checks = tuple(answers(config, version))
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
    written = write(shown, made, Path(config.paths.output))
    screen = console()
    screen.print(terminal(table(checks)))
    screen.print(f"{said}\nreport: {written}", highlight=False, soft_wrap=True)
    if failed:
        raise ContractError(said, hint=f"{written} shows every check", details=failed)


def answers(config: Contracts, version: str) -> Iterator[Check]:
    """Yield the answers, in the order a deployment needs them."""
    product, options, root = config.product, config.task.options, Path(config.paths.published)
    folder, signing = found(root, product.name, version), instantiate(config.signing)
    vouched = signed(folder, signing)
    if vouched.outcome == "no" and folder.is_dir():  # then nothing of it is parsed
        yield vouched
        return
    check, contract = intact(root, product.name, version)
    yield check
    if contract is None:
        return
    yield vouched
    candidate, _ = parties(product, liaison=config.liaison.name).names
    yield proven(contract, Path(str(options["proof_folder"])), candidate=candidate)
    yield from _in_service(config, contract, partial(trusted, root, signing=signing))


def _in_service(config: Contracts, contract: Contract, read: Read) -> Iterator[Check]:
    """Yield an answer for each generation in service, one in all where that cannot be known."""
    node = config.task.options["deployed"]
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
        yield Check(name="deployed", outcome="no", reason=f"cannot be read: {error}")
    else:
        yield from deployed(held, contract, read)
