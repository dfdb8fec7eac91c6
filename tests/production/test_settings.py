from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import ConfigError, LifecycleError
from contracts.lifecycle import pattern_name
from production.settings import (
    Production,
    check_lifecycle,
    chosen_attributes,
    declared_lifecycle,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_lifecycle_follows_the_attributes_not_the_preset(
    request_for: Callable[..., Any],
) -> None:
    """Adaptive with two implementations is dual."""
    for words, name in ((("liaison=dual",), "dual"), ((), "adaptive")):
        config = request_for("lifecycle=adaptive", *words).settings(Production)
        assert pattern_name(declared_lifecycle(config)) == name


def test_only_what_a_person_set_is_fixed(request_for: Callable[..., Any]) -> None:
    """A preset's attributes may change on the way to coherence, those set one by one may not."""
    request = request_for("lifecycle=adaptive", "deployment=wrapped", "trigger.every=3d")
    assert chosen_attributes(request) == {"deployment"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("lifecycle=adaptive", "data_access=ad_hoc_dump"), "programmatic"),
        (("lifecycle=adaptive", "deployment=wrapped"), "cannot load another model"),
        (("lifecycle=interactive", "evaluation=daily"), "a dump gives no increments"),
        (("lifecycle=interactive", "evaluation=volume"), "a dump gives no increments"),
        (("evaluation=volume", "evaluation.outcomes=null"), "neither requests nor outcomes"),
        (("lifecycle=open", "product=flights_delays"), "stored features cannot work"),
        (("lifecycle=open", "selector=latest"), "selector"),
        (("lifecycle=open", "trigger=schedule"), "trigger"),
        (("lifecycle=adaptive", "trigger=decline", "evaluation=never"), "would never fire"),
        (("trigger=drift",), r"needs evaluation\.drift"),
        (("trigger=change", "trigger.of=skill", "evaluation=never"), "would never fire"),
        (
            ("trigger=any", "trigger@trigger.triggers.volume=decline", "evaluation=never"),
            "trigger=any, of which decline is a part, .* would never fire",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(
    request_for: Callable[..., Any], words: tuple[str, ...], why: str
) -> None:
    """Before anything runs."""
    request = request_for(*words)
    with pytest.raises(LifecycleError, match=why):
        check_lifecycle(request, request.settings(Production))


@pytest.mark.parametrize("pattern", ["interactive", "open", "adaptive", "dual"])
def test_every_preset_is_workable(request_for: Callable[..., Any], pattern: str) -> None:
    """None of the four is refused by its own defaults."""
    request = request_for(f"lifecycle={pattern}")
    declared, _ = check_lifecycle(request, request.settings(Production))
    assert pattern_name(declared) == pattern


@pytest.mark.parametrize("words", [("lifecycle=dual",), ("lifecycle=adaptive", "liaison=dual")])
def test_a_product_without_an_implementation_is_refused_with_a_command_that_works(
    request_for: Callable[..., Any], words: tuple[str, ...]
) -> None:
    """The hint is the same request under a lifecycle that serves research's solution."""
    request = request_for(*words, "~product.implementation", "seed=3")
    with pytest.raises(ConfigError, match="product=flights has none") as raised:
        check_lifecycle(request, request.settings(Production))
    command = shlex.split(raised.value.hint.partition(", or ")[0])
    assert command[:3] == ["python", "-m", "production"]
    suggested = request_for(*command[3:])
    assert suggested.settings(Production).seed == 3
    declared, _ = check_lifecycle(suggested, suggested.settings(Production))
    assert pattern_name(declared) == "adaptive"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("strategy.window=7", r"strategy.window: Expected `str \| null`, got `int`: 7 → .*7d"),
        ("strategy.window=7x", "strategy.window: Expected another text: '7x' → .*7d"),
        ("strategy.window='0'", "strategy.window: .*above 0"),
        ("training_takes=2", "training_takes: Expected `str`, got `int`: 2 → .*7d"),
        ("model_updating.release_every=30", "release_every: .* got `int`: 30 → .*7d"),
        ("product.day_offset=5", "product.day_offset: Expected `str`, got `int`: 5 → .*7d"),
        ("product.until=2013-01-01T00:00:00Z", "product: expected history <= start < until"),
        ("product.start=soon", "product: start: expected an ISO 8601 time with its offset"),
        ("product.learning.folds=0", "product.learning.folds: Expected `int` >= 1: 0"),
        ("product.learning.horizon='0'", "product.learning.horizon: .*above 0"),
    ],
)
def test_a_value_of_another_type_or_range_is_refused(
    request_for: Callable[..., Any], word: str, message: str
) -> None:
    """By key, with what was expected and what came, and how it is written."""
    with pytest.raises(ConfigError, match=message):
        request_for("lifecycle=open", word).settings(Production)


def test_an_incremental_refresh_needs_generations(request_for: Callable[..., Any]) -> None:
    """Under release_enforced every model is a release of its own."""
    request = request_for("lifecycle=open", "strategy=incremental")
    with pytest.raises(LifecycleError, match=r"only autonomous has generations.*→ strategy=full"):
        check_lifecycle(request, request.settings(Production))


def test_an_added_key_is_refused_with_the_near_match(request_for: Callable[..., Any]) -> None:
    """Hydra lets `+` add anything; the settings do not."""
    with pytest.raises(ConfigError, match=r"training_take: no such key.*training_takes"):
        request_for("+training_take=3d").settings(Production)


@pytest.mark.parametrize(("timed", "lifecycle"), [("true", "adaptive"), ("false", "open")])
def test_a_lifecycle_that_can_work_is_offered_for_one_that_cannot(
    request_for: Callable[..., Any], timed: str, lifecycle: str
) -> None:
    """Without an implementation nothing is dual; without time nothing is refreshed."""
    words = ("lifecycle=dual", f"product.timed={timed}", "product.implementation=null")
    asked = request_for(*words)
    with pytest.raises(ConfigError) as refusal:
        check_lifecycle(asked, asked.settings(Production))
    assert f"lifecycle={lifecycle}, or add product.implementation" in refusal.value.hint
