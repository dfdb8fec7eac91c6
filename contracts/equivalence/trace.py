"""Where in whose code something failed, as evidence."""

from __future__ import annotations

from traceback import format_exception

#: How many lines of a traceback are kept: its last ones are where it failed.
KEPT = 20


def trace(error: Exception) -> list[str]:
    """Return the last lines of an exception's traceback."""
    text = "".join(format_exception(error, chain=False))
    return text.rstrip().splitlines()[-KEPT:]
