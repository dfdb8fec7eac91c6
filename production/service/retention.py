"""Retention of a product in service: what deletes its logged events, as it is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.moment import duration
from production.agents.retention import RetentionAgent
from production.agents.runtime import live_progress
from production.assembly.features import kept_values
from production.feedback.retention import LoggedHistory
from production.known_outcomes import MEMORY

if TYPE_CHECKING:
    from production.assembly.serving import Serving
    from production.settings import Production

#: How many events, or outcomes, one transaction deletes: it holds others up for some milliseconds.
BATCH = 500


def retention_agent(config: Production, serving: Serving) -> RetentionAgent:
    """Return the agent that keeps a product's log to the configured age and number."""
    settings, product = config.serving.retention, serving.contract.product
    window = config.evaluation.get("every")
    return RetentionAgent(
        age=None if settings.age is None else duration(settings.age),
        count=settings.count,
        window=None if window is None else duration(window),
        memory=MEMORY,
        values=kept_values(config.product, serving.database, most=BATCH),
        history=LoggedHistory(product=product, database=serving.database, most=BATCH),
        progress=live_progress(serving.database, product),
        database=serving.database,
    )
