"""What a joint lifecycle of flights serves: research's pipeline in its exported form."""

from __future__ import annotations

from research.export.served import Served

__all__ = ["Served"]
