"""The outcome log: every truth that arrived, in any order and any number of times; append-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import distinct, func, select

from production.database.bulk import append, matching
from production.database.tables import OUTCOMES
from production.feedback.events import times
from production.feedback.intake import Intake, parse
from production.feedback.settle import Claim
from production.feedback.value import is_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from production.database.database import Database
    from production.feedback.batch import Outcomes
    from production.feedback.receipt import Receipt

COLUMNS = ("product", *Claim._fields)


class OutcomeLog:
    """The outcomes of a database.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        product: str,
        outcomes: Outcomes,
        *,
        closes: Callable[[int], int] | None = None,
        accepts: Callable[[object], bool] = is_value,
    ) -> Receipt:
        """Write outcomes down and say what became of each.

        Args:
            product: The product.
            outcomes: What arrived.
            closes: When the evaluation window of an event time closes; outcomes that arrive then
                or after it are late. Without it none is.
            accepts: Whether a value may be an outcome of this product.

        Raises:
            DataError: The columns differ in length.
        """
        claims, rejections = parse(outcomes, accepts)
        ids = list(dict.fromkeys(claim.event for claim in claims))
        with self._database.transaction() as connection:
            intake = Intake(
                times=times(connection, product, ids),
                held=_held(connection, product, ids),
                closes=closes,
            )
            fresh = [(product, *claim) for claim in claims if intake.take(claim)]
            append(connection, OUTCOMES, COLUMNS, fresh)
        return intake.receipt(rejections)

    def count(self, product: str, start: int, end: int) -> int:
        """Return of how many events outcomes arrived in a window of arrival."""
        query = select(func.count(distinct(OUTCOMES.c.event))).where(
            OUTCOMES.c.product == product,
            OUTCOMES.c.arrived >= start,
            OUTCOMES.c.arrived < end,
        )
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()


def _held(connection: Connection, product: str, ids: Sequence[str]) -> list[Claim]:
    query = select(*(OUTCOMES.c[name] for name in Claim._fields)).where(
        OUTCOMES.c.product == product
    )
    return [Claim._make(row) for row in matching(connection, query, OUTCOMES.c.event, ids)]
