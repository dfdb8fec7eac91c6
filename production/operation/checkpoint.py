"""The loop's checkpoint: where a killed process goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from production.operation.progress import Progress
from production.registry import checkpoints

if TYPE_CHECKING:
    from production.registry.checkpoints import Checkpoints

NAME = "loop"


class Checkpoint:
    """Keeps one product's progress.

    Args:
        product: The product.
        kept: Where progress is kept.
    """

    def __init__(self, *, product: str, kept: Checkpoints) -> None:
        self._product, self._kept = product, kept

    def load(self) -> Progress | None:
        """Return the progress that was saved last, none at the very start."""
        found = self._kept.load(self._product, NAME)
        return msgspec.convert(found.document, Progress) if found else None

    def save(self, progress: Progress) -> None:
        """Keep the progress, in the transaction of the wake-up it ends."""
        self._kept.save(
            checkpoints.Checkpoint(
                product=self._product,
                name=NAME,
                moment=progress.taken,
                document=msgspec.to_builtins(progress),
            )
        )
