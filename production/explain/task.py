"""The task `explain`: why did it do that, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.config import options
from contracts.config.settings import Closed
from contracts.host.clock import WallClock
from contracts.report.result import hand_over
from contracts.report.terminal import console, say
from production.database.database import snapshot
from production.explain.explanation import explain as answer_to
from production.explain.question import subject
from production.explain.record import Record
from production.registry.manifests import not_in_service
from production.service.folder import chosen_state
from production.settings import Production

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from production.explain.answer import Explanation


class ExplainOptions(Closed, frozen=True, kw_only=True):
    """What is asked about, and of which state."""

    of: str | int | None
    state: str | None


def explain(request: Request) -> None:
    """Print why something serves, was refused or rolled back, or why nothing was done."""
    config, screen = request.settings(Production), console()
    chosen = options(config.task, ExplainOptions)
    of = None if chosen.of is None else str(chosen.of)
    answer = read_answer(config, of, state=chosen.state, now=WallClock().now())
    hand_over(answer)
    for line in answer.sentences:
        say(screen, line)


def read_answer(config: Production, of: str | None, *, state: str | None, now: int) -> Explanation:
    """Return the answer to a question, from the live state or that of a backtest.

    Args:
        config: The configuration.
        of: What is asked about, see `production.explain.question`; none asks about the champion.
        state: The folder of a backtest's state; none reads the live state.
        now: The current time, microseconds.

    Raises:
        ConfigError: There is no such state, or the question is none.
        StateError: Nothing is deployed, or the database cannot be read.
        UnknownNameError: There is nothing of that name.
    """
    product = config.product.name
    with snapshot(chosen_state(config, state).database) as connection:
        if connection is None:
            raise not_in_service(product, "its database is not there")
        record = Record(connection, product)
        return answer_to(record, subject(record, of, now=now))
