"""All published contracts, and which of them production has yet to fulfil, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from contracts.contract import published, versions
from contracts.contract.shelf import shelves
from contracts.moment import DAY, instant
from contracts.report.table import Heading, Table
from contracts.show.when import second
from contracts.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.equivalence.proof import Proof

State = Literal["fulfilled", "not yet fulfilled", "superseded", "no product"]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One published version.

    Attributes:
        product: The product.
        version: The contract's version.
        published: When it was published, ISO 8601; when its draft was written, where that was not
            kept.
        digest: The digest of its normative part.
        state: ``fulfilled`` is the version that the product's configuration names, older ones are
            superseded, newer ones not yet fulfilled; a contract whose product no configuration
            knows is of no product.
        days: Whole days since a version that is not yet fulfilled was published.
        proven: When the clauses of this very content last held here, ISO 8601; empty otherwise.
    """

    product: str
    version: str
    published: str
    digest: str
    state: State
    days: int | None
    proven: str


def products(root: Path) -> tuple[str, ...]:
    """Return the products that have a published contract, in order."""
    folders = {each.name for shelf in shelves(root) for each in shelf.glob("*") if each.is_dir()}
    return tuple(name for name in sorted(folders) if versions(root, name))


def listed(
    root: Path,
    *,
    fulfilled: Mapping[str, str],
    proofs: Iterable[Proof],
    now: int,
) -> tuple[Listed, ...]:
    """Return every published version, newest first within its product.

    Args:
        root: The folder of all published contracts.
        fulfilled: The version each configured product names, by product.
        proofs: What was proven here.
        now: The present moment, microseconds.

    Raises:
        IntegrityError: A published contract is not as it was written.
    """
    proven = {(each.product, each.digest): each.at for each in proofs if each.holds}
    return tuple(
        _listed(published(root, product, version), fulfilled.get(product), proven, now)
        for product in products(root)
        for version in reversed(versions(root, product))
    )


def _listed(
    contract: Contract, named: str | None, proven: Mapping[tuple[str, str], str], now: int
) -> Listed:
    origin = contract.provenance
    since = origin.published or origin.created
    state = _state(contract.version, named)
    waiting = state == "not yet fulfilled"
    return Listed(
        product=contract.product,
        version=contract.version,
        published=since,
        digest=contract.digest,
        state=state,
        days=max(0, (now - instant(since)) // DAY) if waiting else None,
        proven=proven.get((contract.product, contract.digest), ""),
    )


def _state(version: str, named: str | None) -> State:
    if named is None:
        return "no product"
    this, other = Version.parse(version), Version.parse(named)
    if this == other:
        return "fulfilled"
    return "not yet fulfilled" if this > other else "superseded"


def table(found: Iterable[Listed]) -> Table:
    """Return the versions as a table, one a row."""
    return Table(
        headings=(
            Heading(name="product"),
            Heading(name="version"),
            Heading(name="published"),
            Heading(name="production"),
            Heading(name="days", kind="count"),
            Heading(name="proven here"),
            Heading(name="digest"),
        ),
        rows=tuple(
            (
                each.product,
                each.version,
                second(each.published),
                each.state,
                each.days,
                each.proven or None,
                each.digest[:12],
            )
            for each in found
        ),
    )
