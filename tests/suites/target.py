"""The least that says what is predicted, for tests that need no more of a product."""

from __future__ import annotations

import msgspec

from contracts.kind import Kind, Label, width


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Satisfies `contracts.kind.Predicted`."""

    product: str
    kind: Kind
    labels: tuple[Label, ...] = ()
    labels_open: bool = False

    @property
    def k(self) -> int:
        """How many columns a prediction has."""
        return width(self.kind, self.labels)
