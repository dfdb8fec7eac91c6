"""The status of a product in service, read from its live state alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from contracts.errors import StateError
from contracts.moment import DAY, HOUR
from production.assembly.serving import open_serving
from production.feedback.batch import Events, Outcomes
from production.registry.generations import Generations, Trained
from production.service import status as module
from production.service.status import read_status, status_lines
from production.serving.manifest import read
from tests.production.service.conftest import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.assembly.serving import Serving

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture
def deployed(live: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The small product in service, with three requests served and one outcome back."""
    case = live("gate=open")
    monkeypatch.setattr(module, "deployed_contract", lambda _: case.product.contract)
    case.deploy()
    with open_serving(case.config, case.product.contract, state=case.state) as serving:
        serving.events.record(
            "toy",
            Events(
                id=["a", "b", "c"],
                key=["k", "k", "k"],
                time=np.array([NOW + 1, NOW + 2, NOW + 3]),
                release="1.0.0",
                generation=1,
                manifest=1,
                propensity=1.0,
                prediction=np.full((3, 1), 0.5),
            ),
        )
        serving.outcomes.record("toy", Outcomes(event=["a"], value=[True], arrived=[NOW + 9]))
    return case


def test_it_says_what_serves_what_was_served_and_what_is_due(deployed: Any) -> None:
    """Each figure as it was recorded."""
    status = read_status(deployed.config, deployed.state, now=NOW + DAY)
    assert (status.manifest.champion.name, status.revision) == ("1.0.0/1", 1)
    assert (status.since, status.started) == (NOW, NOW)
    assert (status.events, status.last_event) == (3, NOW + 3)
    assert (status.outcomes, status.last_outcome) == (1, NOW + 9)
    assert (status.due.at, status.pinned) == (NOW + 6 * DAY, False)
    assert [each.action for each in status.decisions] == ["deploy"]


def test_its_lines_and_its_json_say_the_same(deployed: Any) -> None:
    """A person reads lines, a program JSON."""
    status = read_status(deployed.config, deployed.state, now=NOW + DAY)
    text = "\n".join(status_lines(status))
    assert "serves    1.0.0/1 since 1970-01-21" in text
    assert "served    3 requests" in text
    assert "returned  1 outcomes" in text
    assert "a refresh is due at 1970-01-27" in text
    assert "deploy by ada: it is ready" in text
    assert msgspec.json.decode(msgspec.json.encode(status))["events"] == 3


def test_before_a_first_deployment_there_is_none(
    live: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the command that deploys."""
    case = live("gate=open")
    monkeypatch.setattr(module, "deployed_contract", lambda _: case.product.contract)
    with pytest.raises(StateError, match="task=deploy product=toy"):
        read_status(case.config, case.state, now=NOW)


def test_it_says_which_generation_is_watched(deployed: Any) -> None:
    """For an hour after it came, and beside which one."""
    case = deployed
    with open_serving(case.config, case.product.contract, state=case.state) as serving:
        newest = serving.manifests.require("toy")
        champion = read(newest.document).champion
        arms = {"champion": replace(champion, generation=2)}
        document = msgspec.to_builtins(replace(read(newest.document), arms=arms))
        Generations(serving.database).add(_trained(serving))
        serving.manifests.publish("toy", document, revision=1, moment=NOW)
    for later, watched in ((1, 1), (HOUR, 0)):
        status = read_status(case.config, case.state, now=NOW + later)
        lines = [each for each in status_lines(status) if each.startswith("watched")]
        assert lines == ["watched   champion 1.0.0/2 beside 1.0.0/1"] * watched


def _trained(serving: Serving) -> Trained:
    first = Generations(serving.database).all("toy")[0]
    return Trained(**{name: getattr(first, name) for name in Trained.__struct_fields__})
