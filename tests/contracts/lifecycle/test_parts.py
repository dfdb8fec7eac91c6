"""Which parts a lifecycle can use."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from contracts.errors import LifecycleError
from contracts.lifecycle import PATTERNS, check_parts

OPEN, ADAPTIVE = PATTERNS["open"].preset, PATTERNS["adaptive"].preset


def test_fitting_parts_pass() -> None:
    """The parts a lifecycle was made for pass without a warning."""
    assert check_parts(OPEN, selector="single", trigger="never") == ()
    assert (
        check_parts(
            ADAPTIVE, selector="champion", trigger="schedule", shadow=True, feature_store=True
        )
        == ()
    )


def test_wrapped_needs_the_single_selector() -> None:
    """A bundle refuses any selector but the single one."""
    with pytest.raises(LifecycleError, match="selector=champion") as caught:
        check_parts(OPEN, selector="champion", trigger="never")
    assert "selector=single" in caught.value.hint


def test_wrapped_has_no_shadow() -> None:
    """A bundle refuses a shadow."""
    with pytest.raises(LifecycleError, match="shadow"):
        check_parts(OPEN, selector="single", trigger="never", shadow=True)


def test_wrapped_has_no_store() -> None:
    """A bundle refuses features that are looked up in a store, which it does not contain."""
    with pytest.raises(LifecycleError, match="stored features cannot work"):
        check_parts(OPEN, selector="single", trigger="never", feature_store=True)


@pytest.mark.parametrize("deployment", ["wrapped", "dynamic"])
def test_release_enforced_has_no_trigger(deployment: str) -> None:
    """Where only a release renews the model, a trigger is refused."""
    lifecycle = replace(OPEN, deployment=deployment)
    with pytest.raises(LifecycleError, match="trigger=volume") as caught:
        check_parts(lifecycle, selector="single", trigger="volume")
    assert "trigger=never" in caught.value.hint


def test_autonomous_without_trigger_warns() -> None:
    """Autonomy that never fires is allowed, and the warning says it ages like a release."""
    (warning,) = check_parts(ADAPTIVE, selector="latest", trigger="never")
    assert "ages like a release" in warning
