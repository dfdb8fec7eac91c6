from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.contract.terms import MetricTerm
from contracts.errors import ContractError
from contracts.score.bootstrap import Interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract.terms import Terms


@pytest.mark.parametrize(("kind", "k"), [("binary", 1), ("multiclass", 3), ("regression", 1)])
def test_k_follows_from_the_kind(terms: Callable[..., Terms], kind: str, k: int) -> None:
    """A prediction has one column, or one per label of a multiclass product."""
    assert terms(kind).k == k


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("binary", {"labels": ("late",)}, "binary has two"),
        ("binary", {"labels_open": True}, "binary has two"),
        ("multiclass", {"labels": ("low",)}, "two or more"),
        ("regression", {"labels": ("low", "high")}, "regression has none"),
        ("regression", {"labels_open": True}, "regression has none"),
        ("multiclass", {"labels": ("low", "low")}, "expected each once"),
    ],
)
def test_labels_that_do_not_fit_the_kind_are_refused(
    terms: Callable[..., Terms], kind: str, changes: dict[str, Any], message: str
) -> None:
    """Labels are two and closed for binary, several for multiclass, none for regression."""
    with pytest.raises(ValueError, match=message):
        terms(kind, **changes)


def test_multiclass_labels_may_be_open(terms: Callable[..., Terms]) -> None:
    """Outcomes of a multiclass product may carry labels that are not listed."""
    assert terms("multiclass", labels_open=True).labels_open


def test_a_repeated_clause_is_refused(terms: Callable[..., Terms]) -> None:
    """With two clauses of one name it would be unclear which tolerance applies."""
    clause = terms().clauses[0]
    with pytest.raises(ValueError, match="clauses: expected each once"):
        terms(clauses=(clause, clause))


def test_a_malformed_version_is_refused(terms: Callable[..., Terms]) -> None:
    """A contract's version is semantic."""
    with pytest.raises(ContractError, match="expected a version"):
        terms(version="one")


@pytest.mark.parametrize("change", [{"end": 2**60}, {"known_by": 2**60}, {"test_end": 0}])
def test_windows_that_would_leak_are_refused(
    terms: Callable[..., Terms], change: dict[str, int]
) -> None:
    """Training uses no event and no outcome from the test window."""
    with pytest.raises(ValueError, match="learning"):
        msgspec.structs.replace(terms().learning, **change)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"seed": -1}, "seed: expected 0 to 4294967295"),
        ({"seed": 2**32}, "seed: expected 0 to 4294967295"),
        ({"day_offset": "abc"}, "day_offset: expected a duration"),
        ({"day_offset": "24h"}, "day_offset: expected less than a day"),
    ],
)
def test_a_seed_and_an_offset_are_what_they_are_used_as(
    terms: Callable[..., Terms], change: dict[str, Any], says: str
) -> None:
    """What no generator of numbers takes, and what is no time of a day, is refused."""
    with pytest.raises(ValueError, match=says):
        msgspec.structs.replace(terms().learning, **change)


def test_an_observed_figure_is_finite(terms: Callable[..., Terms]) -> None:
    """Research measured a number."""
    observed = Interval(value=0.5, low=0.5, high=float("inf"))
    with pytest.raises(ValueError, match="high: expected a finite number"):
        msgspec.structs.replace(terms().metrics[0], observed=observed)


@pytest.mark.parametrize(("direction", "meeting"), [("lower", [0.4, 0.5]), ("higher", [0.5, 0.6])])
def test_a_threshold_is_met_from_the_threshold_on(direction: Any, meeting: list[float]) -> None:
    """The threshold itself meets it, and every better value."""
    observed = Interval(value=0.5, low=0.5, high=0.5)
    term = MetricTerm(name="m", direction=direction, threshold=0.5, skill=0.0, observed=observed)
    assert [value for value in (0.4, 0.5, 0.6) if term.meets(value)] == meeting
