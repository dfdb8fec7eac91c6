"""What agents write down of one product: releases, generations, and every attempt at one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.version import Version
from production.generation.description import Candidate
from production.registry.generations import Trained
from production.registry.releases import Release
from production.registry.trainings import Training

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.contract import Contract
    from production.agents.result import TrainingResult
    from production.agents.workshop import Fitted
    from production.registry.generations import Generations
    from production.registry.releases import Releases
    from production.registry.trainings import Trainings, Verdict

FIRST = "1.0.0"


class Records:
    """The registry, as the agents of one product write to it.

    Args:
        contract: The contract every generation fulfils.
        code: The digest of the code that learns.
        releases: Where releases are kept.
        generations: Where generations are kept.
        trainings: Where attempts are kept.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        code: str,
        releases: Releases,
        generations: Generations,
        trainings: Trainings,
    ) -> None:
        self._contract, self._code = contract, code
        self._releases, self._generations, self._trainings = releases, generations, trainings

    def release(self, moment: int) -> str:
        """Register the next release, 1.0.0 first and a patch more each time; return its version."""
        held = self._releases.all(self._contract.product)
        version = FIRST
        if held:
            last = Version.parse(held[-1].version)
            version = str(replace(last, patch=last.patch + 1))
        made = self._releases.add(
            Release(
                product=self._contract.product,
                version=version,
                code_digest=self._code,
                contract_version=self._contract.version,
                created_at=moment,
            )
        )
        return made.version

    def generation(
        self,
        *,
        release: str,
        artifact: str,
        fitted: Fitted,
        start: int,
        known_by: int,
        moment: int,
        reason: str,
        scores: Mapping[str, float],
    ) -> Candidate:
        """Register a trained state under its release's next number."""
        made = self._generations.add(
            Trained(
                product=self._contract.product,
                release=release,
                artifact=artifact,
                contract_version=self._contract.version,
                created_at=moment,
                start=start,
                end=moment,
                known_by=known_by,
                rows=fitted.rows,
                seed=self._contract.learning.seed,
                params=self._contract.learning.params,
                reason=reason,
                scores=scores,
            )
        )
        return Candidate(
            release=release,
            generation=made.number,
            artifact=artifact,
            contract=made.contract_version,
        )

    def attempt(
        self, release: str, attempt: TrainingResult, candidate: Candidate | None
    ) -> TrainingResult:
        """Write an attempt down and return it with what may serve."""
        self._trainings.record(
            Training(
                product=self._contract.product,
                release=release,
                requested_at=attempt.at,
                reason=attempt.reason,
                known_by=attempt.at,
                rows=attempt.rows,
                seconds=attempt.seconds,
                verdict=_verdict(attempt),
                detail={"why": attempt.why, "scores": dict(attempt.scores)},
                generation=candidate.generation if candidate else None,
            )
        )
        return replace(attempt, candidate=candidate)


def _verdict(attempt: TrainingResult) -> Verdict:
    if attempt.failed:
        return "failed"
    return "promoted" if attempt.promoted else "refused"
