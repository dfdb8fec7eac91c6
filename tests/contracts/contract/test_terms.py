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
    ("kind", "changes", "said"),
    [
        ("binary", {"labels": ("late",)}, "binary has two"),
        ("binary", {"labels_open": True}, "binary has two"),
        ("multiclass", {"labels": ("low",)}, "two or more"),
        ("regression", {"labels": ("low", "high")}, "regression has none"),
        ("regression", {"labels_open": True}, "regression has none"),
        ("multiclass", {"labels": ("low", "low")}, "each may stand once"),
    ],
)
def test_labels_that_do_not_fit_the_kind_are_refused(
    terms: Callable[..., Terms], kind: str, changes: dict[str, Any], said: str
) -> None:
    """Labels are two and closed for binary, several for multiclass, none for regression."""
    with pytest.raises(ValueError, match=said):
        terms(kind, **changes)


def test_an_open_label_set_is_multiclass_terms(terms: Callable[..., Terms]) -> None:
    """A multiclass product may say that outcomes carry labels it does not list."""
    assert terms("multiclass", labels_open=True).labels_open


def test_a_term_said_twice_is_refused(terms: Callable[..., Terms]) -> None:
    """Two clauses of one name would leave open which tolerance binds."""
    clause = terms().clauses[0]
    with pytest.raises(ValueError, match="clauses: each may stand once"):
        terms(clauses=(clause, clause))


def test_a_version_that_is_none_is_refused(terms: Callable[..., Terms]) -> None:
    """A contract's version is semantic."""
    with pytest.raises(ContractError, match="expected a version"):
        terms(version="one")


@pytest.mark.parametrize("change", [{"end": 2**60}, {"known_by": 2**60}, {"test_end": 0}])
def test_windows_that_would_leak_are_refused(
    terms: Callable[..., Terms], change: dict[str, int]
) -> None:
    """Training ends, and stops learning of outcomes, before the test window begins."""
    with pytest.raises(ValueError, match="learning"):
        msgspec.structs.replace(terms().learning, **change)


@pytest.mark.parametrize(("direction", "held"), [("lower", [0.4, 0.5]), ("higher", [0.5, 0.6])])
def test_a_threshold_is_kept_from_its_better_side_on(direction: Any, held: list[float]) -> None:
    """The threshold itself is still kept; what lies beyond it is not."""
    observed = Interval(value=0.5, low=0.5, high=0.5)
    term = MetricTerm(name="m", direction=direction, threshold=0.5, skill=0.0, observed=observed)
    assert [value for value in (0.4, 0.5, 0.6) if term.meets(value)] == held
