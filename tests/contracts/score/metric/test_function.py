"""A metric made of a function: what the function is given, and where there is no score."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    f1_score,
    fbeta_score,
    get_scorer,
    hinge_loss,
    log_loss,
    make_scorer,
    median_absolute_error,
    roc_auc_score,
)

from contracts.errors import ConfigError
from contracts.score.bootstrap import gain, interval
from contracts.score.metric import registry
from contracts.score.metric.function import FunctionMetric

if TYPE_CHECKING:
    from collections.abc import Callable

N = 600
RNG = np.random.default_rng(3)
Y = (RNG.random(N) < 0.3).astype(np.float64)
P = np.clip(0.25 + 0.3 * Y + RNG.normal(scale=0.2, size=N), 0.01, 0.99)
DAYS = np.arange(N) // 20


@pytest.mark.parametrize("function", [brier_score_loss, average_precision_score])
@pytest.mark.parametrize("shape", [(N,), (N, 1)])
def test_two_labels(function: Callable[..., float], shape: tuple[int, ...]) -> None:
    """A function of probabilities gets that of the second label, whatever the shape."""
    made = FunctionMetric("made", function, "lower", "binary")
    assert made.value(Y, P.reshape(shape)) == function(Y, P)


def test_decided_labels() -> None:
    """A function of labels gets the likelier one's index."""
    f1 = FunctionMetric("f1", f1_score, "higher", "binary", of="labels")
    assert f1.value(Y, P.reshape(N, 1)) == f1_score(Y, P > 0.5)


def test_numbers_in_the_millions() -> None:
    """The numbers of a regression are given as they are."""
    y, p = 1e6 * Y, 1e6 * P
    made = FunctionMetric("middle", median_absolute_error, "lower", "regression")
    assert made.value(y, p.reshape(N, 1)) == median_absolute_error(y, p) > 1e4


def test_a_label_that_is_not_listed_is_a_miss() -> None:
    """It counts as a class of probability 0, and is never left out."""
    shares = RNG.dirichlet([1, 1, 1], size=N)
    y = RNG.integers(0, 3, N).astype(np.float64)
    unlisted = y.copy()
    unlisted[:60] = np.nan
    hits = FunctionMetric("hits", accuracy_score, "higher", "multiclass", of="labels")
    assert hits.value(unlisted, shares) == np.mean((shares.argmax(axis=1) == y)[60:]) * 540 / N
    loss = FunctionMetric("loss", log_loss, "lower", "multiclass")
    assert loss.value(y, shares) == pytest.approx(log_loss(y, shares))
    assert loss.value(unlisted, shares) > loss.value(y, shares) + 1


def test_no_score() -> None:
    """Without rows there is none, and where the function has none for them."""
    area = FunctionMetric("area", roc_auc_score, "higher", "binary")
    assert np.isnan(area.value(np.array([]), np.empty((0, 1))))
    assert np.isnan(area.value(np.ones(5), P[:5]))


@pytest.mark.parametrize(
    ("scorer", "direction", "expected"),
    [
        (get_scorer("f1"), "higher", f1_score(Y, P > 0.5)),
        (get_scorer("roc_auc"), "higher", roc_auc_score(Y, P)),
        (get_scorer("neg_log_loss"), "higher", -log_loss(Y, P)),
        (get_scorer("neg_log_loss"), "lower", log_loss(Y, P)),
        (
            make_scorer(fbeta_score, beta=2, pos_label=0),
            "higher",
            fbeta_score(Y, P > 0.5, beta=2, pos_label=0),
        ),
    ],
)
def test_a_scorer_of_two_labels(scorer: Any, direction: Any, expected: float) -> None:
    """It says what it is given, with its own arguments; a loss that it negates is one again."""
    made = FunctionMetric("made", scorer, direction, "binary")
    assert made.value(Y, P.reshape(N, 1)) == pytest.approx(expected)


def test_a_scorer_of_more_labels() -> None:
    """It gets all probabilities, or the likeliest label; an unlisted label is a miss for it too."""
    shares = RNG.dirichlet([1, 1, 1], size=N)
    y = RNG.integers(0, 3, N).astype(np.float64)
    y[:60] = np.nan
    for word, function, of in (
        ("neg_log_loss", log_loss, "predictions"),
        ("accuracy", accuracy_score, "labels"),
        ("f1_macro", partial(f1_score, average="macro"), "labels"),
    ):
        direction: Any = "lower" if word.startswith("neg_") else "higher"
        options: Any = {"of": of}
        own = FunctionMetric("own", function, direction, "multiclass", **options)
        made = FunctionMetric("made", get_scorer(word), direction, "multiclass")
        assert made.value(y, shares) == pytest.approx(own.value(y, shares))


def test_a_scorer_of_numbers() -> None:
    """It gets the numbers; so does a function of a person's own that is called as a scorer is."""
    y, p = 1e6 * Y, 1e6 * P
    made = FunctionMetric("m", get_scorer("neg_median_absolute_error"), "lower", "regression")
    assert made.value(y, p.reshape(N, 1)) == median_absolute_error(y, p) > 1e4

    def bias(estimator: Any, X: Any, y: Any) -> float:
        return float(np.mean(estimator.predict(X) - y))

    assert FunctionMetric("b", bias, "higher", "regression").value(y, p) == np.mean(p - y)


@pytest.mark.parametrize(
    ("function", "kinds", "message"),
    [
        (make_scorer(hinge_loss, response_method="decision_function"), ["binary"], "decision_func"),
        (get_scorer("roc_auc"), ["regression"], "none of .*predict_proba"),
        (make_scorer(f1_score, pos_label="late"), ["binary"], "pos_label=late is not"),
        (get_scorer("accuracy"), ["binary", "regression"], "either numbers or labels"),
        (fbeta_score, ["binary"], "fbeta_score cannot be called .* 'beta'"),
        ("f1", ["binary"], "expected a function, got 'f1'"),
    ],
)
def test_what_cannot_score_is_refused_when_it_is_made(
    function: Any, kinds: list[Any], message: str
) -> None:
    """Not once there are scores to compute: with the next step."""
    with pytest.raises(ConfigError, match=f"the metric 'made': .*{message}") as caught:
        FunctionMetric("made", function, "higher", *kinds)
    assert caught.value.hint


def test_a_packages_refusal_is_the_message(plug: Callable[[str, str, object], None]) -> None:
    """With its own next step, not as the text of an error inside another one."""
    plug(registry.GROUP, "made", partial(FunctionMetric, "made", "f1", "higher", "binary"))
    with pytest.raises(ConfigError, match=r"^the metric 'made': expected a function"):
        registry.metric("made")


def test_intervals() -> None:
    """It is resampled by days as the framework's own metric of the same values is."""
    own, made = registry.metric("roc_auc"), FunctionMetric("a", roc_auc_score, "higher", "binary")
    options: dict[str, Any] = {"seed": 1, "repeats": 40}
    expected = interval(own, Y, P, DAYS, **options)
    found = interval(made, Y, P, DAYS, **options)
    assert (found.value, found.low, found.high) == pytest.approx(
        (expected.value, expected.low, expected.high)
    )
    assert gain(made, Y, P, 1 - P, DAYS, **options).low > 0


def test_a_line_in_a_package(plug: Callable[[str, str, object], None]) -> None:
    """A partial of it is what an entry point names."""
    middle = partial(FunctionMetric, "middle", median_absolute_error, "lower", "regression")
    plug(registry.GROUP, "middle", middle)
    assert registry.metric("middle", kind="regression").direction == "lower"
