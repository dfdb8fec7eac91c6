"""What a supervisor has on record of the processes that it keeps running."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from production.agents.progress import Document, Stored

if TYPE_CHECKING:
    from production.registry.checkpoints import Checkpoints

#: The name of the record, and of the lease that the supervisor holds.
OPERATOR = "operator"


class SupervisedChild(msgspec.Struct, frozen=True, kw_only=True):
    """One process that a supervisor keeps running; times of the machine, microseconds.

    Attributes:
        name: What it does: ``engine``, an agent's name, or ``traffic``.
        since: When it was started; of one that does not run, when it ended.
        pid: Its process id; none while it does not run.
        restarts: How often it was started again.
        error: How it ended last before that, and what it logged last.
        again: When it is started again; none while it runs.
        is_open: Whether it ended so often that its circuit is open: it is not started before
            ``again``.
        is_over: Whether it has ended for good.
    """

    name: str
    since: int
    pid: int | None = None
    restarts: int = 0
    error: str = ""
    again: int | None = None
    is_open: bool = False
    is_over: bool = False


class OperatorRecord(Document, frozen=True, kw_only=True):
    """The supervisor of a product; times of the machine, microseconds.

    Attributes:
        holder: Its host and process, as its lease says.
        since: When it began.
        children: The processes that it keeps running.
        excluded: The agents that the lifecycle has no room for, and why.
    """

    holder: str = ""
    since: int = 0
    children: tuple[SupervisedChild, ...] = ()
    excluded: dict[str, str] = msgspec.field(default_factory=dict)


def operator_record(checkpoints: Checkpoints, product: str) -> Stored[OperatorRecord]:
    """Return a product's record of its supervisor, in a database; without a holder before any."""
    return Stored(checkpoints, product, OPERATOR, OperatorRecord())
