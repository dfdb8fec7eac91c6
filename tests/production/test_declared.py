from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import ConfigError, LifecycleError
from contracts.lifecycle import pattern_name
from production.declared import fixed, lifecycle, read, workable

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_lifecycle_follows_the_attributes_not_the_preset(asked: Callable[..., Any]) -> None:
    """Adaptive with two implementations is dual."""
    assert pattern_name(lifecycle(read(asked("lifecycle=adaptive", "liaison=dual")))) == "dual"
    assert pattern_name(lifecycle(read(asked("lifecycle=adaptive")))) == "adaptive"


def test_only_what_a_person_set_is_fixed(asked: Callable[..., Any]) -> None:
    """A preset's attributes may change on the way to coherence, those set one by one may not."""
    request = asked("lifecycle=adaptive", "deployment=wrapped", "trigger.every=3d")
    assert fixed(request) == {"deployment"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("lifecycle=adaptive", "data_access=ad_hoc_dump"), "programmatic"),
        (("lifecycle=adaptive", "deployment=wrapped"), "cannot load another model"),
        (("lifecycle=interactive", "evaluation=daily"), "a dump gives no increments"),
        (("lifecycle=open", "selector=latest"), "selector"),
        (("lifecycle=open", "trigger=schedule"), "trigger"),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(
    asked: Callable[..., Any], words: tuple[str, ...], why: str
) -> None:
    """Before anything runs."""
    request = asked(*words)
    with pytest.raises(LifecycleError, match=why):
        workable(request, read(request))


@pytest.mark.parametrize("pattern", ["interactive", "open", "adaptive", "dual"])
def test_every_preset_is_workable(asked: Callable[..., Any], pattern: str) -> None:
    """None of the four is refused by its own defaults."""
    request = asked(f"lifecycle={pattern}")
    declared, _ = workable(request, read(request))
    assert pattern_name(declared) == pattern


def test_an_added_key_is_refused_with_the_near_match(asked: Callable[..., Any]) -> None:
    """Hydra lets `+` add anything; the settings do not."""
    with pytest.raises(ConfigError, match=r"training_windows: no such key.*training_window"):
        read(asked("+training_windows=3d"))
