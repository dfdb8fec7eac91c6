"""All changes from one version of a contract to another, or to what the code would publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract.contract import Contract
from contracts.contract.digest import GOLDEN, TERMS, differing
from contracts.errors import ContractError
from contracts.publication.change.change import Change, became, change
from contracts.publication.change.clauses import clauses
from contracts.publication.change.columns import columns
from contracts.publication.change.learning import learning
from contracts.publication.change.metrics import metrics, observed
from contracts.publication.change.rule import BUMPS
from contracts.publication.change.target import target
from contracts.publication.specification.stated import stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.publication.specification.specification import Specification

    #: A version that exists, or the one that the code would publish.
    Version = Contract | Specification


def changes(old: Version, new: Version) -> tuple[Change, ...]:
    """Return what changed, the gravest first, else in the contract's order.

    Args:
        old: A contract, or what the code would publish.
        new: Likewise. What is measured is compared where both are contracts.

    Raises:
        ContractError: They are of two products.
    """
    if old.product != new.product:
        raise ContractError(
            f"{old.product} and {new.product} are two products",
            hint="versions of one product's contract can be compared",
        )
    found = [*decided(_stated(old), _stated(new))]
    if isinstance(old, Contract) and isinstance(new, Contract):
        found += measured(old, new)
        found = found or [*_rewritten(old, new)]
    return tuple(sorted(found, key=lambda each: -BUMPS.index(each.rule.bump)))


def decided(old: Specification, new: Specification) -> Iterator[Change]:
    """Yield the changes of what is decided."""
    yield from target(old, new)
    yield from columns("input", old.inputs, new.inputs)
    yield from columns("output", old.outputs, new.outputs)
    yield from metrics(old.metrics, new.metrics)
    yield from clauses(old.clauses, new.clauses)
    yield from learning(old.learning, new.learning)
    if old.golden != new.golden:
        said = f"{became(old.golden, new.golden)} rows"
        yield change("golden", "golden_resized", said=said, old=old.golden, new=new.golden)


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


def _stated(version: Version) -> Specification:
    return stated(version) if isinstance(version, Contract) else version
