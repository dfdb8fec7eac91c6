from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from contracts.contract.terms import ClauseTerm
from contracts.equivalence.clauses.noise_floor import NoiseFloor

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("binary", "multiclass", "regression")


@pytest.fixture
def seeded(toy: Any) -> Callable[..., Any]:
    """Makes learners whose seed moves the cells' means by about a size."""

    def make(kind: str = "binary", *, size: float = 0.01, other: int = 0) -> Any:
        class Seeded(toy.Learner):  # type: ignore[misc, name-defined]
            def fit(self, rows: Any, *, params: Any, seed: int) -> Any:
                model = super().fit(rows, params=params, seed=seed)
                drawn = np.random.default_rng(seed + other).normal(size=model.means.shape)
                model.means = np.clip(model.means + size * drawn, 0.001, 0.999)
                return model

        return Seeded(kind)

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_a_candidate_as_far_as_other_seeds_is_equivalent(
    looking: Callable[..., Any], seeded: Callable[..., Any], kind: str
) -> None:
    """A candidate that draws other numbers of the same size is about as far as the noise floor."""
    with looking(seeded(kind, other=100), kind, reference=seeded(kind)) as case:
        verdict = NoiseFloor(times=1.25)(case)
    assert verdict.status == "equivalent"
    assert verdict.evidence["distance"] == pytest.approx(verdict.evidence["floor"], rel=0.5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_candidate_further_away_than_other_seeds_is_different(
    looking: Callable[..., Any], seeded: Callable[..., Any], toy: Any, kind: str
) -> None:
    """Another model is further away than fits of the reference are from each other."""
    with looking(toy.Learner(kind, "flat"), kind, reference=seeded(kind)) as case:
        verdict = NoiseFloor()(case)
    assert verdict.status == "different"
    assert verdict.observed > verdict.limit == pytest.approx(verdict.evidence["floor"])


@pytest.mark.parametrize(("absolute", "status"), [(0.0, "different"), (0.5, "equivalent")])
def test_without_noise_absolute_alone_decides(
    looking: Callable[..., Any], toy: Any, absolute: float, status: str
) -> None:
    """A reference that does not depend on its seed has a floor of 0, and the message says so."""
    with looking(toy.Learner(prior=1.5)) as case:
        verdict = NoiseFloor(seeds=2, absolute=absolute)(case)
    assert (verdict.status, verdict.evidence["floor"]) == (status, 0)
    assert "does not depend on its seed" in verdict.message


def test_the_reference_is_fitted_once_a_seed(
    looking: Callable[..., Any], seeded: Callable[..., Any]
) -> None:
    """The contract's own seed is not fitted twice; the evidence has a distance for each seed."""
    reference = seeded()
    with looking(seeded(other=9), reference=reference) as case:
        evidence = NoiseFloor(seeds=3)(case).evidence
    assert reference.fits == 4
    assert evidence["by_seed"].keys() == {"3", "4", "5", "6"}
    assert evidence["by_seed"]["3"] == 0
    assert evidence["floor"] >= max(evidence["by_seed"].values()) > 0


@pytest.mark.parametrize(
    ("margin", "noted"),
    [
        (1e-9, ["log_loss", "roc_auc"]),
        ({"log_loss": 1e-9, "roc_auc": 0.5}, ["log_loss"]),
        (0.5, []),
    ],
)
def test_a_margin_below_the_noise_is_named(
    looking: Callable[..., Any], seeded: Callable[..., Any], margin: Any, noted: list[str]
) -> None:
    """A margin that is smaller than the difference a seed makes is named, metric by metric."""
    clauses = (ClauseTerm(name="metric", pair="same_data", tolerance={"margin": margin}),)
    with looking(seeded(), reference=seeded(), clauses=clauses) as case:
        verdict = NoiseFloor()(case)
    evidence = msgspec.json.decode(msgspec.json.encode(verdict.evidence))
    assert [note.split(":")[0] for note in evidence["notes"]] == noted
    assert [name for name in evidence["metrics"] if f"{name} 1e-09 <" in verdict.message] == noted
    assert evidence["metrics"]["log_loss"]["noise"] > 0


def test_a_reference_that_fails_under_a_seed_is_named(
    looking: Callable[..., Any], seeded: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure under another seed names the side."""
    reference = seeded()
    fit = reference.fit

    def brittle(rows: Any, *, params: Any, seed: int) -> Any:
        if seed == 5:
            raise ZeroDivisionError
        return fit(rows, params=params, seed=seed)

    monkeypatch.setattr(reference, "fit", brittle)
    with (
        looking(seeded(), reference=reference) as case,
        pytest.raises(Exception, match="the reference fails at fitting: ZeroDivisionError"),
    ):
        NoiseFloor()(case)
