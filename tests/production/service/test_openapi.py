"""A real server keeps to its OpenAPI document."""

from __future__ import annotations

import time
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from production.database.database import Database
from production.registry.tokens import Tokens, new_token
from production.service.routes import Scope
from tests.production.service.conftest import RECORD
from tests.production.service.running import DEADLINE, servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from contracts.contract import Contract
    from tests.production.conftest import Operation

pytestmark = [pytest.mark.e2e, pytest.mark.early]

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def cases() -> Iterator[ModuleType]:
    """The benchmark that sends thousands of cases to each server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield import_module("openapi_cases")


def test_every_answer_is_as_the_document_declares(
    deployed: tuple[Operation, Path], contract: Contract, tmp_path: Path, cases: Any
) -> None:
    """To requests that are made from it, valid and not; none has a status from 500 on.

    These are the edges of each field, header and method; the benchmark draws further ones.
    """
    with servers(deployed, contract, tmp_path) as start, start() as server:
        secret, token = new_token("toy", "cases", get_args(Scope)[1:], moment=0)
        with closing(Database(f"sqlite:///{tmp_path / 'state' / 'liaison.db'}")) as database:
            Tokens(database).add(token)
        bearer = {"authorization": f"Bearer {secret}"}
        end = time.monotonic() + DEADLINE
        while server.ask("POST", "/admin/unpin", {}, **bearer)[0] == 401:
            assert time.monotonic() < end
        assert server.ask("POST", "/predict", {"record": RECORD, "id": "known"})[0] == 200
        report, text = cases.batch(
            f"http://127.0.0.1:{server.port}",
            secret,
            tmp_path,
            phases="examples,coverage",
            contract=contract.folder,
        )
        assert (report["complete"], report["failures"], report["errors"]) == (True, [], []), text
        assert report["test_cases"]["generated"] > 500
        server.end()
