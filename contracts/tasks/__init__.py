"""The tasks of `python -m contracts`: each composes what it needs, calls it, says what came."""
