"""What the reports of experiments say of their making."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from contracts.report.page import Head, installed_versions

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from production.settings import Production

LIBRARIES = ("liaison-lifecycle", "numpy", "scipy", "sqlalchemy")


def report_head(request: Request, config: Production) -> Head:
    """Return product, task, command, the configuration's digest, and versions."""
    text = msgspec.json.encode(config, order="deterministic")
    return Head(
        product=config.product.name,
        task=config.task.name,
        command=request.command,
        digest=blake2b(text, digest_size=16).hexdigest(),
        versions=installed_versions(LIBRARIES),
    )
