"""All changes from one version of a contract to another, or to what the code would publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract.contract import Contract
from contracts.contract.digest import GOLDEN, TERMS, differing
from contracts.contract.golden import count
from contracts.errors import ContractError
from contracts.publication.change.change import Change, became, change
from contracts.publication.change.clauses import clauses
from contracts.publication.change.columns import columns
from contracts.publication.change.learning import learning
from contracts.publication.change.metrics import metrics, observed
from contracts.publication.change.rule import BUMPS
from contracts.publication.change.target import target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.contract.terms import Specification


def changes(old: Specification, new: Specification) -> tuple[Change, ...]:
    """Return what changed, the gravest first, else in the contract's order.

    Args:
        old: A contract, or what the code would publish.
        new: Likewise. What was measured is compared where both are contracts.

    Raises:
        ContractError: They are of two products.
    """
    if old.product != new.product:
        raise ContractError(
            f"{old.product} and {new.product} are two products",
            hint="versions of one product's contract can be compared",
        )
    found = [*decided(old, new)]
    if isinstance(old, Contract) and isinstance(new, Contract):
        found += measured(old, new)
        found = found or [*_rewritten(old, new)]
    return tuple(sorted(found, key=lambda each: -BUMPS.index(each.rule.bump)))


def decided(old: Specification, new: Specification) -> Iterator[Change]:
    """Yield the changes of what is decided."""
    yield from target(old, new)
    yield from columns("input", old.input_columns, new.input_columns)
    yield from columns("output", old.output_columns, new.output_columns)
    yield from metrics(old.metrics, new.metrics)
    yield from clauses(old.clauses, new.clauses)
    yield from learning(old.learning, new.learning)
    was, now = _golden_rows(old), _golden_rows(new)
    if was != now:
        yield change("golden", "golden_resized", said=f"{became(was, now)} rows", old=was, new=now)


def _golden_rows(version: Specification) -> int:
    """Return how many rows the golden set has, or is to have."""
    if isinstance(version, Contract):
        return count(version.folder / GOLDEN)
    return version.golden_rows


def measured(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the changes of what was measured: observed figures, recorded answers."""
    yield from observed(old.metrics, new.metrics)
    was, now = (each.provenance.files[GOLDEN] for each in (old, new))
    if was != now:
        yield change("golden", "golden_recorded", said=became(was[:12], now[:12]), old=was, new=now)


def _rewritten(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the files whose bytes differ; of the terms only if more than the version does."""
    for file in differing(old.provenance.files, new.provenance.files):
        if old.version == new.version or file != TERMS:
            yield change("text", "rewritten", file)
