"""The integration agent: at a release it trains once and bundles; every model is a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.agents.result import TrainingResult

if TYPE_CHECKING:
    from production.agents.records import Records
    from production.agents.workshop import Workshop


class IntegrationAgent:
    """Makes a release with exactly one trained state, when a person releases.

    Args:
        workshop: Where rows and models come from.
        records: Where releases, attempts and generations are written down.
    """

    def __init__(self, *, workshop: Workshop, records: Records) -> None:
        self._workshop, self._records = workshop, records

    def refresh(self, moment: int, reason: str) -> TrainingResult:
        """Train on all that is known at the moment and register it as the next release.

        Raises:
            DataError: What the bundle says breaks the contract's output schema.
            IntegrityError: The bundle does not read back as the model it was.
        """
        fitted = self._workshop.fit(self._workshop.known(moment))
        self._workshop.check(fitted.model)
        artifact = self._workshop.keep(fitted.model)
        release = self._records.release(moment)
        candidate = self._records.generation(
            release=release,
            artifact=artifact,
            fitted=fitted,
            start=self._workshop.start(moment),
            known_by=moment,
            moment=moment,
            reason=reason,
            scores={},
        )
        attempt = TrainingResult(
            at=moment,
            reason=reason,
            promoted=True,
            candidate=candidate,
            why=f"released as {release}",
            rows=fitted.rows,
            seconds=fitted.seconds,
            scores={},
        )
        return self._records.attempt(release, attempt, candidate)
