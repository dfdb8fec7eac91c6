"""What every registry must do; the test file of a database only builds one."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from contracts.errors import ConflictError, ContractError, StateError
from production.registry.aliases import Aliases
from production.registry.checkpoints import Checkpoint, Checkpoints
from production.registry.decisions import Decisions, RecordedDecision
from production.registry.evaluations import Evaluations, WindowMetric
from production.registry.generations import Generations, Trained
from production.registry.manifests import Manifests
from production.registry.releases import Release, Releases
from production.registry.tokens import Tokens, new_token
from production.registry.trainings import Training, Trainings

if TYPE_CHECKING:
    from production.database.database import Database

RELEASE = Release(
    product="p", version="1.0.0", code_digest="abc", contract_version="1.0.0", created_at=1
)
TRAINED = Trained(
    product="p",
    release="1.0.0",
    artifact="f" * 64,
    contract_version="1.0.0",
    created_at=5,
    start=0,
    end=5,
    known_by=4,
    rows=100,
    seed=7,
    params={"depth": 3, "rate": 0.1},
    reason="initial",
    scores={"log_loss": 0.5},
)
METRIC = WindowMetric(
    product="p",
    start=0,
    end=10,
    source="served",
    metric="log_loss",
    value=0.5,
    rows=3,
    computed_at=10,
)


class RegistrySuite:
    """Inherit it and give the fixture `database`: an empty one."""

    def test_decisions_read_back_in_order(self, database: Database) -> None:
        """Who, when and why, as they were recorded; the last pin or unpin counts."""
        decisions = Decisions(database)
        pin = RecordedDecision(
            product="p", at=5, who="ada", action="pin", why="holidays", detail={"a": 1}
        )
        decisions.record(pin)
        decisions.record(replace(pin, product="q", action="unpin"))
        assert decisions.pinned("p")
        decisions.record(replace(pin, at=4, action="promote"))
        assert decisions.pinned("p")
        decisions.record(replace(pin, at=3, action="unpin"))
        assert not decisions.pinned("p")
        assert [each.action for each in decisions.all("p")] == ["pin", "promote", "unpin"]
        assert decisions.all("p")[0] == decisions.last("p", 3)[2] == pin

    def test_release_reads_back(self, database: Database) -> None:
        """A release is returned as it was added."""
        Releases(database).add(RELEASE)
        assert Releases(database).all("p") == [RELEASE]

    def test_release_again(self, database: Database) -> None:
        """Adding a release again changes nothing and returns the registered one."""
        releases = Releases(database)
        releases.add(RELEASE)
        assert releases.add(replace(RELEASE, created_at=99)) == RELEASE
        assert releases.all("p") == [RELEASE]

    def test_release_never_changes(self, database: Database) -> None:
        """Other code under a registered version is refused, naming both."""
        releases = Releases(database)
        releases.add(RELEASE)
        with pytest.raises(
            ConflictError, match=r"p 1\.0\.0 is registered with code_digest abc, not xyz"
        ):
            releases.add(replace(RELEASE, code_digest="xyz"))

    @pytest.mark.parametrize("text", ["", "../1.0.0", "1.0.0\n", "a\x00"])
    def test_release_has_names(self, database: Database, text: str) -> None:
        """A release whose product or version is no name is refused."""
        for field in ("product", "version"):
            with pytest.raises(ContractError, match="expected a name"):
                Releases(database).add(replace(RELEASE, **{field: text}))

    @pytest.mark.parametrize("text", ["", "../champion", "champion\n", "\u202echampion"])
    def test_alias_is_a_name(self, database: Database, text: str) -> None:
        """An alias that is no name is refused."""
        self._two_generations(database)
        with pytest.raises(ContractError, match="the alias of p: expected a name"):
            Aliases(database).point("p", text, release="1.0.0", generation=1, revision=0)

    def test_releases_in_order(self, database: Database) -> None:
        """Releases are returned in the order of registration, not by the text of their version."""
        for version in ("1.0.9", "1.0.10"):
            Releases(database).add(replace(RELEASE, version=version))
        assert [release.version for release in Releases(database).all("p")] == ["1.0.9", "1.0.10"]

    def test_generations_count_from_one(self, database: Database) -> None:
        """Numbers are counted from 1 within each release."""
        for version in ("1.0.0", "1.0.1"):
            Releases(database).add(replace(RELEASE, version=version))
        generations = Generations(database)
        numbers = [
            generations.add(replace(TRAINED, release=version)).number
            for version in ("1.0.0", "1.0.1", "1.0.0")
        ]
        assert numbers == [1, 1, 2]
        assert [each.number for each in generations.all("p", "1.0.0")] == [1, 2]
        assert [*reversed(generations.last("p", 2))] == generations.all("p")[1:]
        assert (generations.count("p"), generations.count("q")) == (3, 0)

    def test_generation_reads_back(self, database: Database) -> None:
        """A generation is returned with its parameters and scores."""
        Releases(database).add(RELEASE)
        added = Generations(database).add(TRAINED)
        (generation,) = Generations(database).all("p")
        assert generation == added
        assert generation.params == {"depth": 3, "rate": 0.1}

    def test_generation_is_found(self, database: Database) -> None:
        """By its release and number, alone and without reading the others."""
        Releases(database).add(RELEASE)
        generations = Generations(database)
        added = [generations.add(replace(TRAINED, rows=rows)) for rows in (1, 2)]
        assert generations.find("p", "1.0.0", 2) == added[1]
        with pytest.raises(StateError, match="unknown generation p"):
            generations.find("p", "1.0.0", 3)

    @pytest.mark.parametrize("other", ["", "/", "1.0.0/", "/1", "1.0.0/01", "1.0.%/1", "1.0.0/9"])
    def test_generation_has_one_name(self, database: Database, other: str) -> None:
        """No other text is its name, nor makes the database fail."""
        self._two_generations(database)
        generations = Generations(database)
        assert [generations.named("p", f"1.0.0/{n}") for n in (1, 2)] == generations.all("p")
        assert not any(generations.named("p", other + end) for end in ("", "\0", "\udcff"))

    def test_release_is_found(self, database: Database) -> None:
        """None where the version is not registered."""
        Releases(database).add(RELEASE)
        assert Releases(database).find("p", "1.0.0") == RELEASE
        assert Releases(database).find("p", "1.0.1") is None

    def test_generation_needs_release(self, database: Database) -> None:
        """A generation of a release that was never registered is refused."""
        with pytest.raises(StateError, match=r"unknown release p 1\.0\.0"):
            Generations(database).add(TRAINED)

    def test_generations_at_once(self, database: Database) -> None:
        """Concurrent writers get numbers without gap or repetition."""
        Releases(database).add(RELEASE)
        with ThreadPoolExecutor(4) as pool:
            numbers = list(pool.map(lambda _: Generations(database).add(TRAINED).number, range(12)))
        assert sorted(numbers) == list(range(1, 13))

    def test_alias_moves(self, database: Database) -> None:
        """A name moves when the caller read its latest revision."""
        self._two_generations(database)
        aliases = Aliases(database)
        aliases.point("p", "champion", release="1.0.0", generation=1, revision=0)
        moved = aliases.point("p", "champion", release="1.0.0", generation=2, revision=1)
        assert aliases.current("p", "champion") == moved
        assert (moved.generation, moved.revision) == (2, 2)

    def test_alias_conflict(self, database: Database) -> None:
        """A name that someone else moved stays, and the error says where it points."""
        self._two_generations(database)
        aliases = Aliases(database)
        aliases.point("p", "champion", release="1.0.0", generation=1, revision=0)
        with pytest.raises(ConflictError, match=r"champion points to 1\.0\.0/1 and is at rev"):
            aliases.point("p", "champion", release="1.0.0", generation=2, revision=0)
        current = aliases.current("p", "champion")
        assert current is not None
        assert current.generation == 1

    def test_alias_of_unknown_generation(self, database: Database) -> None:
        """A name cannot point to a generation that is not registered."""
        self._two_generations(database)
        with pytest.raises(StateError, match=r"unknown generation p 1\.0\.0/9"):
            Aliases(database).point("p", "champion", release="1.0.0", generation=9, revision=0)

    def test_alias_unset(self, database: Database) -> None:
        """A name that was never set points nowhere, whatever other names there are."""
        self._two_generations(database)
        Aliases(database).point("p", "champion", release="1.0.0", generation=1, revision=0)
        assert Aliases(database).current("p", "candidate") is None

    def test_manifest_revisions(self, database: Database) -> None:
        """Every revision of a manifest is kept; the highest is the current one."""
        manifests = Manifests(database)
        for revision in range(3):
            manifests.publish("p", {"salt": revision}, revision=revision, moment=revision)
        current = manifests.current("p")
        assert [current] == manifests.last("p", 1)
        assert (manifests.first("p").revision, manifests.first("q")) == (1, None)
        documents = [(each.revision, each.document["salt"]) for each in manifests.all("p")]
        assert documents == [(1, 0), (2, 1), (3, 2)]

    def test_what_is_required_is_in_service(self, database: Database) -> None:
        """Before the first manifest the error says how a product comes into service."""
        manifests = Manifests(database)
        with pytest.raises(StateError, match=r"p is not in service.*task=deploy product=p"):
            manifests.require("p")
        assert manifests.publish("p", {}, revision=0, moment=1) == manifests.require("p")

    def test_manifest_conflict(self, database: Database) -> None:
        """Of two deployments that read the same revision, the second is refused."""
        manifests = Manifests(database)
        manifests.publish("p", {}, revision=0, moment=0)
        with pytest.raises(ConflictError, match="p's manifest is at revision 1, expected"):
            manifests.publish("p", {}, revision=0, moment=1)

    def test_manifest_race(self, database: Database) -> None:
        """Of concurrent deployments exactly one succeeds."""

        def publish(_: int) -> bool:
            try:
                Manifests(database).publish("p", {}, revision=0, moment=0)
            except ConflictError:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(publish, range(8))) == 1

    def test_trainings(self, database: Database) -> None:
        """Every attempt is recorded, also one that was refused."""
        refused = Training(
            product="p",
            release="1.0.0",
            requested_at=3,
            reason="schedule",
            known_by=3,
            rows=10,
            seconds=0.5,
            verdict="refused",
            detail={"why": "no skill"},
        )
        promoted = replace(refused, verdict="promoted", generation=1)
        _ = [Trainings(database).record(attempt) for attempt in (refused, promoted)]
        assert Trainings(database).all("p") == [refused, promoted]
        assert Trainings(database).last("p", 1) == [promoted]

    def test_evaluations_after(self, database: Database) -> None:
        """What was recorded after a row is returned in order, and the earlier values are kept."""
        evaluations = Evaluations(database)
        later = replace(METRIC, value=0.4, rows=4, computed_at=20)
        other = replace(METRIC, start=10, end=20, value=None, rows=0)
        evaluations.record([METRIC, other])
        first, row = evaluations.after("p", 0)
        assert first == [METRIC, other]
        evaluations.record([later])
        assert evaluations.after("p", row)[0] == [later]
        assert evaluations.after("q", 0) == ([], 0)
        assert evaluations.all("p") == [METRIC, other, later]

    def test_checkpoint(self, database: Database) -> None:
        """A process loads the checkpoint it saved last, none before its first."""
        checkpoints = Checkpoints(database)
        assert checkpoints.load("p", "loop") is None
        for moment in (1, 2):
            checkpoints.save(
                Checkpoint(product="p", name="loop", moment=moment, document={"at": moment})
            )
        last = checkpoints.load("p", "loop")
        assert last is not None
        assert (last.moment, last.document) == (2, {"at": 2})

    def test_products_are_separate(self, database: Database) -> None:
        """One product's records are not another's."""
        Releases(database).add(RELEASE)
        Manifests(database).publish("p", {}, revision=0, moment=0)
        assert Releases(database).all("q") == []
        assert Manifests(database).current("q") is None

    def test_all_or_nothing(self, database: Database) -> None:
        """Writes of several classes in one transaction become visible together or not at all."""
        with contextlib.suppress(KeyError), database.transaction():
            Releases(database).add(RELEASE)
            Generations(database).add(TRAINED)
            raise KeyError
        assert Releases(database).all("p") == []
        assert Generations(database).all("p") == []

    def _two_generations(self, database: Database) -> None:
        Releases(database).add(RELEASE)
        for _ in range(2):
            Generations(database).add(TRAINED)

    def test_tokens_are_stored_by_digest(self, database: Database) -> None:
        """What is stored opens nothing; a name is given once, and its token revoked by it."""
        tokens = Tokens(database)
        secret, token = new_token("flights", "web", ("predict",), moment=5)
        tokens.add(token)
        assert tokens.all("flights") == [token]
        assert tokens.all("other") == []
        assert secret not in repr(tokens.all("flights"))
        with pytest.raises(ConflictError, match="a token named web already"):
            tokens.add(token)
        with pytest.raises(StateError, match=r"no token named wep \(did you mean 'web'\?\)"):
            tokens.revoke("flights", "wep")
        tokens.revoke("flights", "web")
        assert tokens.all("flights") == []
