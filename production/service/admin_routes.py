"""The routes that change what serves: none of them without a token, on loopback neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from production.service import admin
from production.service.changes import (
    AnsweredDecision,
    Pin,
    Promotion,
    Quarantine,
    Retirement,
    Rollback,
    Selection,
    Unpin,
    Word,
)
from production.service.routes import post

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.service.admin import Admin, Make
    from production.service.routes import Route, Scope

#: A selector with its options.
SPLIT = {
    "_target_": "production.selectors.ab_test.AbTest",
    "name": "ab_test",
    "weights": {"champion": 3, "candidate": 1},
}


def admin_routes(changes: Admin) -> Iterator[Route]:
    """Yield the routes.

    Args:
        changes: What answers them.
    """

    def route(
        name: str, scope: Scope, kind: type[Any], make: Make[Any], summary: str, **example: Any
    ) -> Route:
        return post(
            f"/admin/{name}",
            scope,
            changes.handler(kind, make),
            summary,
            takes=kind,
            gives=AnsweredDecision,
            example=lambda: [{"why": "errors since noon", **example}],
            problems=(404, 409),
        )

    one = {"generation": "1.0.0/3"}
    summary = "Make a generation the champion, or another arm's."
    yield route("promote", "promote", Promotion, admin.promote, summary, **one, arm="candidate")
    summary = "Return to the champion before the present one, or to a named generation."
    yield route("rollback", "promote", Rollback, admin.rollback, summary, revision=7)
    summary = "Keep the champion, whatever refreshes bring."
    yield route("pin", "admin", Pin, admin.pin, summary)
    summary = "Let refreshes take the champion's place again."
    yield route("unpin", "admin", Unpin, admin.unpin, summary)
    summary = "Move a generation aside for good."
    yield route("quarantine", "admin", Quarantine, admin.quarantine, summary, **one)
    summary = "Let a selector share the traffic: an experiment begins."
    yield route("select", "admin", Selection, admin.select, summary, selector=SPLIT)
    summary = "Take an arm out of service."
    yield route("retire", "admin", Retirement, admin.retire, summary, arm="candidate")
    summary = "Ask for a refresh, where the trigger listens to people."
    yield route("refresh", "promote", Word, admin.refresh, summary)
    summary = "Confirm the refresh that a trigger proposed."
    yield route("approve", "promote", Word, admin.approve, summary)
    summary = "Reject the refresh that a trigger proposed."
    yield route("reject", "promote", Word, admin.reject, summary)
