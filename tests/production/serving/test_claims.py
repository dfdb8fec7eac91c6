from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import StateError
from contracts.moment import DAY
from production.registry.manifests import Manifests
from production.serving.claims import DeployedClaims

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


def test_what_a_run_deployed_is_claimed(operation: Callable[..., Any]) -> None:
    """The newest manifest's champion, since when, with the version that it says it fulfils."""
    asked = operation("gate=open", until=20)
    built, _ = asked.run()
    (claim,) = DeployedClaims(database=f"sqlite:///{asked.state / 'liaison.db'}").of("toy")
    champion = built.engine.deployed.manifest.champion
    assert (claim.release, claim.generation) == (champion.release, champion.generation)
    assert (claim.contract, claim.role, claim.at // DAY) == ("1.0.0", "champion", 18)
    assert claim.artifact == champion.artifact


def test_everything_on_offer_is_claimed_the_champion_first(operation: Callable[..., Any]) -> None:
    """A candidate can serve as well as the champion can."""
    asked = operation("gate=open", until=30)
    built = asked.build()
    built.loop._parts.promotion._keep = 3
    list(built.loop.steps())
    claims = DeployedClaims(database=f"sqlite:///{asked.state / 'liaison.db'}").of("toy")
    assert [claim.role for claim in claims] == ["champion", "candidate", "candidate"]
    assert [claim.generation for claim in claims] == [3, 2, 1]


def test_before_the_first_promotion_nothing_is_claimed(operation: Callable[..., Any]) -> None:
    """No database, no manifest of the product: no claim, and no error."""
    asked = operation()
    claims = DeployedClaims(database=f"sqlite:///{asked.state / 'liaison.db'}")
    assert claims.of("toy") == ()
    asked.build()
    assert claims.of("toy") == ()


def test_a_manifest_that_cannot_be_read_is_an_error(operation: Callable[..., Any]) -> None:
    """What is in service is unknown then, which is not nothing."""
    asked = operation()
    built = asked.build()
    Manifests(built.database).publish("toy", {"format": 99}, revision=0, moment=0)
    with pytest.raises(StateError, match="format 99"):
        DeployedClaims(database=f"sqlite:///{asked.state / 'liaison.db'}").of("toy")
