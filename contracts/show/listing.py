"""All published contracts: which production has yet to fulfil, and for how many days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from contracts.contract import products, published, versions
from contracts.moment import DAY, instant, to_second
from contracts.report.table import Heading, Table, text_headings
from contracts.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from contracts.contract import Contract

State = Literal["fulfilled", "named, not proven", "not yet fulfilled", "superseded", "no product"]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One published version.

    Attributes:
        product: The product.
        version: The contract's version.
        published: When it was published, ISO 8601; when its draft was written, where that was not
            recorded.
        digest: The digest of its normative part.
        state: ``fulfilled`` is the version that the product's configuration names, if that was
            proven here; older ones are ``superseded``, newer ones ``not yet fulfilled``; without a
            configured product it is ``no product``.
        days: Whole days since publication, of a version that is not yet fulfilled.
        proven: When the configured candidate was last proven here to fulfil this very content, ISO
            8601; empty where it was not.
    """

    product: str
    version: str
    published: str
    digest: str
    state: State
    days: int | None
    proven: str


def listed(
    root: Path,
    *,
    named: Mapping[str, str],
    proven: Callable[[Contract], str],
    now: int,
) -> tuple[Listed, ...]:
    """Return every published version, newest first within its product.

    Args:
        root: The folder of all published contracts.
        named: The version each configured product names, by product.
        proven: Returns when a contract was last proven here, ISO 8601; empty if it was not.
        now: The present moment, microseconds.

    Raises:
        IntegrityError: A published contract is not as it was written.
    """
    return tuple(
        _listed(published(root, product, version), named.get(product), proven, now)
        for product in products(root)
        for version in reversed(versions(root, product))
    )


def _listed(
    contract: Contract, named: str | None, proven: Callable[[Contract], str], now: int
) -> Listed:
    origin = contract.provenance
    since = origin.published or origin.created
    at = proven(contract)
    state = _state(contract.version, named, proven=bool(at))
    waiting = state == "not yet fulfilled"
    return Listed(
        product=contract.product,
        version=contract.version,
        published=since,
        digest=contract.digest,
        state=state,
        days=max(0, (now - instant(since)) // DAY) if waiting else None,
        proven=at,
    )


def _state(version: str, named: str | None, *, proven: bool) -> State:
    if named is None:
        return "no product"
    this, other = Version.parse(version), Version.parse(named)
    if this == other:
        return "fulfilled" if proven else "named, not proven"
    return "not yet fulfilled" if this > other else "superseded"


def table(rows: Iterable[Listed]) -> Table:
    """Return the versions as a table, one a row."""
    return Table(
        headings=(
            *text_headings("product", "version", "published", "production"),
            Heading(name="days", kind="count"),
            *text_headings("proven here", "digest"),
        ),
        rows=tuple(
            (
                each.product,
                each.version,
                to_second(each.published),
                each.state,
                each.days,
                each.proven or None,
                each.digest[:12],
            )
            for each in rows
        ),
    )
