"""The task `export`: a published contract in the formats that other tools read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import yaml

from contracts.config import instantiate, options
from contracts.config.product import VersionText
from contracts.config.settings import Closed
from contracts.contract.signature import load_trusted
from contracts.host.durable import write_file
from contracts.host.owned import claim
from contracts.report.write import to_json
from contracts.show.export import contract_schema
from contracts.show.export.json_schema import json_schema
from contracts.show.export.odcs import odcs
from contracts.tasks.report import report_facts
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.contract import Contract

#: Columns of a line in the YAML file.
WIDTH = 100


class ExportOptions(Closed, frozen=True, kw_only=True):
    """Which version is exported."""

    version: VersionText


def export(request: Request) -> None:
    """Write the JSON Schemas of input, prediction and contract.yaml, and the contract as ODCS."""
    config = request.settings(Contracts)
    version = options(config.task, ExportOptions).version
    root, signing = Path(config.paths.published), instantiate(config.signing, "signing")
    contract = load_trusted(root, config.product.name, version, signing)
    output, paths = Path(config.paths.output), {}
    claim(output)
    for name, content in files(contract).items():
        path = output / name
        write_file(path, content)
        paths[name] = str(path)
    report_facts(request, config, f"The contract of {contract.product} {version}, exported", paths)


def files(contract: Contract) -> dict[str, bytes]:
    """Return the content of each exported file by its name."""
    name = f"{contract.product} {contract.version}"
    standard = msgspec.json.decode(to_json(odcs(contract)))
    return {
        "input.schema.json": to_json(
            json_schema(contract.input_columns, title=f"The input of {name}")
        ),
        "prediction.schema.json": to_json(
            json_schema(contract.output_columns, title=f"The prediction of {name}")
        ),
        contract_schema.FILE: to_json(contract_schema.contract_schema()),
        "contract.odcs.yaml": yaml.safe_dump(
            standard, sort_keys=False, allow_unicode=True, width=WIDTH
        ).encode(),
    }
