from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import StateError
from contracts.moment import DAY
from production.agents.records import candidate_of
from production.registry.manifests import Manifests
from production.serving.claims import DeployedClaims

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


def test_the_deployed_champion_is_a_claim(operation: Callable[..., Any]) -> None:
    """It has the time of the newest manifest, and the contract version of the champion."""
    case = operation("gate=open", until=20)
    assembly, _ = case.run()
    (claim,) = DeployedClaims(database=f"sqlite:///{case.state / 'liaison.db'}").of("toy")
    champion = assembly.engine.deployed.manifest.champion
    assert (claim.release, claim.generation) == (champion.release, champion.generation)
    assert (claim.contract, claim.role, claim.at // DAY) == ("1.0.0", "champion", 18)
    assert claim.artifact == champion.artifact


def test_each_generation_of_an_arm_is_a_claim(
    operation: Callable[..., Any],
) -> None:
    """Each of them can serve; the champion is the first."""
    case = operation("gate=open", until=30)
    assembly = case.build()
    list(assembly.loop.steps())
    for made in assembly.generations.all("toy")[:2]:
        publisher, arm = assembly.agents.promotion._publisher, f"arm-{made.number}"
        publisher.publish(candidate_of(made), 30 * DAY, arm=arm)
    claims = DeployedClaims(database=f"sqlite:///{case.state / 'liaison.db'}").of("toy")
    assert [claim.role for claim in claims] == ["champion", "candidate", "candidate"]
    assert [claim.generation for claim in claims] == [3, 1, 2]


def test_before_the_first_promotion_there_is_no_claim(operation: Callable[..., Any]) -> None:
    """Without a database or a manifest of the product there is no claim, and no error."""
    case = operation()
    claims = DeployedClaims(database=f"sqlite:///{case.state / 'liaison.db'}")
    assert claims.of("toy") == ()
    case.build()
    assert claims.of("toy") == ()


def test_a_manifest_that_cannot_be_read_is_an_error(operation: Callable[..., Any]) -> None:
    """It must not look like an empty deployment."""
    case = operation()
    assembly = case.build()
    Manifests(assembly.database).publish("toy", {"format": 99}, revision=0, moment=0)
    with pytest.raises(StateError, match="format 99"):
        DeployedClaims(database=f"sqlite:///{case.state / 'liaison.db'}").of("toy")
