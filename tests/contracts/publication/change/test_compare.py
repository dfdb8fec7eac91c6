from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from contracts.contract.digest import GOLDEN
from contracts.contract.golden import count
from contracts.contract.terms import ClauseTerm, Specification
from contracts.errors import ContractError
from contracts.publication.change.compare import changes
from contracts.score.bootstrap import Interval

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.contract.terms import Terms
    from contracts.publication.change.change import Change

replace = msgspec.structs.replace


def rules(changes: tuple[Change, ...]) -> list[str]:
    """Return the names of the rules that apply, in order."""
    return [each.rule.name for each in changes]


def decided(contract: Contract) -> Specification:
    """Return the decided part of a contract: what the code would publish, had it made it."""
    names = Specification.__struct_fields__
    metrics = tuple(replace(term, observed=None) for term in contract.metrics)
    return replace(
        Specification(**{name: getattr(contract, name) for name in names}),
        metrics=metrics,
        golden_rows=count(contract.folder / GOLDEN),
    )


def test_a_contract_equals_its_specification(
    write: Callable[..., Contract], tmp_path: Path
) -> None:
    """A contract and the specification it was made from differ in nothing."""
    contract = write(tmp_path)
    assert (
        changes(contract, contract)
        == changes(contract, decided(contract))
        == changes(decided(contract), contract)
        == ()
    )
    assert decided(contract).golden_rows == 60


def test_another_observed_figure_breaks_nobody(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """It is reported with both values, and needs a patch version only."""
    log_loss, auc = terms().metrics
    remeasured = replace(log_loss, observed=Interval(value=0.65, low=0.6, high=0.7))
    old, new = write(tmp_path / "old"), write(tmp_path / "new", metrics=(remeasured, auc))
    (changed,) = changes(old, new)
    assert str(changed) == (
        "metrics log_loss: measured again: 0.7000 → 0.6500 (neither side breaks)"
    )
    assert changed.rule.bump == "patch"


def test_another_golden_set_needs_another_proof(
    write: Callable[..., Contract], terms: Callable[..., Terms], tmp_path: Path
) -> None:
    """A model learned with another seed records other predictions, to be proven again."""
    learning = replace(terms().learning, seed=4)
    old, new = write(tmp_path / "old"), write(tmp_path / "new", learning=learning)
    assert rules(changes(old, new)) == ["seed_changed", "golden_recorded"]
    assert rules(changes(old, decided(new))) == ["seed_changed"]


def test_a_rewritten_file_is_a_change(write: Callable[..., Contract], tmp_path: Path) -> None:
    """Other bytes with the same meaning still need a version of their own."""
    old, new = write(tmp_path / "old"), write(tmp_path / "new")
    files = {**new.provenance.files, "input.yaml": "0"}
    new = replace(new, provenance=replace(new.provenance, files=files))
    (changed,) = changes(old, new)
    assert (changed.rule.name, changed.where, changed.rule.bump) == (
        "rewritten",
        "input.yaml",
        "patch",
    )


def test_the_gravest_change_comes_first(plain: Specification) -> None:
    """Changes that break the consumer come first, then the implementer's, then the rest."""
    metrics = (replace(plain.metrics[0], threshold=0.8), replace(plain.metrics[1], threshold=0.7))
    new = replace(plain, metrics=metrics, clauses=plain.clauses[::-1])
    assert rules(changes(plain, new)) == ["threshold_eased", "threshold_tightened", "clause_moved"]


def test_two_products_are_not_compared(plain: Specification) -> None:
    """Only versions of one product's contract can be compared."""
    with pytest.raises(ContractError, match="toy and other are two products"):
        changes(plain, replace(plain, product="other"))


def test_a_searched_parameter_is_not_a_change(plain: Specification) -> None:
    """The code states no value for a parameter that it searches, the contract does."""
    known = replace(plain.learning, params={"depth": 3, "rate": 0.1}, tuned=())
    published = replace(plain, learning=known)
    assert changes(published, plain) == ()
    wider = replace(plain, learning=replace(plain.learning, tuned=("rate", "width")))
    (changed,) = changes(published, wider)
    assert (changed.rule.name, changed.where, changed.detail) == (
        "params_changed", "width", "not given → searched"
    )  # fmt: skip


def test_an_unknown_clause_can_be_compared(plain: Specification) -> None:
    """The tolerance of a clause that is not installed is compared as plain data."""
    terms = [
        ClauseTerm(name="elsewhere", pair="recorded", tolerance={"margin": margin})
        for margin in (1.0, 1.0, 2.0)
    ]
    first, same, other = (replace(plain, clauses=(term,)) for term in terms)
    assert changes(first, same) == ()
    assert rules(changes(first, other)) == ["tolerance_changed"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (0.01, {"log_loss": 0.01, "roc_auc": 0.02}, [("metric.margin.roc_auc", "tolerance_eased")]),
        (0.01, {"log_loss": 0.01, "roc_auc": 0.01}, [("metric", "detail_changed")]),
        (
            {"log_loss": 0.01, "roc_auc": 0.01},
            {"log_loss": 0.005, "roc_auc": 0.02},
            [
                ("metric.margin.log_loss", "tolerance_tightened"),
                ("metric.margin.roc_auc", "tolerance_eased"),
            ],
        ),
        ({"log_loss": 0.01}, {"roc_auc": 0.01}, [
            ("metric.margin.log_loss", "tolerance_changed"),
            ("metric.margin.roc_auc", "tolerance_changed"),
        ]),
    ],
)  # fmt: skip
def test_tolerances_by_metric_are_compared_one_by_one(
    plain: Specification, old: object, new: object, expected: list[tuple[str, str]]
) -> None:
    """One margin for all metrics equals the same margin for each."""
    was, now = (
        replace(
            plain,
            clauses=(ClauseTerm(name="metric", pair="same_data", tolerance={"margin": each}),),
        )
        for each in (old, new)
    )
    assert [(each.where, each.rule.name) for each in changes(was, now)] == expected
