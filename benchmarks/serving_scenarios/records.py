"""What the database of a product has: the ids of events, and of events with an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from production.database.tables import EVENTS, OUTCOMES

if TYPE_CHECKING:
    from benchmarks.serving_scenarios.product import ScenarioProduct


def logged_events(product: ScenarioProduct) -> set[str]:
    """Return the ids of all events that are logged."""
    with product.open() as serving, serving.database.reading() as connection:
        return {row[0] for row in connection.execute(select(EVENTS.c.id))}


def logged_outcomes(product: ScenarioProduct) -> set[str]:
    """Return the ids of the events whose outcomes are logged."""
    with product.open() as serving, serving.database.reading() as connection:
        return {row[0] for row in connection.execute(select(OUTCOMES.c.event))}
