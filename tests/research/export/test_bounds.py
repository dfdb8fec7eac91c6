from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.utils import Bunch

from contracts.errors import StateError
from research.export.allowed import ALLOWED
from research.export.bounds import bounded
from research.export.guarded import dump, load
from tests.suites.forgery import content, forged

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("name", ["boosted", "categories", "forest", "logistic", "kernel"])
def test_sound(fit: Callable[..., Any], name: str) -> None:
    """What was fitted here is within its bounds, also as it is read back."""
    estimator = fit(name)
    assert bounded(estimator) is estimator
    assert load(dump(estimator, ALLOWED), ALLOWED)


@pytest.mark.parametrize("name", ["__sklearn_tags__", "predict_proba", "_validate_X_predict"])
def test_an_attribute_for_a_method(fit: Callable[..., Any], name: str) -> None:
    """A file may put what is allowed where a method looks at its input: it is refused."""
    estimator = fit("forest")
    tree = estimator[-1].estimators_[0]
    setattr(tree, name, partial(Bunch, requires_fit=False))
    state = dump(estimator, ALLOWED)
    delattr(tree, name)
    with pytest.raises(StateError, match="DecisionTreeClassifier holds an attribute in the place"):
        load(state, ALLOWED)


#: Newer versions of numpy take no such state themselves.
BEYOND = "would draw from beyond|state position must be between"


@pytest.mark.parametrize("at", [-1, 625, 10**9])
def test_numbers_drawn_ahead(at: int) -> None:
    """A generator goes on from one of the numbers it drew, not from what lies behind them."""
    state = dump(
        DummyClassifier(strategy="stratified", random_state=np.random.RandomState(0)).fit(
            [[0], [1]], [0, 1]
        ),
        ALLOWED,
    )
    assert load(state, ALLOWED).predict([[0]]).shape == (1,)

    def moved(schema: dict[str, Any]) -> None:
        for node in content(schema, "pos"):
            node["content"] = str(at)

    with pytest.raises(StateError, match=BEYOND):
        load(forged(state, moved), ALLOWED)
    generator = np.random.Generator(np.random.MT19937(0))
    assert bounded([generator])
    held = generator.bit_generator.state
    held["state"]["pos"] = at

    def resume() -> None:
        generator.bit_generator.state = held
        bounded([generator])

    with pytest.raises((StateError, ValueError), match=BEYOND):
        resume()
