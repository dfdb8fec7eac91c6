"""Keeps Python's search for garbage away from what a process loads and keeps."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def loading() -> Iterator[None]:
    """Load what stays: it is not searched for garbage, neither meanwhile nor ever after.

    Modules are hundreds of thousands of objects. To search them takes some tenths of a second, and
    is done several times while they are loaded, now and then later, and again at the end.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_freeze_count():
            gc.collect()  # what came since the last time; the rest is not searched
        gc.freeze()
        if was_enabled:
            gc.enable()
