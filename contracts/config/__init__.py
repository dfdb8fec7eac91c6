"""Composes configuration, types it, and turns the components it names into objects."""

from contracts.config.compose import compose
from contracts.config.instantiate import instantiate, locate
from contracts.config.settings import options, settings

__all__ = ["compose", "instantiate", "locate", "options", "settings"]
