"""Real servers and requests that no client sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.production.service.conftest import RECORD
from tests.production.service.running import SERVERS, servers
from tests.suites.hostile_requests import damaged, results, statuses, whole

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract
    from tests.production.conftest import Operation

pytestmark = pytest.mark.e2e

#: So that what is left half sent does not take long.
SHORT = tuple(f"serving.limits.{name}=300ms" for name in ("headers", "receive", "idle"))


@pytest.mark.parametrize("name", SERVERS)
def test_damaged_requests_are_refused_and_harm_nobody(
    deployed: tuple[Operation, Path], contract: Contract, tmp_path: Path, name: str
) -> None:
    """No server fails, waits on or logs an error, and whole requests are answered after."""
    requests = whole(msgspec.json.encode(RECORD))
    with servers(deployed, contract, tmp_path) as start, start(f"server={name}", *SHORT) as server:
        answers = results(server.port, [*damaged(requests, 300, seed=1)])
        assert [each for each in answers if each.is_fault] == []
        assert {200, 400, 404, 415, 422} <= statuses(answers).keys()
        assert server.ask("POST", "/predict", {"record": RECORD})[0] == 200
        assert "ERROR" not in server.end()
