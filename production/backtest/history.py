"""A product's whole history: what a backtest replays, and nobody in live operation has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
from msgspec.structs import replace

from contracts.data.outcomes import check_outcomes, label_place
from contracts.data.programmatic import Programmatic
from contracts.data.read_ahead import ReadAhead
from contracts.data.stored.source import WithFeatures
from contracts.moment import END_OF_TIME, duration, instant
from contracts.ports import OUTCOME
from production.agents.row_hash import table_digest
from production.assembly.drafted import draft_note
from production.assembly.product import OpenProduct, open_product

if TYPE_CHECKING:
    from production.settings import Production

#: What is said of a product whose events have no times.
TIMELESS = (
    "The data have no time: rows come in an order without meaning, one after another from the "
    "year 2000 on. What is shown is what a random split would show; drift and refreshes cannot be "
    "judged."
)


class History(msgspec.Struct, frozen=True, kw_only=True):
    """A product with all its events, and the time of them that a backtest replays.

    Attributes:
        product: The product; its source answers from the events, where an engine would be asked for
            the same rows by the proof and at every training.
        events: All events, with every outcome there will be.
        digest: The digest of the events.
        until: The first moment after operation, microseconds.
        offset: When a day begins, microseconds after midnight UTC.
        timed: Whether the events have times of their own.
        supposed: The events as supposed feedback brings their outcomes back; none where nothing is
            supposed.
    """

    product: OpenProduct
    events: pa.Table
    digest: str
    until: int
    offset: int
    timed: bool = True
    supposed: pa.Table | None = None

    @property
    def fed(self) -> pa.Table:
        """The events as their outcomes come back in a run."""
        return self.events if self.supposed is None else self.supposed

    @property
    def unlisted(self) -> tuple[str, ...]:
        """The labels of outcomes that the contract does not list, the most frequent first."""
        contract = self.product.contract
        counted = self.events[OUTCOME].drop_null().value_counts().to_pylist()
        counts = {each["values"]: each["counts"] for each in counted}
        labels = sorted(counts, key=counts.__getitem__, reverse=True)
        return tuple(str(label) for label in labels if label_place(label, contract) is None)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of any figure should know of the history."""
        return (*draft_note(self.product.contract), *(() if self.timed else (TIMELESS,)))


def read_history(config: Production) -> History:
    """Open a product and read its whole history.

    Raises:
        DataError: Its data are not there, or an outcome is none that the contract can have.
        LiaisonError: As `open_product`.
    """
    product = open_product(config, drafts=True)
    until = instant(config.product.until)
    events = product.source.window(product.data_start, until, known_by=END_OF_TIME)
    check_outcomes(product.contract, events)
    if isinstance(product.source, Programmatic | WithFeatures):
        read = ReadAhead(product.source, events, start=product.data_start, end=until)
        product = replace(product, source=read)
    return History(
        product=product,
        events=events,
        digest=table_digest(events),
        until=until,
        offset=duration(config.product.day_offset),
        timed=config.product.timed,
    )
