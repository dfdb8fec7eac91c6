"""Bringing a product into service: once, from what was known, and only what may serve."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import ContractError, DataError, StateError
from contracts.moment import DAY, instant
from production.database.database import Database
from production.registry.decisions import Decisions
from production.registry.generations import Generations
from production.registry.manifests import Manifests
from production.registry.trainings import Trainings
from production.service.deployment import bring_into_service
from tests.production.service.conftest import CHANGE, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


def test_the_first_generation_serves_and_who_decided_is_on_record(
    live: Callable[..., Any],
) -> None:
    """Trained on what was known by the moment asked for, published now."""
    case = live("gate=open")
    deployment = case.deploy(known_by=18 * DAY)
    assert (deployment.manifest.champion.name, deployment.revision) == ("1.0.0/1", 1)
    assert (deployment.since, case.proofs) == (NOW, 1)
    with closing(Database(case.state.database)) as database:
        (generation,) = Generations(database).all("toy")
        (decision,) = Decisions(database).all("toy")
    assert generation.known_by == 18 * DAY
    assert (decision.action, decision.who, decision.at) == ("deploy", "ada", NOW)
    assert decision.detail == {"champion": "1.0.0/1", "manifest": 1}


def test_said_again_it_changes_nothing(live: Callable[..., Any]) -> None:
    """Nothing is proven, trained, published or recorded anew."""
    case = live("gate=open")
    first = case.deploy()
    again = case.deploy(at=NOW + DAY, known_by=NOW + DAY)
    assert (again.manifest, again.revision, again.since) == (first.manifest, 1, NOW)
    assert again.training is None
    assert case.proofs == 1
    with closing(Database(case.state.database)) as database:
        assert len(Trainings(database).all("toy")) == len(Decisions(database).all("toy")) == 1


def test_a_refused_first_generation_leaves_nothing_in_service_and_can_be_tried_again(
    live: Callable[..., Any],
) -> None:
    """The reason stands in the error; a later moment trains anew."""
    case = live(skill=0.9)
    with pytest.raises(StateError, match=r"may not serve: .*skill"):
        case.deploy()
    with closing(Database(case.state.database)) as database:
        assert Manifests(database).current("toy") is None
        assert Decisions(database).all("toy") == []
    with pytest.raises(StateError, match="may not serve"):
        case.deploy(at=NOW + DAY, known_by=NOW + DAY)
    with closing(Database(case.state.database)) as database:
        assert len(Trainings(database).all("toy")) == 2


def test_after_a_refusal_an_earlier_moment_may_be_tried(live: Callable[..., Any]) -> None:
    """What was asked before does not stand in the way."""
    with pytest.raises(StateError, match=r"may not serve: .*skill"):
        live(skill=0.9).deploy(known_by=NOW)
    deployment = live("gate=open").deploy(at=NOW + DAY, known_by=15 * DAY)
    assert deployment.training.at == 15 * DAY
    assert deployment.manifest.champion.name == "1.0.0/1"


def test_a_moment_without_outcomes_is_refused_with_one_that_has_some(
    live: Callable[..., Any],
) -> None:
    """Before anything is proven or trained; the moment in the hint works."""
    case = live()
    with pytest.raises(DataError, match="to be judged by") as refused:
        case.deploy(at=400 * DAY, known_by=300 * DAY)
    assert case.proofs == 0
    _, _, moment = refused.value.hint.partition("task.options.known_by=")
    assert case.deploy(at=400 * DAY, known_by=instant(moment)).training.rows > 0


def test_too_few_outcomes_to_judge_by_are_answered_with_what_decides(
    live: Callable[..., Any],
) -> None:
    """The hint names the gate's own keys, and what it says works."""
    with pytest.raises(StateError, match=r"may not serve: undecided") as undecided:
        live("gate.least=100000").deploy()
    assert "gate.undecided=promote, or a longer gate.holdout" in undecided.value.hint
    deployment = live("gate.least=100000", "gate.undecided=promote").deploy(at=NOW + DAY)
    assert deployment.manifest.champion.name == "1.0.0/1"


def test_what_is_not_proven_is_not_trained(live: Callable[..., Any]) -> None:
    """The proof comes before the training."""
    case = live("gate=open")

    def prove() -> None:
        raise ContractError("not equivalent")

    with pytest.raises(ContractError, match="not equivalent"):
        bring_into_service(
            case.config,
            case.product,
            case.state,
            code="c0de",
            known_by=NOW,
            change=CHANGE,
            prove=prove,
        )
    with closing(Database(case.state.database)) as database:
        assert Trainings(database).all("toy") == []
