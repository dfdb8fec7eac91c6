"""Production's configuration as its entry point would compose it."""

from __future__ import annotations

from contracts.config.compose import compose
from contracts.config.entry import Request
from production.settings import Production


def configured(*overrides: str) -> Production:
    """Return the configuration with overrides as on a command line."""
    composed = compose("production", overrides)
    request = Request(entry="production", config=composed, overrides=overrides, config_dir=None)
    return request.settings(Production)
