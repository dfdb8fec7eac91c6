"""A product opened for operation: its contract, its data, its naive baseline, and its times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from contracts.config import instantiate
from contracts.contract import Contract
from contracts.contract.golden import read as golden
from contracts.moment import instant
from contracts.ports import Baseline, Source
from contracts.signing.sign import rehearse
from production.assembly.drafted import published_or_draft
from production.assembly.serving import deployed_contract

if TYPE_CHECKING:
    from contracts.signing.port import Signing
    from production.settings import Production


class OpenProduct(msgspec.Struct, frozen=True, kw_only=True):
    """What every lifecycle of a product needs, in a backtest and live.

    Attributes:
        contract: The published contract.
        source: Data on demand.
        baseline: The naive baseline.
        golden: The contract's golden inputs.
        data_start: The first moment of data, microseconds.
        start: The first moment of operation, microseconds.
    """

    contract: Contract
    source: Source
    baseline: Baseline
    golden: pa.Table
    data_start: int
    start: int


def open_product(config: Production, *, drafts: bool = False) -> OpenProduct:
    """Return the product that a configuration names, ready for operation.

    Args:
        config: The configuration.
        drafts: Whether research's draft will do where nothing is published: in a backtest alone.

    Raises:
        ConfigError: Signatures are required, and what is trained here could not be signed.
        ContractError: Its contract is not published.
        MissingExtraError: What signs is not installed.
        SignatureError: A signature is required, and the contract has none by the configured key.
        DataError: Its data are not there.
    """
    product = config.product
    signing: Signing = instantiate(config.signing, "signing")
    contract = published_or_draft(config) if drafts else deployed_contract(config)
    rehearse(signing)  # a training may take hours before its model is signed
    return OpenProduct(
        contract=contract,
        source=instantiate(product.source, "product.source"),
        baseline=instantiate(
            product.baseline, "product.baseline", kind=contract.kind, k=contract.k
        ),
        golden=golden(
            contract.folder / "golden.parquet", contract.input_columns, k=contract.k
        ).rows,
        data_start=instant(product.history),
        start=instant(product.start),
    )
