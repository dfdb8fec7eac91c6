"""Changes of what is predicted: the kind of prediction, its labels, what outcomes may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.publication.change.change import Change, became, change
from contracts.publication.change.same import same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.kind import Predicted


def target(old: Predicted, new: Predicted) -> Iterator[Change]:
    """Yield the changes of what is predicted."""
    if old.kind != new.kind:
        said = became(old.kind, new.kind)
        yield change("target", "kind_changed", "kind", said, old=old.kind, new=new.kind)
    if not same(old.labels, new.labels):
        said = became(", ".join(map(str, old.labels)), ", ".join(map(str, new.labels)))
        yield change("target", "labels_changed", "labels", said, old=old.labels, new=new.labels)
    if old.labels_open != new.labels_open:
        name = "labels_opened" if new.labels_open else "labels_closed"
        yield change("target", name, "labels_open", old=old.labels_open, new=new.labels_open)
