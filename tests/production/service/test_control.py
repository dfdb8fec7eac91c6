"""What a person changes about what serves: verified, compared and swapped, and on record."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.errors import ConflictError, IntegrityError, StateError, UnknownNameError
from contracts.moment import DAY
from production.agents.runtime import live_progress
from production.assembly.serving import serving_parts
from production.backtest.state import run_state
from production.database.database import Database
from production.metrics import Proposal
from production.registry.aliases import Aliases
from production.registry.decisions import Decisions
from production.registry.generations import Generations
from production.registry.manifests import Manifests
from production.service.change_request import ChangeRequest
from production.service.open_control import control_of
from production.serving.manifest import Manifest, read
from production.serving.publisher import Publisher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from production.service.control import Control

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("toy")]

CHANGE = ChangeRequest(who="ada", why="errors since noon", at=60 * DAY)


@contextmanager
def opened(case: Any) -> Iterator[tuple[Control, Database]]:
    """Yield the control of a run's state, as a process of its own would open it."""
    case.run()
    state = run_state(case.config, case.state)
    with closing(Database(state.database)) as database:
        parts = serving_parts(case.config, case.product.contract, state, database)
        yield control_of(parts), database


@pytest.fixture
def control(operation: Callable[..., Any]) -> Iterator[tuple[Control, Database]]:
    """The control of a product with four generations, the fourth the champion."""
    with opened(operation("gate=open", until=31)) as parts:
        yield parts


def champion(database: Database) -> tuple[str, int]:
    """Return the champion's name and the manifest's revision."""
    current = Manifests(database).current("toy")
    assert current
    return read(current.document).champion.name, current.revision


def newest(database: Database) -> Manifest:
    """Return the newest manifest."""
    current = Manifests(database).current("toy")
    assert current
    return read(current.document)


def test_rollback_returns_to_the_generation_before_and_says_why(control: Any) -> None:
    """A new revision of the manifest, and a decision with both names."""
    changes, database = control
    assert champion(database) == ("1.0.0/4", 4)
    decision = changes.rollback(CHANGE)
    assert champion(database) == ("1.0.0/3", 5)
    assert decision == Decisions(database).all("toy")[-1]
    assert (decision.who, decision.why, decision.at) == ("ada", "errors since noon", 60 * DAY)
    assert decision.detail == {"champion": "1.0.0/3", "before": "1.0.0/4", "manifest": 5}


def test_a_named_generation_is_promoted_or_returned_to(control: Any) -> None:
    """Any registered one."""
    changes, database = control
    changes.promote("1.0.0/2", CHANGE)
    assert champion(database) == ("1.0.0/2", 5)
    changes.rollback(CHANGE, "1.0.0/1")
    assert champion(database) == ("1.0.0/1", 6)


def test_a_pin_holds_until_it_is_taken_away(control: Any) -> None:
    """Of the champion, or of a named generation that becomes it."""
    changes, database = control
    decisions = Decisions(database)
    assert not decisions.pinned("toy")
    assert changes.pin(CHANGE).detail == {"champion": "1.0.0/4"}
    assert decisions.pinned("toy")
    assert champion(database) == ("1.0.0/4", 4)
    changes.pin(CHANGE, "1.0.0/2")
    assert champion(database) == ("1.0.0/2", 5)
    changes.rollback(CHANGE)
    assert decisions.pinned("toy")
    changes.unpin(CHANGE)
    assert not decisions.pinned("toy")
    with pytest.raises(ConflictError, match="not pinned"):
        changes.unpin(CHANGE)


def test_a_quarantined_champion_gives_way_and_never_comes_back(control: Any) -> None:
    """The one before it serves, and promoting it again is refused."""
    changes, database = control
    changes.quarantine("1.0.0/4", CHANGE)
    assert champion(database) == ("1.0.0/3", 5)
    with pytest.raises(StateError):
        changes.promote("1.0.0/4", CHANGE)
    changes.quarantine("1.0.0/1", CHANGE)
    assert champion(database) == ("1.0.0/3", 5)
    actions = [each.detail for each in Decisions(database).all("toy")]
    assert actions[-1] == {"generation": "1.0.0/1"}


def test_what_was_moved_aside_is_not_returned_to(control: Any) -> None:
    """The champion before it is, however long ago; if none is left, nothing changes."""
    changes, database = control
    changes.quarantine("1.0.0/3", CHANGE)
    changes.quarantine("1.0.0/2", CHANGE)
    changes.rollback(CHANGE)
    assert champion(database) == ("1.0.0/1", 5)
    changes.quarantine("1.0.0/4", CHANGE)
    with pytest.raises(ConflictError, match=r"served before 1\.0\.0/1 and is whole"):
        changes.rollback(CHANGE)
    with pytest.raises(ConflictError, match=r"served before 1\.0\.0/1 and is whole"):
        changes.quarantine("1.0.0/1", CHANGE)
    assert champion(database) == ("1.0.0/1", 5)


def test_an_arm_begins_is_refreshed_and_is_retired(control: Any) -> None:
    """The champion stays; a refresh inside an arm keeps the salt, another arm ends it."""
    changes, database = control
    before = newest(database)
    decision = changes.promote("1.0.0/2", CHANGE, arm="candidate")
    assert decision.detail == {"candidate": "1.0.0/2", "manifest": 5}
    begun = newest(database)
    assert [*begun.arms] == ["champion", "candidate"]
    assert (begun.champion, begun.began) == (before.champion, 60 * DAY)
    changes.promote("1.0.0/3", replace(CHANGE, at=61 * DAY), arm="candidate")
    changes.promote("1.0.0/1", replace(CHANGE, at=62 * DAY))
    refreshed = newest(database)
    assert [each.generation for each in refreshed.arms.values()] == [1, 3]
    assert (refreshed.salt, refreshed.began) == (begun.salt, begun.began)
    changes.retire("candidate", CHANGE)
    assert [*newest(database).arms] == ["champion"]
    assert len({before.salt, begun.salt, newest(database).salt}) == 3


