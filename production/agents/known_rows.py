"""Where the digests of the rows known at the last refresh are stored: in the database, replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from production.agents.row_digests import RowDigests
from production.registry.checkpoints import Checkpoint

if TYPE_CHECKING:
    from production.registry.checkpoints import Checkpoints

NAME = "known_rows"


class StoredRows:
    """The digests of one product's rows.

    Args:
        checkpoints: Where they are stored.
        product: The product.
    """

    def __init__(self, checkpoints: Checkpoints, product: str) -> None:
        self._checkpoints, self._product = checkpoints, product

    def load(self) -> RowDigests | None:
        """Return the digests that were saved last; none before, nor where other code wrote them."""
        checkpoint = self._checkpoints.load(self._product, NAME)
        if checkpoint is None:
            return None
        try:
            return msgspec.convert(checkpoint.document, RowDigests)
        except msgspec.ValidationError:
            return None  # the next refresh then has nothing to compare with, and says so

    def save(self, digests: RowDigests) -> None:
        """Replace the digests, in the transaction of what the refresh came to."""
        self._checkpoints.save(
            Checkpoint(
                product=self._product,
                name=NAME,
                moment=digests.moment,
                document=msgspec.to_builtins(digests),
            )
        )
