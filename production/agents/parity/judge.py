"""All rules of parity, asked in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.agents.parity.agreement import AgreesWithReference
from production.agents.parity.inputs import InputsAsTrained
from production.agents.parity.model import UsualModelStep
from production.agents.parity.served import ServedByArtifact

if TYPE_CHECKING:
    from production.agents.parity.evidence import ParityEvidence
    from production.agents.parity.finding import ParityFinding


class ParityJudge:
    """Says what moved: the implementation, the data, the model; several can.

    Args:
        alpha: The probability of a false alarm over all looks at a generation, a rule each.
        level: The least stability index that matters.
        times: How many times the usual step a refresh may move predictions.
        least: With fewer rows nobody can tell of inputs and steps.
    """

    def __init__(self, *, alpha: float, level: float, times: float, least: int) -> None:
        self._served, self._agreement = ServedByArtifact(), AgreesWithReference(alpha)
        self._inputs = InputsAsTrained(level=level, alpha=alpha, least=least)
        self._model = UsualModelStep(times=times, least=least)

    def findings(self, evidence: ParityEvidence) -> tuple[ParityFinding, ...]:
        """Return what each rule finds."""
        inputs = self._inputs.find(evidence)
        return (
            self._served.find(evidence),
            self._agreement.find(evidence),
            inputs,
            self._model.find(evidence, data_moved=inputs.rings),
        )
