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
    """Load what stays to the end of the process: it is not searched meanwhile, nor at the end.

    Modules are hundreds of thousands of objects. A search of them takes some tenths of a second;
    while they are loaded, and once more when the process ends, there would be several.
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
