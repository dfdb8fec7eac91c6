"""A product made ready to run: its contract, its source, its history, and its times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from contracts.config import instantiate
from contracts.contract import Contract
from contracts.contract.golden import read as golden
from contracts.contract.signature import trusted
from contracts.moment import END_OF_TIME, duration, instant
from contracts.signing.sign import rehearse
from production.backtest.content import table_digest

if TYPE_CHECKING:
    from contracts.ports import Baseline, Source
    from contracts.signing.port import Signing
    from production.settings import Production


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What every lifecycle of a product starts from.

    Attributes:
        contract: The published contract.
        source: Data on demand.
        baseline: The naive baseline.
        golden: The contract's golden inputs.
        events: The product's whole history, with every outcome there will be.
        digest: The SHA-256 of that history.
        history: The first moment of data.
        start: The first moment of operation.
        until: The first moment after it.
        offset: When a day begins, microseconds after midnight UTC.
    """

    contract: Contract
    source: Any
    baseline: Any
    golden: pa.Table
    events: pa.Table
    digest: str
    history: int
    start: int
    until: int
    offset: int


def ready(config: Production) -> Ready:
    """Make a product ready.

    Raises:
        ConfigError: Signatures are demanded, and what is trained here could not be signed.
        ContractError: Its contract is not published.
        MissingExtraError: What signs is not installed.
        SignatureError: A signature is demanded, and the contract's is none of the key's.
        DataError: Its data are not there.
    """
    product = config.product
    signing: Signing = instantiate(config.signing)
    published = Path(config.paths.published)
    contract = trusted(published, product.name, product.contract, signing)
    rehearse(signing)  # a training may take hours before what it made is signed
    source: Source = instantiate(product.source)
    baseline: Baseline = instantiate(product.baseline, kind=contract.kind, k=contract.k)
    history, until = instant(product.history), instant(product.until)
    events = source.window(history, until, known_by=END_OF_TIME)
    return Ready(
        contract=contract,
        source=source,
        baseline=baseline,
        golden=golden(contract.folder / "golden.parquet", contract.input_columns).rows,
        events=events,
        digest=table_digest(events),
        history=history,
        start=instant(product.start),
        until=until,
        offset=duration(product.day_offset),
    )
