"""What a process loads and keeps, and Python's search for garbage."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING
from weakref import ref

import pytest

from contracts.host.loading import loading

if TYPE_CHECKING:
    from collections.abc import Iterator


class Knot:
    """Holds itself: only a search for garbage frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """Let later tests find nothing frozen."""
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_is_loaded_is_not_searched() -> None:
    """Neither meanwhile nor afterwards; what comes afterwards is."""
    with loading():
        assert not gc.isenabled()
        loaded = ref(Knot())
    assert gc.isenabled()
    later = ref(Knot())
    gc.collect()
    assert loaded() is not None
    assert later() is None


def test_garbage_that_came_between_two_loads_is_freed() -> None:
    """A process that loads again and again does not grow by what it threw away."""
    with loading():
        pass
    between = ref(Knot())
    with loading():
        pass
    assert between() is None


def test_the_search_goes_on_after_an_error() -> None:
    """And stays off where it was off."""
    with pytest.raises(ZeroDivisionError), loading():
        divmod(1, 0)
    assert gc.isenabled()
    gc.disable()
    try:
        with loading():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
