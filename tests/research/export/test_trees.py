from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    IsolationForest,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import Bunch
from sklearn.utils.validation import check_array

from contracts.errors import StateError
from research.export.allowed import ALLOWED
from research.export.memory_safety import require_memory_safe
from research.export.skops_state import dump, load
from tests.suites.forgery import content, forged

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("field", "value"), [("left", 10_000), ("right", 0), ("feature_idx", 99), ("bitset_idx", 99)]
)
def test_boosted(fit: Callable[..., Any], field: str, value: int) -> None:
    """A node that leads out of its tree, back, or to a column or set that does not exist."""
    estimator = deepcopy(fit("categories"))
    for (tree,) in estimator[-1]._predictors:
        tree.nodes[field][(tree.nodes["is_leaf"] == 0) & (tree.nodes["is_categorical"] == 1)] = (
            value
        )
    with pytest.raises(StateError, match="leads out"):
        require_memory_safe(estimator)


@pytest.mark.parametrize("flag", [1, 2])
def test_sets_of_categories(fit: Callable[..., Any], flag: int) -> None:
    """A category is looked up in a set that exists, whichever number flags it as a category."""
    estimator = deepcopy(fit("categories"))
    nodes = estimator[-1]._predictors[0][0].nodes
    nodes["is_categorical"][nodes["is_categorical"] == 1] = flag
    assert require_memory_safe(estimator) is estimator
    nodes["bitset_idx"][nodes["is_categorical"] == flag] = 10_000
    with pytest.raises(StateError, match="leads out"):
        require_memory_safe(estimator)


def test_sets_that_are_too_narrow(fit: Callable[..., Any]) -> None:
    """Each must hold 256 categories, for that many are looked up in it."""
    estimator = deepcopy(fit("categories"))
    tree = estimator[-1]._predictors[0][0]
    tree.raw_left_cat_bitsets = tree.raw_left_cat_bitsets[:, :1].copy()
    with pytest.raises(StateError, match="leads out"):
        require_memory_safe(estimator)


def test_columns_without_known_categories(fit: Callable[..., Any]) -> None:
    """A column without categories has no set of known ones to look them up in."""
    estimator = deepcopy(fit("categories"))
    estimator[-1]._bin_mapper.is_categorical_ = np.zeros(3, np.uint8)
    with pytest.raises(StateError, match="leads out"):
        require_memory_safe(estimator)


def test_amid_a_fit(fit: Callable[..., Any]) -> None:
    """An estimator that claims to be in a fit would take rows of any width."""
    estimator = deepcopy(fit("boosted"))
    estimator[-1]._in_fit = True
    with pytest.raises(StateError, match="leads out"):
        require_memory_safe(estimator)


def test_plain(fit: Callable[..., Any]) -> None:
    """A forest's tree is checked against its own columns and the forest's."""
    estimator = deepcopy(fit("forest"))
    tree = estimator[-1].estimators_[0].tree_
    tree.children_left[np.flatnonzero(tree.children_left != -1)[0]] = 0
    with pytest.raises(StateError, match="DecisionTreeClassifier leads out"):
        require_memory_safe(estimator)
    estimator = deepcopy(fit("forest"))
    estimator[-1].n_features_in_ = 1
    with pytest.raises(StateError, match="RandomForestClassifier gives a tree"):
        require_memory_safe(estimator)


@pytest.mark.parametrize("name", ["_predictors", "estimators_features_"])
def test_an_attribute_too_many(fit: Callable[..., Any], name: str) -> None:
    """An attribute that a file adds to an object does not keep its trees from being checked."""
    estimator = deepcopy(fit("forest"))
    setattr(estimator[-1], name, [])
    assert require_memory_safe(estimator) is estimator
    estimator[-1].n_features_in_ = 1
    with pytest.raises(StateError, match="gives a tree"):
        require_memory_safe(estimator)
    tree = estimator[-1].estimators_[0]
    setattr(tree, name, [])
    tree.tree_.feature[np.flatnonzero(tree.tree_.feature >= 0)[0]] = 99
    with pytest.raises(StateError, match="leads out"):
        require_memory_safe(tree)


@pytest.mark.parametrize("count", [1, 0, -1])
def test_fewer_nodes_than_there_are(fit: Callable[..., Any], count: int) -> None:
    """A tree's count of nodes must be right: a node that is not counted is not checked."""

    def counted(schema: dict[str, Any]) -> None:
        for node in content(schema, "node_count"):
            node["content"] = str(count)

    with pytest.raises(StateError, match="DecisionTreeClassifier leads out"):
        load(forged(dump(fit("forest"), ALLOWED), counted), ALLOWED)


def test_a_width_that_is_no_number(fit: Callable[..., Any]) -> None:
    """One that compares equal to every number would let rows of any width through."""
    estimator = deepcopy(fit("boosted"))
    estimator[-1].n_features_in_ = np.ma.MaskedArray(3, mask=True)
    with pytest.raises(StateError, match="leads out"):
        require_memory_safe(estimator)


def test_nodes_that_are_hidden(fit: Callable[..., Any]) -> None:
    """A masked node is hidden from the check, and still followed."""
    estimator = deepcopy(fit("boosted"))
    tree = estimator[-1]._predictors[0][0]
    tree.nodes["left"] = 10_000
    tree.nodes = np.ma.MaskedArray(tree.nodes, mask=True)
    with pytest.raises(StateError, match="leads out"):
        require_memory_safe(estimator)


