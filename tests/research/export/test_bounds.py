from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingRegressor, IsolationForest

from contracts.errors import StateError
from research.export.bounds import bounded

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("name", ["boosted", "categories", "forest", "logistic"])
def test_sound(fit: Callable[..., Any], name: str) -> None:
    """What was fitted here is within its bounds."""
    estimator = fit(name)
    assert bounded(estimator) is estimator


@pytest.mark.parametrize(
    ("field", "value"), [("left", 10_000), ("right", 0), ("feature_idx", 99), ("bitset_idx", 99)]
)
def test_boosted(fit: Callable[..., Any], field: str, value: int) -> None:
    """A node that leads out of its tree, back, or to a column or set there is none, is refused."""
    estimator = deepcopy(fit("categories"))
    for (tree,) in estimator[-1]._predictors:
        tree.nodes[field][(tree.nodes["is_leaf"] == 0) & (tree.nodes["is_categorical"] == 1)] = (
            value
        )
    with pytest.raises(StateError, match="leads out"):
        bounded(estimator)


@pytest.mark.parametrize("flag", [1, 2])
def test_sets(fit: Callable[..., Any], flag: int) -> None:
    """A category is looked up in a set that there is, whichever number calls it a category."""
    estimator = deepcopy(fit("categories"))
    nodes = estimator[-1]._predictors[0][0].nodes
    nodes["is_categorical"][nodes["is_categorical"] == 1] = flag
    assert bounded(estimator) is estimator
    nodes["bitset_idx"][nodes["is_categorical"] == flag] = 10_000
    with pytest.raises(StateError, match="leads out"):
        bounded(estimator)


def test_sets_that_are_too_narrow(fit: Callable[..., Any]) -> None:
    """Each holds 256 categories, for that many are looked up in it."""
    estimator = deepcopy(fit("categories"))
    tree = estimator[-1]._predictors[0][0]
    tree.raw_left_cat_bitsets = tree.raw_left_cat_bitsets[:, :1].copy()
    with pytest.raises(StateError, match="leads out"):
        bounded(estimator)


def test_columns_without_known_categories(fit: Callable[..., Any]) -> None:
    """A column that is none of categories has no set of known ones to look in."""
    estimator = deepcopy(fit("categories"))
    estimator[-1]._bin_mapper.is_categorical_ = np.zeros(3, np.uint8)
    with pytest.raises(StateError, match="leads out"):
        bounded(estimator)


def test_amid_a_fit(fit: Callable[..., Any]) -> None:
    """What says it is being fitted would take rows of any width."""
    estimator = deepcopy(fit("boosted"))
    estimator[-1]._in_fit = True
    with pytest.raises(StateError, match="leads out"):
        bounded(estimator)


def test_plain(fit: Callable[..., Any]) -> None:
    """A tree of a forest is held to its own columns, and to those of its forest."""
    estimator = deepcopy(fit("forest"))
    tree = estimator[-1].estimators_[0].tree_
    tree.children_left[np.flatnonzero(tree.children_left != -1)[0]] = 0
    with pytest.raises(StateError, match="DecisionTreeClassifier leads out"):
        bounded(estimator)
    estimator = deepcopy(fit("forest"))
    estimator[-1].n_features_in_ = 1
    with pytest.raises(StateError, match="RandomForestClassifier leads out"):
        bounded(estimator)


@pytest.mark.parametrize("name", ["_predictors", "estimators_features_"])
def test_an_attribute_too_many(fit: Callable[..., Any], name: str) -> None:
    """What else an object says it has spares its trees no look: the file chose its attributes."""
    estimator = deepcopy(fit("forest"))
    setattr(estimator[-1], name, [])
    assert bounded(estimator) is estimator
    estimator[-1].n_features_in_ = 1
    with pytest.raises(StateError, match="RandomForestClassifier leads out"):
        bounded(estimator)
    tree = estimator[-1].estimators_[0]
    setattr(tree, name, [])
    tree.tree_.feature[np.flatnonzero(tree.tree_.feature >= 0)[0]] = 99
    with pytest.raises(StateError, match="leads out"):
        bounded(tree)


@pytest.mark.parametrize("columns", [1.0, 0.5])
def test_bagged(columns: float) -> None:
    """Trees that get columns drawn for them are as wide as these are many."""
    draw = np.random.default_rng(0).normal(size=(60, 4))
    forest = IsolationForest(n_estimators=3, max_features=columns, random_state=0).fit(draw)
    assert bounded(forest) is forest
    forest.estimators_[0].n_features_in_ += 1
    with pytest.raises(StateError, match="IsolationForest leads out"):
        bounded(forest)


def test_masked() -> None:
    """A mask hides no tree: who predicts reads what lies under it."""
    draw = np.random.default_rng(0).normal(size=(60, 4))
    boosted = GradientBoostingRegressor(n_estimators=2, random_state=0).fit(draw, draw[:, 0])
    boosted.estimators_[0, 0].tree_.children_left[0] = 10_000
    boosted.estimators_ = np.ma.MaskedArray(boosted.estimators_, mask=True)
    with pytest.raises(StateError, match="leads out"):
        bounded(boosted)
