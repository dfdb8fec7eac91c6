"""Keeps Python's search for garbage away from what a process loads and keeps."""

from __future__ import annotations

import atexit
import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def loading() -> Iterator[None]:
    """Load what stays: no search for garbage meanwhile, nor of what is left when the process ends.

    Modules are hundreds of thousands of objects, and each search of all of them takes some tenths
    of a second. Python makes several while they are loaded, and more when it ends.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