def test_a_tree_of_another_kind(fit: Callable[..., Any]) -> None:
    """A pipeline with the attributes of a tree may give the real tree fewer columns."""
    estimator = deepcopy(fit("boosted"))
    (sound,) = estimator[-1]._predictors[0]
    narrow = Pipeline([("none", FunctionTransformer()), ("tree", deepcopy(sound))])
    narrow.nodes, narrow.raw_left_cat_bitsets = sound.nodes, sound.raw_left_cat_bitsets
    estimator[-1]._predictors[0] = [narrow]
    with pytest.raises(StateError, match="leads out"):
        load(dump(estimator, ALLOWED), ALLOWED)


def test_a_tree_without_its_estimator(fit: Callable[..., Any]) -> None:
    """A tree that is a step itself gets rows whose width nothing checks."""
    forest = fit("forest")
    alone = Pipeline([("none", FunctionTransformer()), ("tree", forest[-1].estimators_[0].tree_)])
    with pytest.raises(StateError, match="a Tree belongs to no estimator"):
        load(dump(alone, ALLOWED), ALLOWED)
    other = deepcopy(fit("logistic"))
    other[-1].tree_ = forest[-1].estimators_[0].tree_
    with pytest.raises(StateError, match="a Tree belongs to no estimator"):
        load(dump(other, ALLOWED), ALLOWED)


@pytest.mark.parametrize("columns", [1.0, 0.5])
def test_bagged(columns: float) -> None:
    """A tree that gets columns drawn for it must take as many as are drawn."""
    draw = np.random.default_rng(0).normal(size=(60, 4))
    forest = IsolationForest(n_estimators=3, max_features=columns, random_state=0).fit(draw)
    assert require_memory_safe(forest) is forest
    forest.estimators_[0].n_features_in_ += 1
    with pytest.raises(StateError, match="IsolationForest gives a tree"):
        require_memory_safe(forest)


def test_mcases() -> None:
    """A mask hides no tree from the check: predicting reads what is under it."""
    draw = np.random.default_rng(0).normal(size=(60, 4))
    boosted = GradientBoostingRegressor(n_estimators=2, random_state=0).fit(draw, draw[:, 0])
    boosted.estimators_[0, 0].tree_.children_left[0] = 10_000
    boosted.estimators_ = np.ma.MaskedArray(boosted.estimators_, mask=True)
    with pytest.raises(StateError, match="adds its trees to other columns"):
        require_memory_safe(boosted)
    boosted.estimators_ = np.asarray(boosted.estimators_)
    with pytest.raises(StateError, match="leads out"):
        require_memory_safe(boosted)


def older(classes: int = 2, **options: Any) -> Any:
    """Return the older gradient boosting, fitted to some classes."""
    draw = np.random.default_rng(0).normal(size=(90, 3))
    estimator = GradientBoostingClassifier(n_estimators=2, random_state=0, **options)
    return estimator.fit(draw, np.digitize(draw[:, 0], [-0.5, 0.5][: classes - 1]))


@pytest.mark.parametrize("options", [{}, {"classes": 3}, {"init": "zero"}], ids=str)
def test_the_older_boosting(options: dict[str, Any]) -> None:
    """It is read back, and predicts the same to the bit."""
    estimator = older(**options)
    draw = np.random.default_rng(1).normal(size=(500, 3))
    restored = load(dump(estimator, ALLOWED), ALLOWED)
    assert np.array_equal(restored.predict_proba(draw), estimator.predict_proba(draw))


def wider_stages(estimator: Any) -> None:
    """Give each stage a tree more than there are sums."""
    estimator.estimators_ = np.hstack([estimator.estimators_] * 2)


def narrower_start(estimator: Any) -> None:
    """Let the first estimator give fewer sums than each stage has trees."""
    estimator.init_.class_prior_ = estimator.init_.class_prior_[:1]


def another_start(estimator: Any) -> None:
    """Start from an estimator that is no constant."""
    estimator.init_ = LogisticRegression().fit([[0.0] * 3, [1.0] * 3], [0, 1])


def no_trees(estimator: Any) -> None:
    """Put something else in the place of a tree."""
    estimator.estimators_[0, 0] = DummyClassifier()


def flat_stages(estimator: Any) -> None:
    """Have one stage too few dimensions."""
    estimator.estimators_ = estimator.estimators_.ravel()


def another_link(estimator: Any) -> None:
    """Put something else in the place of what makes scores of chances."""
    estimator._loss.link = Bunch(link=partial(check_array))


@pytest.mark.parametrize(
    "change", [another_link, wider_stages, narrower_start, another_start, no_trees, flat_stages]
)
def test_sums_without_a_column(change: Callable[[Any], None]) -> None:
    """Trees that would be added to columns that do not exist are refused."""
    estimator = older(classes=3)
    assert require_memory_safe(estimator) is estimator
    change(estimator)
    with pytest.raises(StateError):
        require_memory_safe(estimator)


def test_stages_of_a_tree_too_wide() -> None:
    """A tree of more columns than the older boosting takes is refused."""
    estimator = older()
    estimator.estimators_[0, 0].n_features_in_ = 9
    with pytest.raises(StateError, match="gives a tree of its own other columns"):
        require_memory_safe(estimator)
