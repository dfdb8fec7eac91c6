"""The options of the tasks `run` and `compare`, read before anything is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.config.entry import main
from production.backtest import compare
from production.settings import Production

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("task", ["run", "compare"])
def test_an_option_of_another_type_is_named(task: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The key, what was expected and what came."""
    words = [f"task={task}", "task.options.bootstrap.repeats=many"]
    assert main("production", usage="", arguments=words) == 2
    message = "task.options.bootstrap.repeats: Expected `int`, got `str`: 'many'"
    assert message in capsys.readouterr().err


def test_a_comparison_with_a_lifecycle_the_product_cannot_have_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The hint names the lifecycles that it can be compared with."""
    words = ["task=compare", "~product.implementation", "task.options.against=dual"]
    assert main("production", usage="", arguments=words) == 2
    assert "task.options.against=open" in capsys.readouterr().err


def test_lifecycles_that_would_bundle_a_feature_store_are_left_out(
    request_for: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with the reason; as what others are compared with, one is refused."""
    words = ["task=compare", "product=flights_delays"]
    assert main("production", usage="", arguments=words) == 2
    assert "task.options.against=adaptive" in capsys.readouterr().err
    patterns = ("interactive", "open", "adaptive", "dual")
    configs = {
        name: request_for(f"lifecycle={name}", "product=flights_delays").settings(Production)
        for name in patterns
    }
    left_out = compare._bundled_stores(configs)
    assert [*left_out] == ["interactive", "open"]
    assert all("stored features" in why for why in left_out.values())
    plain = {name: request_for(f"lifecycle={name}").settings(Production) for name in patterns}
    assert compare._bundled_stores(plain) == {}


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (
            'task.options.lifecycles.weekly=["trigger.every=7d"]',
            "task.options.lifecycles.weekly: no lifecycle is called so",
        ),
        (
            "task.options.lifecycles.adaptve=[]",
            "(did you mean 'adaptive'?) → say which it is, one of interactive, open, adaptive",
        ),
        ('task.options.lifecycles={.a:["lifecycle=open"]}', "lifecycles: expected a name"),
        (
            'task.options.lifecycles.online=["lifecycle=dual","product=flights_online"]',
            "task.options.lifecycles.online: product=flights_online, and the comparison is of",
        ),
        ("task.options.margin=0", "task.options.margin: Expected `float` > 0.0"),
    ],
)
def test_a_variant_says_which_lifecycle_it_is(
    word: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names of one's own need no sign of Hydra's, and the hint's override is complete."""
    assert main("production", usage="", arguments=["task=compare", word]) == 2
    assert message in capsys.readouterr().err
