"""The champion before the present one: what a rollback returns to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ConflictError, IntegrityError, UnfinishedError
from production.serving.manifest import read

if TYPE_CHECKING:
    from production.generation.description import Candidate
    from production.generation.loader import Loader
    from production.registry.manifests import Manifests


def previous_champion(product: str, manifests: Manifests, loader: Loader) -> Candidate:
    """Return the last champion before the present one that can serve.

    Raises:
        ConflictError: There was none.
        StateError: Nothing is in service.
        UnfinishedError: It could not be told whether it can.
    """
    present = read(manifests.require(product).document).champion
    champions = (read(each.document).champion for each in manifests.all(product))
    earlier = dict.fromkeys(reversed([each for each in champions if each != present]))
    for each in earlier:
        if _can_serve(each, loader):
            return each
    raise ConflictError(
        f"no generation of {product} served before {present.name}"
        + (" and is whole" if earlier else ""),
        hint="the next refresh brings another one",
    )


def _can_serve(candidate: Candidate, loader: Loader) -> bool:
    """Return whether a generation is neither broken nor moved aside.

    Raises:
        UnfinishedError: Loading it did not end.
    """
    try:
        loader.load(candidate)
    except UnfinishedError:
        raise
    except IntegrityError:
        return False
    return True
