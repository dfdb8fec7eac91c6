"""Checks that published contracts can still be read and proven: bytes, terms, golden rows."""

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
    """Return the published contracts of products after verifying each, as ``product version``.

    Raises:
        ContractError: Some differ from what was published, or have terms that this code no longer
            accepts; each is named with the reason.
    """
    verified, broken = [], []
    for product in names:
        for version in versions(root, product):
            try:
                verify(published(root, product, version))
            except LiaisonError as error:
                broken.append(f"{product} {version}: {error.message}")
            else:
                verified.append(f"{product} {version}")
    if broken:
        raise ContractError(
            f"of {len(verified) + len(broken)} published contracts {len(broken)} cannot be kept",
            hint="restore what was published, or the code that accepted it",
            details=broken,
        )
    return tuple(verified)


def verify(contract: Contract) -> None:
    """Check that this code can fulfil a contract whose bytes are known to be as published.

    Raises:
        ContractError: A clause is unknown or refuses its tolerance, or the golden set does not fit
            the schema.
        ConfigError: A metric is unknown.
        DataError: The contract's own schema refuses a golden row.
    """
    for term in contract.metrics:
        metric(term.name, kind=contract.kind)
    items(contract)
    recorded = golden.read(contract.folder / GOLDEN, contract.input_columns, k=contract.k)
    decoder = RecordDecoder(contract.input_columns)
    for row in recorded.rows.to_pylist():
        decoder.convert(row)
