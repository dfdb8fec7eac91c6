"""The metrics compared with scikit-learn's, and where they differ from them on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn import metrics as theirs

from contracts.errors import DataError
from contracts.score.metric.port import Metric
from contracts.score.metric.registry import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable

DRAW = np.random.default_rng(5)
N = 500
BINARY = (DRAW.random(N) < 0.3).astype(float)
ONE = np.clip((0.3 * BINARY + DRAW.random(N)).round(2), 0.01, 0.99)
LABELS = DRAW.integers(0, 4, N).astype(float)
MANY = DRAW.dirichlet(np.ones(4), N)
VALUES, GUESSES = DRAW.normal(10, 3, N), DRAW.normal(10, 3, N)


@pytest.mark.parametrize(
    ("name", "y", "p", "reference"),
    [
        ("log_loss", BINARY, ONE, lambda: theirs.log_loss(BINARY, ONE)),
        ("log_loss", LABELS, MANY, lambda: theirs.log_loss(LABELS, MANY)),
        ("brier", BINARY, ONE, lambda: theirs.brier_score_loss(BINARY, ONE)),
        ("brier", LABELS, MANY, lambda: theirs.brier_score_loss(LABELS, MANY, labels=range(4))),
        ("roc_auc", BINARY, ONE, lambda: theirs.roc_auc_score(BINARY, ONE)),
        ("accuracy", BINARY, ONE, lambda: theirs.accuracy_score(BINARY, ONE > 0.5)),
        ("accuracy", LABELS, MANY, lambda: theirs.accuracy_score(LABELS, MANY.argmax(axis=1))),
        ("mae", VALUES, GUESSES, lambda: theirs.mean_absolute_error(VALUES, GUESSES)),
        ("rmse", VALUES, GUESSES, lambda: theirs.root_mean_squared_error(VALUES, GUESSES)),
    ],
)
def test_values_equal_scikit_learns(
    name: str, y: Any, p: Any, reference: Callable[[], float]
) -> None:
    """Each metric gives what scikit-learn gives, with ties, for (n,) and (n, k) alike."""
    assert METRICS[name].value(y, p) == pytest.approx(reference(), rel=1e-12)
    assert METRICS[name].value(y, p.reshape(N, -1)) == METRICS[name].value(y, p)


@pytest.mark.parametrize("name", [*METRICS])
def test_means_of_losses_make_the_value(name: str) -> None:
    """`of_mean` of the mean loss is the value of a metric that has losses."""
    losses = METRICS[name].losses(BINARY, ONE)
    if losses is None:
        assert name == "roc_auc"
    else:
        value = METRICS[name].of_mean(np.array([losses.mean()]))[0]
        assert value == pytest.approx(METRICS[name].value(BINARY, ONE), rel=1e-12)


@pytest.mark.parametrize("name", [*METRICS])
def test_every_metric_satisfies_the_port(name: str) -> None:
    """A metric has a name, a direction, kinds and the three functions, and no rows score NaN."""
    assert isinstance(METRICS[name], Metric)
    assert METRICS[name].name == name
    assert np.isnan(METRICS[name].value(np.zeros(0), np.zeros((0, 1))))


def test_a_certain_mistake_costs_a_finite_log_loss() -> None:
    """A probability of 0 for what happened is taken as 1e-15."""
    value = METRICS["log_loss"].value(np.array([1.0]), np.array([0.0]))
    assert value == pytest.approx(-np.log(1e-15))


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        ("log_loss", -np.log(1e-15)),
        ("brier", 1 + 0.49 + 0.04 + 0.01),
        ("accuracy", 0),
        ("unlisted", 1),
    ],
)
def test_a_label_that_is_not_listed_costs_what_a_miss_costs(name: str, cost: float) -> None:
    """All probability of the listed labels was wrong; no row is left out.

    It costs what a label would that is listed and got no probability.
    """
    y, p = np.array([0.0, np.nan, 2.0]), np.array([[0.7, 0.2, 0.1]] * 3)
    losses = METRICS[name].losses(y, p)
    assert losses is not None
    assert losses[1] == pytest.approx(cost)
    listed = METRICS[name].losses(y[[0, 2]], p[[0, 2]])
    np.testing.assert_array_equal(losses[[0, 2]], listed)
    assert METRICS[name].value(y, p) == pytest.approx(losses.mean())
    if name != "unlisted":
        fourth, none = np.array([3.0]), np.array([[0.7, 0.2, 0.1, 0.0]])
        assert METRICS[name].losses(fourth, none) == pytest.approx(losses[1])


def test_the_share_of_labels_that_are_not_listed_is_lower_the_better() -> None:
    """Whatever was predicted, and of products with several labels alone."""
    unlisted = METRICS["unlisted"]
    assert unlisted.value(np.array([np.nan, 1.0, 0.0, np.nan]), MANY[:4]) == 0.5
    assert (unlisted.direction, unlisted.kinds) == ("lower", {"multiclass"})


def test_one_class_has_no_area() -> None:
    """Without both classes nothing can be ranked."""
    assert np.isnan(METRICS["roc_auc"].value(np.ones(3), np.arange(3.0)))


@pytest.mark.parametrize("name", [*METRICS])
def test_other_shapes_are_refused(name: str) -> None:
    """Predictions for other rows are refused instead of broadcast."""
    with pytest.raises(DataError, match="shape"):
        METRICS[name].value(np.zeros(3), np.zeros((2, 1)))
