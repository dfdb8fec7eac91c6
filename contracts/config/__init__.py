"""Configuration: found, composed, checked and turned into objects, each in one place."""

from contracts.config.compose import compose
from contracts.config.instantiate import instantiate, locate
from contracts.config.settings import options, settings

__all__ = ["compose", "instantiate", "locate", "options", "settings"]
