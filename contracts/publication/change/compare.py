"""All changes from one version of a contract to another, or to what the code would publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.contract.contract import Contract
from contracts.contract.digest import GOLDEN, TERMS, differing_files
from contracts.contract.golden import count
from contracts.contract.terms import INSTANTS
from contracts.errors import ContractError
from contracts.moment import iso
from contracts.publication.change.change import (
    Change,
    change,
    changes_by_name,
    identical,
    replaced,
    transition,
)
from contracts.publication.change.clauses import clauses
from contracts.publication.change.columns import columns
from contracts.publication.change.rules import BUMPS
from contracts.report.table import score_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.contract.terms import Learning, MetricTerm, Specification
    from contracts.kind import Predicted


def changes(old: Specification, new: Specification) -> tuple[Change, ...]:
    """Return what changed, the gravest first, otherwise in the contract's order.

    Args:
        old: A contract, or what the code would publish.
        new: Likewise. Measured values are compared only between two contracts.

    Raises:
        ContractError: They are of two products.
    """
    if old.product != new.product:
        raise ContractError(
            f"{old.product} and {new.product} are two products",
            hint="versions of one product's contract can be compared",
        )
    changed = [*_decided(old, new)]
    if isinstance(old, Contract) and isinstance(new, Contract):
        changed += _measured(old, new)
        changed = changed or [*_rewritten(old, new)]
    return tuple(sorted(changed, key=lambda each: -BUMPS.index(each.rule.bump)))


def learning(old: Learning, new: Learning) -> Iterator[Change]:
    """Yield the changes of how a model is learned: windows, seed, days, parameters.

    A parameter that a search chooses in one of the two has no value there to differ from.
    """
    for name in INSTANTS:
        was, now = iso(getattr(old, name)), iso(getattr(new, name))
        if was != now:
            yield replaced("learning", "window_moved", name, was, now)
    for name, rule in (("seed", "seed_changed"), ("day_offset", "day_changed")):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield replaced("learning", rule, name, before, after)
    yield from _params(old, new)


def _decided(old: Specification, new: Specification) -> Iterator[Change]:
    yield from _target(old, new)
    yield from columns("input", old.input_columns, new.input_columns)
    yield from columns("output", old.output_columns, new.output_columns)
    yield from changes_by_name("metrics", "metric", old.metrics, new.metrics, _metric)
    yield from clauses(old.clauses, new.clauses)
    yield from learning(old.learning, new.learning)
    was, now = _golden_rows(old), _golden_rows(new)
    if was != now:
        detail = f"{transition(was, now)} rows"
        yield change("golden", "golden_resized", detail=detail, old=was, new=now)


def _measured(old: Contract, new: Contract) -> Iterator[Change]:
    before = {term.name: term.observed for term in old.metrics}
    for term in new.metrics:
        was, now = before.get(term.name), term.observed
        if was is not None and now is not None and was != now:
            detail = transition(score_text(was.value, now.value), score_text(now.value, was.value))
            sides = {"old": msgspec.to_builtins(was), "new": msgspec.to_builtins(now)}
            yield change("metrics", "observed_changed", term.name, detail, **sides)
    one, other = (each.provenance.files[GOLDEN] for each in (old, new))
    if one != other:
        detail = transition(one[:12], other[:12])
        yield change("golden", "golden_recorded", detail=detail, old=one, new=other)


def _rewritten(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the files whose bytes differ; the terms only if more than the version does."""
    for file in differing_files(old.provenance.files, new.provenance.files):
        if old.version == new.version or file != TERMS:
            yield change("text", "rewritten", file)


def _target(old: Predicted, new: Predicted) -> Iterator[Change]:
    if old.kind != new.kind:
        yield replaced("target", "kind_changed", "kind", old.kind, new.kind)
    if not identical(old.labels, new.labels):
        detail = transition(", ".join(map(str, old.labels)), ", ".join(map(str, new.labels)))
        sides = {"old": old.labels, "new": new.labels}
        yield change("target", "labels_changed", "labels", detail, **sides)
    if old.labels_open != new.labels_open:
        name = "labels_opened" if new.labels_open else "labels_closed"
        yield change("target", name, "labels_open", old=old.labels_open, new=new.labels_open)


def _metric(old: MetricTerm, new: MetricTerm) -> Iterator[Change]:
    if old.direction != new.direction:
        yield replaced("metrics", "direction_changed", new.name, old.direction, new.direction)
        return
    if old.threshold != new.threshold:
        tighter = (new.threshold < old.threshold) == (new.direction == "lower")
        name = "threshold_tightened" if tighter else "threshold_eased"
        yield replaced("metrics", name, new.name, old.threshold, new.threshold)
    if old.skill != new.skill:
        name = "skill_raised" if new.skill > old.skill else "skill_lowered"
        yield replaced("metrics", name, new.name, old.skill, new.skill)


def _params(old: Learning, new: Learning) -> Iterator[Change]:
    was, now = _named_params(old), _named_params(new)
    tuned = {*old.tuned, *new.tuned}
    for name in {**was, **now}:
        in_both = name in was and name in now
        if in_both and (name in tuned or identical(was[name], now[name])):
            continue
        detail = transition(was.get(name, "not given"), now.get(name, "not given"))
        sides = {"old": was.get(name), "new": now.get(name)}
        yield change("learning", "params_changed", name, detail, **sides)


def _named_params(learning: Learning) -> dict[str, Any]:
    return {**learning.params, **dict.fromkeys(learning.tuned, "searched")}


def _golden_rows(version: Specification) -> int:
    """Return how many rows the golden set has, or is to have."""
    if isinstance(version, Contract):
        return count(version.folder / GOLDEN)
    return version.golden_rows
