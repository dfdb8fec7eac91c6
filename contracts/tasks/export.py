"""The task `export`: a published contract in the formats that other tools read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import yaml

from contracts.config import instantiate, options
from contracts.config.product import VersionText
from contracts.config.settings import Closed
from contracts.contract.signature import trusted
from contracts.host.durable import write_file
from contracts.report.write import to_json
from contracts.show.export import document
from contracts.show.export.json_schema import json_schema
from contracts.show.export.odcs import odcs
from contracts.tasks.receipt import receipt
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.contract import Contract

WIDTH = 100


class Options(Closed, frozen=True, kw_only=True):
    """Which version."""

    version: VersionText


def export(request: Request) -> None:
    """Write the JSON Schemas of input, prediction and document, and the contract as ODCS."""
    config = request.settings(Contracts)
    version = options(config.task, Options).version
    root, signing = Path(config.paths.published), instantiate(config.signing)
    contract = trusted(root, config.product.name, version, signing)
    folder = Path(config.paths.output)
    for name, content in files(contract).items():
        write_file(folder / name, content)
    made = {name: str(folder / name) for name in files(contract)}
    receipt(request, config, f"The contract of {contract.product} {version}, exported", made)


def files(contract: Contract) -> dict[str, bytes]:
    """Return what is exported of a contract, by the file's name."""
    called = f"{contract.product} {contract.version}"
    standard = msgspec.json.decode(to_json(odcs(contract)))
    return {
        "input.schema.json": to_json(
            json_schema(contract.input_columns, title=f"What {called} is asked")
        ),
        "prediction.schema.json": to_json(
            json_schema(contract.output_columns, title=f"What {called} answers")
        ),
        document.FILE: to_json(document.document_schema()),
        "contract.odcs.yaml": yaml.safe_dump(
            standard, sort_keys=False, allow_unicode=True, width=WIDTH
        ).encode(),
    }