def test_a_selector_is_selected_and_stays(control: Any) -> None:
    """Promotions keep it, whatever the configuration of the process that promotes."""
    changes, database = control
    other = {"_target_": "production.selectors.latest.Latest", "name": "latest"}
    configured = changes._publisher
    changes._publisher = Publisher(
        product="toy",
        contract="1.0.0",
        selector=other,
        aliases=Aliases(database),
        manifests=Manifests(database),
        database=database,
    )
    assert changes.select(CHANGE).detail["selector"] == "latest"
    with pytest.raises(ConflictError, match="selector is latest already"):
        changes.select(CHANGE)
    changes._publisher = configured
    changes.promote("1.0.0/2", CHANGE)
    manifest = newest(database)
    assert (manifest.selector, manifest.component) == ("latest", {"_target_": other["_target_"]})


def test_a_quarantined_generation_leaves_each_arm(control: Any) -> None:
    """The arms that point to it are retired, the champion gives way."""
    changes, database = control
    changes.promote("1.0.0/4", CHANGE, arm="again")
    changes.promote("1.0.0/2", CHANGE, arm="other")
    changes.quarantine("1.0.0/4", replace(CHANGE, revision=6))
    arms = {name: each.generation for name, each in newest(database).arms.items()}
    assert arms == {"champion": 3, "other": 2}


@pytest.mark.parametrize(
    ("arm", "kind", "message"),
    [
        ("champion", ConflictError, "cannot be retired"),
        ("nobody", UnknownNameError, "no arm 'nobody'"),
    ],
)
def test_the_champion_and_an_unknown_arm_cannot_be_retired(
    control: Any, arm: str, kind: type[StateError], message: str
) -> None:
    """Nothing is published, and nothing recorded."""
    changes, database = control
    with pytest.raises(kind, match=message):
        changes.retire(arm, CHANGE)
    assert Decisions(database).all("toy") == []


def test_an_arm_that_the_selector_draws_cannot_be_retired(control: Any) -> None:
    """Nothing would serve as the selector says: another one comes first."""
    changes, database = control
    changes.promote("1.0.0/2", CHANGE, arm="candidate")
    weights = {"champion": 1.0, "candidate": 1.0}
    name = "production.selectors.ab_test.AbTest"
    changes.select(CHANGE, {"name": "ab_test", "_target_": name, "weights": weights})
    with pytest.raises(ConflictError, match=r"ab_test cannot do without candidate: .*champion"):
        changes.retire("candidate", CHANGE)
    assert [*newest(database).arms] == ["champion", "candidate"]
    name = "production.selectors.champion.Champion"
    changes.select(CHANGE, {"name": "champion", "_target_": name})
    changes.retire("candidate", CHANGE)
    assert [*newest(database).arms] == ["champion"]


def test_only_one_of_two_who_saw_the_same_revision_wins(control: Any) -> None:
    """The other is told to look again, and changes nothing."""
    changes, database = control
    seen = replace(CHANGE, revision=4)
    changes.promote("1.0.0/2", seen)
    with pytest.raises(ConflictError, match="revision 5, expected 4"):
        changes.promote("1.0.0/1", seen)
    assert champion(database) == ("1.0.0/2", 5)
    assert len(Decisions(database).all("toy")) == 1


def test_what_is_broken_unknown_or_serving_already_is_refused(control: Any) -> None:
    """Nothing points to it, and nothing is recorded."""
    changes, database = control
    with pytest.raises(UnknownNameError, match=r"no generation '1\.0\.0/9'.*did you mean"):
        changes.promote("1.0.0/9", CHANGE)
    with pytest.raises(ConflictError, match="is the champion already"):
        changes.promote("1.0.0/4", CHANGE)
    artifact = Generations(database).all("toy")[1].artifact
    file = next((changes._artifacts.open(artifact) / "model").iterdir())
    file.chmod(0o644)
    file.write_bytes(b"{}")
    with pytest.raises(IntegrityError):
        changes.promote("1.0.0/2", CHANGE)
    assert champion(database) == ("1.0.0/4", 4)
    assert Decisions(database).all("toy") == []


def test_there_is_nothing_before_the_first(operation: Callable[..., Any]) -> None:
    """A first generation cannot be rolled back."""
    with (
        opened(operation("gate=open", until=14)) as (changes, database),
        pytest.raises(ConflictError, match=r"no generation of toy served before 1\.0\.0/1"),
    ):
        changes.rollback(CHANGE)
    assert database


def test_a_proposal_is_answered_once(control: tuple[Control, Database]) -> None:
    """By whom and why is on record; where nothing is proposed there is nothing to answer."""
    operated, database = control
    with pytest.raises(ConflictError, match="nothing of toy waits for approval"):
        operated.say("approve", CHANGE)
    stored = live_progress(database, "toy").training
    proposal = Proposal(at=50 * DAY, reason="volume")
    stored.save(replace(stored.load(), proposal=proposal), 50 * DAY)
    decision = operated.say("reject", CHANGE)
    assert decision.detail == {"proposed": "1970-02-20T00:00:00Z", "reason": "volume"}
    assert Decisions(database).said("toy", 50 * DAY) == [decision]
    with pytest.raises(ConflictError, match="ada answered already: reject"):
        operated.say("approve", CHANGE)
    assert operated.say("refresh", CHANGE).action == "refresh"
