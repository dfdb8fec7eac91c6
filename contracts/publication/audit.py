"""Whether published contracts can still be read and proven: bytes, documents, golden rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract import golden, published, versions
from contracts.contract.digest import GOLDEN
from contracts.equivalence.registry import items
from contracts.errors import ContractError, LiaisonError
from contracts.schema.record import RecordDecoder
from contracts.score.metric.registry import metric

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from contracts.contract import Contract


def audit(root: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Return the published contracts of products, each verified, as ``product version``.

    Raises:
        ContractError: Some are not as they were published, or say what this code no longer takes;
            each is named with the reason.
    """
    read, broken = [], []
    for product in names:
        for version in versions(root, product):
            try:
                verify(published(root, product, version))
            except LiaisonError as error:
                broken.append(f"{product} {version}: {error.message}")
            else:
                read.append(f"{product} {version}")
    if broken:
        raise ContractError(
            f"of {len(read) + len(broken)} published contracts {len(broken)} cannot be kept",
            hint="restore what was published, or the code that took it",
            details=broken,
        )
    return tuple(read)


def verify(contract: Contract) -> None:
    """Return if a contract, whose bytes are as published, is one that can be kept here.

    Raises:
        ContractError: A clause is unknown or takes its tolerance no more, or the golden set does
            not fit the schema.
        ConfigError: A metric is unknown.
        DataError: A golden row is none that the contract accepts.
    """
    for term in contract.metrics:
        metric(term.name, kind=contract.kind)
    items(contract)
    recorded = golden.read(contract.folder / GOLDEN, contract.input_columns)
    accept = RecordDecoder(contract.input_columns)
    for row in recorded.rows.to_pylist():
        accept.convert(row)
