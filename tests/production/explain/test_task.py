"""The task `explain`: of which state it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import ConfigError, StateError
from contracts.moment import DAY
from production.explain.task import read_answer
from tests.production.service.conftest import NOW, Live

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture
def case(operation: Callable[..., Any], tmp_path: Path) -> Live:
    """The small product, to be deployed."""
    return Live(operation("gate=open", until=20), tmp_path / "live")


def test_it_answers_of_the_state_of_a_run(case: Live, operation: Callable[..., Any]) -> None:
    """Its folder is the option `state`."""
    run = operation("gate=open", until=20)
    run.run()
    answer = read_answer(case.config, None, state=str(run.state), now=NOW + 90 * DAY)
    assert (answer.kind, answer.of) == ("generation", "1.0.0/2")


def test_a_state_that_is_not_there_is_named(case: Live, tmp_path: Path) -> None:
    """With where a run's state is; a folder without a database holds no product."""
    with pytest.raises(ConfigError, match="outputs/run/toy/state"):
        read_answer(case.config, None, state=str(tmp_path / "none"), now=NOW)
    with pytest.raises(StateError, match="not in service"):
        read_answer(case.config, None, state=str(tmp_path), now=NOW)


def test_it_answers_of_a_product_in_service(case: Live) -> None:
    """Who brought it into service, and on what its first generation was trained."""
    case.deploy()
    answer = read_answer(case.config, None, state=None, now=NOW + DAY)
    assert answer.sentences[:2] == (
        "1.0.0/1 serves toy since 1970-01-21T00:00:00Z (manifest 1).",
        "Ada brought 1.0.0/1 into service: “it is ready”; nothing served before it.",
    )
    assert any(each.startswith("Its training, on what was known at") for each in answer.sentences)
