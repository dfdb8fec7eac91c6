"""The task `verify`: can a version of a contract be deployed?"""

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
from contracts.contract.lookup import contract_folder
from contracts.contract.signature import load_trusted
from contracts.equivalence.configured import choose_sides
from contracts.errors import ConfigError, ContractError, MissingExtraError, StateError
from contracts.fulfilment.answer import Answer, table
from contracts.fulfilment.deployed import check_deployed, unknown
from contracts.fulfilment.promised import check_proven, check_published, check_signed
from contracts.report.page import Note, Page, Section
from contracts.report.terminal import print_and_write
from contracts.tasks.report import head
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.config.entry import Request
    from contracts.contract import Contract
    from contracts.fulfilment.deployed import Claims, ReadContract


class VerifyOptions(Closed, frozen=True, kw_only=True):
    """Which version, where the record of its proof is, and the component that reads the claims."""

    against: VersionText | None
    proof_folder: str
    deployed: Component


def verify(request: Request) -> None:
    """Check whether a version of a product's contract can be deployed, and report every answer.

    Raises:
        ContractError: It cannot.
    """
    config = request.settings(Contracts)
    choices = options(config.task, VerifyOptions)
    version = choices.against or config.product.contract
    answers = tuple(_answers(request, config, choices, version))
    failed = [f"{answer.name}: {answer.reason}" for answer in answers if answer.holds == "no"]
    name = f"{config.product.name} {version}"
    conclusion = f"{name} {'cannot' if failed else 'can'} be deployed"
    note = Note(text=conclusion, tone="warning" if failed else "good")
    page = Page(
        title=f"Can {name} be deployed?",
        head=head(request, config),
        lead=conclusion,
        sections=(Section(title="Checks", parts=(table(answers), note)),),
    )
    result = {
        "version": version,
        "deployable": not failed,
        "checks": msgspec.to_builtins(answers),
    }
    report = print_and_write(page, result, Path(config.paths.output), table(answers), conclusion)
    if failed:
        raise ContractError(conclusion, hint=f"{report} shows every check", details=failed)


def _answers(
    request: Request, config: Contracts, choices: VerifyOptions, version: str
) -> Iterator[Answer]:
    """Yield the answers, in the order in which a deployment needs them."""
    product, root = config.product, Path(config.paths.published)
    folder = contract_folder(root, product.name, version)
    signing = instantiate(config.signing, "signing")
    signed = check_signed(folder, signing)
    if signed.holds == "no" and folder.is_dir():  # then nothing of it is parsed
        yield signed
        return
    published, contract = check_published(root, product.name, version)
    yield published
    if contract is None:
        return
    yield signed
    sides = choose_sides(product, liaison=config.liaison_name)
    option = f"product={product.name}"
    prove = request.command_for("contracts", "task=prove", option)
    yield check_proven(contract, Path(choices.proof_folder), sides, prove=prove)
    read = partial(load_trusted, root, signing=signing)
    run = request.command_for("production", "task=run", option)
    yield from _deployed_answers(choices.deployed, contract, read, run=run)


def _deployed_answers(
    node: Component, contract: Contract, read: ReadContract, *, run: str
) -> Iterator[Answer]:
    """Yield an answer for each generation in service, or one where that cannot be known."""
    package = str(node[TARGET]).partition(".")[0]
    if find_spec(package) is None:
        yield unknown(f"nothing known of: {package} is not installed here")
        return
    try:
        claims: Claims = instantiate(node, "task.options.deployed")
        deployed = claims.of(contract.product)
    except (MissingExtraError, ModuleNotFoundError) as error:
        yield unknown(f"nothing known of: {error}; pip install 'liaison-lifecycle[production]'")
    except (ConfigError, StateError) as error:
        yield Answer(name="deployed", holds="no", reason=f"cannot be read: {error}")
    else:
        yield from check_deployed(deployed, contract, read, run=run)
