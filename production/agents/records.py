"""What came of a training, and how it is recorded: releases, generations and trainings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec.structs import replace

from contracts.version import Version
from production.agents.row_digests import RowDigests
from production.agents.rules.finding import Finding
from production.agents.track_record import track_record
from production.generation.description import Candidate
from production.registry.generations import Trained
from production.registry.lineage import LineageRecord
from production.registry.releases import Release
from production.registry.trainings import Training, Verdict

if TYPE_CHECKING:
    from contracts.contract import Contract
    from production.agents.known_rows import StoredRows
    from production.agents.track_record import TrackRecord
    from production.registry.generations import Generation, Generations
    from production.registry.releases import Releases
    from production.registry.trainings import Trainings

FIRST = "1.0.0"


class SharedShare(msgspec.Struct, frozen=True, kw_only=True):
    """What a training took from fits of another run, or of its own before it was interrupted.

    Attributes:
        fits: How many fits.
        seconds: How long they took where they were made: part of the training's own seconds.
    """

    fits: int = 0
    seconds: float = 0.0


class TrainingResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one training.

    Attributes:
        at: The moment it was asked for, microseconds.
        reason: What asked for it: ``initial``, a trigger's reason, or a release.
        verdict: Whether the model may serve, was refused, held back by an alarm, could not be
            judged, or was never made.
        why: Why, in words; empty for a release, which nothing judges.
        scores: The metrics it was judged by.
        measures: What else it was judged by, see `GateEvidence`.
        findings: What each rule of the gate found, and of the refit.
        serves: Which model serves, if one may: the challenger that the gate judged, or its refit to
            all that was known.
        start: The first event time that model was trained on.
        known_by: The moment by which the outcomes it was trained on had arrived.
        rows: The number of rows it was trained on.
        seconds: What all fits took, those too that another run made.
        unlisted: The number of rows whose label the contract does not list: none trained on them.
        artifact: The digest of the published model, if it may serve, by itself or by a person.
        unserved: The digest of a model that may not, kept to tell what it would have been worth.
        known_rows: Digests of the rows that were known, for the next refresh to compare with.
        candidate: The registered generation, if there is an artifact; none before it is registered.
        shared: What it took from the fits of another run.
        learned: How many rows were learned by this training alone; none where all were.
        lineage: What the next refresh may go on from; none where it does not.
    """

    at: int
    reason: str
    verdict: Verdict
    why: str
    scores: Mapping[str, float]
    measures: Mapping[str, float] = {}
    findings: tuple[Finding, ...] = ()
    serves: Literal["challenger", "refit"] = "challenger"
    start: int
    known_by: int
    rows: int
    seconds: float
    unlisted: int = 0
    artifact: str | None = None
    unserved: str | None = None
    known_rows: RowDigests | None = None
    candidate: Candidate | None = None
    shared: SharedShare = SharedShare()
    learned: int | None = None
    lineage: LineageRecord | None = None


class TrainingRecords:
    """Records the trainings of one product.

    Args:
        contract: The contract that every generation fulfils.
        code: The digest of the code that trains.
        releases: The releases.
        generations: The generations.
        trainings: The trainings.
        known_rows: The digests of the rows known at the last refresh.
        release_each: Whether every training makes a release of its own; without it all generations
            are of the first release.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        code: str,
        releases: Releases,
        generations: Generations,
        trainings: Trainings,
        known_rows: StoredRows,
        release_each: bool,
    ) -> None:
        self._contract, self._code, self._release_each = contract, code, release_each
        self._known_rows = known_rows
        self._releases, self._generations, self._trainings = releases, generations, trainings

    def register(self, result: TrainingResult) -> TrainingResult:
        """Record a result, in the caller's transaction; return it with its generation, if any."""
        release = self._release(result)
        result = replace(result, why=result.why or f"released as {release}")
        candidate = None if result.artifact is None else self._candidate(release, result)
        if result.known_rows is not None:
            self._known_rows.save(result.known_rows)
        self._trainings.record(
            Training(
                product=self._contract.product,
                release=release,
                requested_at=result.at,
                reason=result.reason,
                known_by=result.known_by,
                rows=result.rows,
                seconds=result.seconds,
                verdict=result.verdict,
                detail={
                    "why": result.why,
                    "scores": dict(result.scores),
                    "measures": dict(result.measures),
                    "serves": result.serves,
                    "unserved": result.unserved,
                    "unlisted": result.unlisted,
                    "findings": msgspec.to_builtins(result.findings),
                    **_shared(result.shared),
                    **_learned(result),
                },
                generation=candidate.generation if candidate else None,
            )
        )
        return replace(result, candidate=candidate, known_rows=None)

    def track(self) -> TrackRecord:
        """Return what earlier refreshes came to."""
        return track_record(self._trainings.all(self._contract.product))

    def known_rows(self) -> RowDigests | None:
        """Return the digests of the rows known at the last refresh whose history held."""
        return self._known_rows.load()

    def _release(self, result: TrainingResult) -> str:
        """Return the version of the release that a training belongs to: a new one, or the newest.

        A training that fails makes no release, unless it is the first one, which needs a name.
        """
        releases = self._releases.all(self._contract.product)
        if releases and (result.artifact is None or not self._release_each):
            return releases[-1].version
        version = FIRST
        if releases:
            last = Version.parse(releases[-1].version)
            version = str(replace(last, patch=last.patch + 1))
        release = Release(
            product=self._contract.product,
            version=version,
            code_digest=self._code,
            contract_version=self._contract.version,
            created_at=result.at,
        )
        return self._releases.add(release).version

    def _candidate(self, release: str, result: TrainingResult) -> Candidate:
        """Register a trained state under its release's next number."""
        assert result.artifact is not None
        generation = self._generations.add(
            Trained(
                product=self._contract.product,
                release=release,
                artifact=result.artifact,
                contract_version=self._contract.version,
                created_at=result.at,
                start=result.start,
                end=result.at,
                known_by=result.known_by,
                rows=result.rows,
                seed=self._contract.learning.seed,
                params=_params(result) or self._contract.learning.params,
                reason=result.reason,
                scores=result.scores,
                lineage=msgspec.to_builtins(result.lineage),
            )
        )
        return candidate_of(generation)


def candidate_of(generation: Generation) -> Candidate:
    """Return a registered generation as a candidate for service."""
    return Candidate(
        release=generation.release,
        generation=generation.number,
        artifact=generation.artifact,
        contract=generation.contract_version,
    )


def _params(result: TrainingResult) -> Mapping[str, Any] | None:
    """Return the parameters that a search chose, none for the contract's."""
    return result.lineage.params if result.lineage else None


def _shared(shared: SharedShare) -> dict[str, Any]:
    """Return what a record says of shared fits: nothing where there are none."""
    return {"shared": msgspec.to_builtins(shared)} if shared.fits else {}


def _learned(result: TrainingResult) -> dict[str, Any]:
    """Return what a record says of the line that a model continues: nothing where there is none."""
    if result.lineage is None:
        return {}
    return {"learned": result.learned, "lineage": msgspec.to_builtins(result.lineage)}
