"""What a person may change about what serves: each change is a compare-and-swap, on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from contracts.errors import ConflictError, UnknownNameError, did_you_mean
from production.agents.records import candidate_of
from production.registry.decisions import Decisions, RecordedDecision
from production.selectors.port import CHAMPION
from production.service.predecessor import previous_champion
from production.service.proposal import proposal_detail
from production.service.proposed import check_selector, check_without
from production.serving.manifest import Manifest, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from production.artifacts.store import Artifacts
    from production.database.database import Database
    from production.generation.description import Candidate
    from production.generation.loader import Loader
    from production.registry.decisions import Action
    from production.registry.generations import Generations
    from production.registry.manifests import Inventoried, Manifests
    from production.service.change_request import ChangeRequest
    from production.serving.arrivals import Arrival
    from production.serving.publisher import Publisher


class Control:
    """Changes what serves one product, when a person says so.

    Args:
        product: The product.
        database: The database of all records below.
        manifests: The inventory of manifests.
        generations: The generations.
        decisions: Where each change is recorded.
        publisher: Publishes manifests.
        loader: Verifies a generation before anything points to it.
        artifacts: Where a quarantined generation is moved aside.
    """

    def __init__(
        self,
        *,
        product: str,
        database: Database,
        manifests: Manifests,
        generations: Generations,
        decisions: Decisions,
        publisher: Publisher,
        loader: Loader,
        artifacts: Artifacts,
    ) -> None:
        self._product, self._database, self._manifests = product, database, manifests
        self._generations, self._decisions, self._publisher = generations, decisions, publisher
        self._loader, self._artifacts = loader, artifacts

    def promote(self, name: str, change: ChangeRequest, *, arm: str = CHAMPION) -> RecordedDecision:
        """Make a generation the champion, or point another arm to it.

        Args:
            name: The generation, such as ``1.0.0/3``.
            change: Who asks, and why.
            arm: The arm that gets it; a new one begins.

        Raises:
            ConflictError: The arm points to it already, or the manifest is at another revision.
            ContractError: The arm's name is none.
            IntegrityError: It is broken, or was moved aside.
            StateError: Nothing is in service.
            UnknownNameError: There is no such generation.
        """
        return self._replace("promote", self._candidate(name), change, arm=arm)

    def select(
        self, change: ChangeRequest, selector: Mapping[str, Any] | None = None
    ) -> RecordedDecision:
        """Let a selector share the traffic.

        Args:
            change: Who asks, and why.
            selector: The selector as a configuration has it; the configured one if there is none.

        Raises:
            ConfigError: It is no selector, or fails on the arms there are.
            ConflictError: It does already, or the manifest is at another revision.
            StateError: Nothing is in service.
            UnknownNameError: There is no arm that it names.
        """
        chosen = self._publisher.configured if selector is None else selector
        check_selector(chosen, self._manifest(change).choice())
        return self._publish("select", change, lambda: self._publisher.select(change.at, chosen))

    def retire(self, arm: str, change: ChangeRequest) -> RecordedDecision:
        """Take an arm out of service.

        Raises:
            ConflictError: It is the champion, the selector draws it, or the manifest changed.
            StateError: Nothing is in service.
            UnknownNameError: There is no such arm.
        """
        check_without(arm, self._manifest(change))
        return self._publish("retire", change, lambda: self._publisher.retire(arm, change.at))

    def withdraw(self, arrival: Arrival, change: ChangeRequest, *, broken: bool) -> None:
        """Take a generation that is new in an arm out of it: the one before serves again.

        An arm that began with it is retired.

        Args:
            arrival: The generation, its arm, and the one before.
            change: Who asks, and why.
            broken: Whether the generation itself is to blame: then it is quarantined.

        Raises:
            ConflictError: The arm, or the manifest, is another one by now.
            IntegrityError: The generation before is broken.
        """
        if self._manifest(change).arms.get(arrival.arm) != arrival.candidate:
            raise ConflictError(f"{arrival.arm} is not {arrival.candidate.name} any more")
        if arrival.is_new_arm:
            self._publish("retire", change, lambda: self._publisher.retire(arrival.arm, change.at))
        else:
            self._replace("rollback", arrival.reference, change, arm=arrival.arm)
        if broken:
            self.quarantine(arrival.candidate.name, replace(change, revision=None))

    def rollback(self, change: ChangeRequest, name: str | None = None) -> RecordedDecision:
        """Return to the generation that served before, or to a named one.

        Raises:
            ConflictError: It serves already, nothing served before, or the manifest is at another
                revision.
            IntegrityError: It is broken, or was moved aside.
            StateError: Nothing is in service.
            UnknownNameError: There is no such generation.
        """
        candidate = self._candidate(name) if name else self._previous()
        return self._replace("rollback", candidate, change)

    def pin(self, change: ChangeRequest, name: str | None = None) -> RecordedDecision:
        """Keep the champion, or make a named generation the champion and keep that.

        Refreshes go on; none of their generations takes its place until it is unpinned.

        Raises:
            ConflictError: The manifest is at another revision.
            IntegrityError: The named generation is broken, or was moved aside.
            StateError: Nothing is in service.
            UnknownNameError: There is no such generation.
        """
        champion = self._champion(change)
        candidate = self._candidate(name) if name else champion
        if candidate == champion:
            return self._record("pin", change, {"champion": champion.name})
        return self._replace("pin", candidate, change)

    def unpin(self, change: ChangeRequest) -> RecordedDecision:
        """Let refreshes take the champion's place again.

        Raises:
            ConflictError: The champion is not pinned, or the manifest is at another revision.
            StateError: Nothing is in service.
        """
        champion = self._champion(change)
        if not self._decisions.pinned(self._product):
            raise ConflictError(f"{self._product}'s champion is not pinned")
        return self._record("unpin", change, {"champion": champion.name})

    def quarantine(self, name: str, change: ChangeRequest) -> RecordedDecision:
        """Move a generation aside for good; if it serves, the one before it serves again.

        Arms other than the champion that point to it are retired.

        Raises:
            ConflictError: The manifest is at another revision, or it serves and nothing served
                before.
            IntegrityError: It is moved aside already, or the one before it is broken.
            StateError: Nothing is in service.
            UnknownNameError: There is no such generation.
        """
        candidate = self._candidate(name)
        # Before the transaction: loading may take seconds, and nobody else could write meanwhile.
        successor = self._previous() if candidate == self._champion(change) else None
        with self._database.transaction():
            manifest, change = self._manifest(change), replace(change, revision=None)
            for arm, each in manifest.arms.items():
                if each == candidate and arm != CHAMPION:
                    self._publisher.retire(arm, change.at)
            if candidate == manifest.champion:
                decision = self._replace("quarantine", successor or self._previous(), change)
            else:
                decision = self._record("quarantine", change, {"generation": candidate.name})
        # Last: where that fails, the generation serves nobody and can be quarantined again.
        self._artifacts.quarantine(candidate.artifact, f"{change.who}: {change.why}")
        return decision

    def say(self, action: Action, change: ChangeRequest) -> RecordedDecision:
        """Record that a person asks for a refresh, or answers what a trigger proposed.

        Args:
            action: ``refresh``, ``approve`` or ``reject``.
            change: Who, and why.

        Raises:
            ConflictError: Nothing is proposed, or it was answered, or the manifest changed.
            StateError: Nothing is in service.
        """
        with self._database.transaction():
            self._manifest(change)
            detail: dict[str, str] = {}
            if action != "refresh":
                detail = proposal_detail(self._database, self._decisions, self._product)
            return self._record(action, change, detail)

    def _replace(
        self, action: Action, candidate: Candidate, change: ChangeRequest, *, arm: str = CHAMPION
    ) -> RecordedDecision:
        """Verify a candidate, point an arm to it, and record the change."""
        self._loader.load(candidate)
        with self._database.transaction():
            before = self._manifest(change).arms.get(arm)
            if candidate == before:
                raise ConflictError(f"{self._product} {candidate.name} is the {arm} already")
            manifest = self._publisher.publish(self._loader.named(candidate), change.at, arm=arm)
            detail = {
                arm: candidate.name,
                **({"before": before.name} if before else {}),
                "manifest": manifest.revision,
            }
            return self._record(action, change, detail)

    def _publish(
        self, action: Action, change: ChangeRequest, publish: Callable[[], Inventoried]
    ) -> RecordedDecision:
        """Publish a manifest of other arms or with another selector, and record the change."""
        with self._database.transaction():
            self._manifest(change)
            published = publish()
            manifest = read(published.document)
            detail = {
                "selector": manifest.selector,
                "arms": " ".join(manifest.arms),
                "manifest": published.revision,
            }
            return self._record(action, change, detail)

    def _record(
        self, action: Action, change: ChangeRequest, detail: Mapping[str, object]
    ) -> RecordedDecision:
        decision = RecordedDecision(
            product=self._product,
            at=change.at,
            who=change.who,
            action=action,
            why=change.why,
            detail=detail,
        )
        self._decisions.record(decision)
        return decision

    def _champion(self, change: ChangeRequest) -> Candidate:
        """Return the champion, of the revision that the person saw."""
        return self._manifest(change).champion

    def _manifest(self, change: ChangeRequest) -> Manifest:
        """Return the newest manifest, of the revision that the person saw.

        Raises:
            ConflictError: The manifest is at another revision.
            StateError: Nothing is in service.
        """
        newest = self._manifests.require(self._product)
        if change.revision is not None and newest.revision != change.revision:
            raise ConflictError(
                f"{self._product}'s manifest is at revision {newest.revision}, expected "
                f"{change.revision}: someone else changed it first",
                hint="look at task=status, then decide again",
            )
        return read(newest.document)

    def _previous(self) -> Candidate:
        return previous_champion(self._product, self._manifests, self._loader)

    def _candidate(self, name: str) -> Candidate:
        """Return a generation by its name.

        Raises:
            UnknownNameError: There is none of that name.
        """
        generation = self._generations.named(self._product, name)
        if generation is None:
            names = [candidate_of(each).name for each in self._generations.all(self._product)]
            raise UnknownNameError(
                f"{self._product} has no generation {name!r}{did_you_mean(name, names)}",
                hint=f"one of {', '.join(names[-10:])}",
            )
        return candidate_of(generation)
