"""The small product in service, as its server's tests have it."""

from tests.production.service.conftest import live

__all__ = ["live"]
