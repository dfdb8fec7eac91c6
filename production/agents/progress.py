"""How far each agent has come: a document of its own, committed with the records of its step.

Each agent writes its own document and reads the others': none depends on what another has in
memory, so agents may run in one process or in several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from contracts.errors import StateError
from production.feedback.batch import Receipt
from production.generation.description import Candidate
from production.metrics import Proposal
from production.registry.checkpoints import Checkpoint
from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.registry.checkpoints import Checkpoints


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one agent needs to go on; times in microseconds."""

    format: int = 1


class OutcomeProgress(Document, frozen=True, kw_only=True):
    """How far outcomes were taken.

    Attributes:
        until: Outcomes that arrived before this moment were taken.
        taken: How many were taken in all.
        received: What became of them, counted.
    """

    until: int
    taken: int = 0
    received: Receipt = Receipt()


class EvaluationProgress(Document, frozen=True, kw_only=True):
    """How far served predictions were scored.

    By the outcomes that arrived before ``until``, of the events logged up to ``row``.
    """

    until: int
    row: int | None = None


class TrainingRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A training that was asked for.

    Attributes:
        at: The moment it was asked for: it sees what was known then.
        reason: What asked for it: ``initial``, or what the trigger says.
        ready: From when on its generation may serve.
        attempts: How often it was begun and did not end.
        again: When it is begun anew, by the clock of the machine; 0 before it did not end.
    """

    at: int
    reason: str
    ready: int
    attempts: int = 0
    again: int = 0


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A generation that may serve.

    Attributes:
        asked: The moment its training was asked for.
        ready: From when on it may serve.
        candidate: The generation.
    """

    asked: int
    ready: int
    candidate: Candidate


class TrainingProgress(Document, frozen=True, kw_only=True):
    """What was asked of the trigger, and what became of its answers.

    Attributes:
        decided: The last moment at which the trigger was asked; none before the first.
        request: The training that was asked for and is not recorded yet.
        asked: When a training was last asked for; none before the first.
        served: Requests served in all by then.
        taken: Outcomes taken in all by then.
        pending: Generations that the promotion agent has not handled yet, oldest first.
        verdict: The verdict on the last one that was trained, empty before the first.
        why: Why it may or may not serve.
        failures: How many failed since the last one that did not.
        rests: Before this moment no training is asked for, since one failed.
        proposal: What a person is asked to confirm, or rejected since a training was asked for.
    """

    decided: int | None = None
    request: TrainingRequest | None = None
    asked: int | None = None
    served: int = 0
    taken: int = 0
    pending: tuple[Pending, ...] = ()
    verdict: str = ""
    why: str = ""
    failures: int = 0
    rests: int = 0
    proposal: Proposal | None = None


#: The agents of a product in service, in the order in which they act for one moment.
STAGES = ("outcomes", "evaluation", "training", "integration", "promotion")
#: All agents: nobody waits for the last one, and it waits for nobody.
AGENTS = (*STAGES, "parity")


class StageProgress(Document, frozen=True, kw_only=True):
    """How far an agent of a product in service has come, and when it is to act again.

    Attributes:
        at: The last moment it acted for; none before the first.
        wake: When it asks to act next.
        error: Why it could not act when it last tried; empty if it could.
    """

    at: int | None = None
    wake: Wake = Wake()
    error: str = ""


class PromotionProgress(Document, frozen=True, kw_only=True):
    """What was put into service.

    Attributes:
        handled: When the last generation that was promoted, or could not be, was asked for.
        promoted: When the generation in service was promoted; none before the first.
        waited: The last moment at which generations that may serve had to wait; none before one.
        broken: Generations that passed the gate and could not serve.
        why: Why the last of these could not.
    """

    handled: int | None = None
    promoted: int | None = None
    waited: int | None = None
    broken: int = 0
    why: str = ""


class ServingProgress(Document, frozen=True, kw_only=True):
    """How far requests were served.

    Attributes:
        until: Requests made before this moment were served.
        served: How many were answered in all.
        fallbacks: How often the champion stood in for a selector that failed.
        invalid: How many requests each check of the contract's input schema refused, and on how
            many a model failed.
    """

    until: int
    served: int = 0
    fallbacks: int = 0
    invalid: dict[str, int] = {}


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many there were before a moment, of which none is logged any more."""

    until: int
    total: int


class CountedRows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many requests are logged up to a row of the log, whenever they came."""

    row: int = 0
    total: int = 0


class IntakeProgress(Document, frozen=True, kw_only=True):
    """What was counted for good of requests and outcomes in service.

    A request counts once it is logged. Outcomes are committed some time after they arrived: those
    that arrived of late are counted anew each time; those that are fetched are not counted here.
    """

    requests: CountedRows = CountedRows()
    outcomes: Counted | None = None


class RetentionProgress(Document, frozen=True, kw_only=True):
    """What was deleted of the log.

    Attributes:
        until: Events before this moment are deleted, or about to be; none before the first.
        at: When a process last began to delete.
        events: How many events were deleted, with shadows; so outcomes and values of features.
        served: How many of the events were served, by the manifest's revision and the generation's
            name, such as ``4 1.0.0/3``.
        uncounted: How many of these were deleted before `IntakeProgress` counted them.
    """

    until: int | None = None
    at: int | None = None
    events: int = 0
    outcomes: int = 0
    values: int = 0
    served: dict[str, int] = {}
    uncounted: int = 0

    @property
    def by_generation(self) -> dict[tuple[int, str], int]:
        """How many events were served and deleted, by manifest and generation."""
        pairs = ((key.partition(" "), count) for key, count in self.served.items())
        return {(int(revision), name): count for (revision, _, name), count in pairs}


Kind = TypeVar("Kind", bound=Document)


class Stored(Generic[Kind]):
    """One agent's document in the database.

    Args:
        checkpoints: Where it is stored.
        product: The product.
        name: The agent's name.
        first: The document before the agent's first step.
    """

    def __init__(self, checkpoints: Checkpoints, product: str, name: str, first: Kind) -> None:
        self._checkpoints, self._product, self._name = checkpoints, product, name
        self._first = first

    def load(self) -> Kind:
        """Return the document that was saved last.

        Raises:
            StateError: It is malformed, or other code wrote it.
        """
        return self.read(self._checkpoints.load(self._product, self._name))

    def read(self, checkpoint: Checkpoint | None) -> Kind:
        """Return the document of a checkpoint; of none, the one before the agent's first step.

        Raises:
            StateError: It is malformed, or other code wrote it.
        """
        if checkpoint is None:
            return self._first
        try:
            return msgspec.convert(checkpoint.document, type(self._first))
        except msgspec.ValidationError as error:
            raise StateError(
                f"{self._product}'s progress of {self._name!r} cannot be read: {error}",
                hint="install the version of liaison-lifecycle that wrote it, or start anew in "
                "another paths.output",
            ) from error

    def save(self, document: Kind, moment: int) -> None:
        """Save the document, in the transaction of what was done at a moment."""
        self._checkpoints.save(
            Checkpoint(
                product=self._product,
                name=self._name,
                moment=moment,
                document=msgspec.to_builtins(document),
            )
        )


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """The progress of all agents of one product."""

    outcomes: Stored[OutcomeProgress]
    evaluation: Stored[EvaluationProgress]
    training: Stored[TrainingProgress]
    promotion: Stored[PromotionProgress]
    serving: Stored[ServingProgress]
    intake: Stored[IntakeProgress]
    retention: Stored[RetentionProgress]


def progress(checkpoints: Checkpoints, product: str, *, start: int) -> Progress:
    """Return the progress of a product's agents, in a database.

    Args:
        checkpoints: Where it is stored.
        product: The product.
        start: The first moment of operation.
    """
    return Progress(
        outcomes=Stored(checkpoints, product, "outcomes", OutcomeProgress(until=start)),
        evaluation=Stored(checkpoints, product, "evaluation", EvaluationProgress(until=start)),
        training=Stored(checkpoints, product, "training", TrainingProgress()),
        promotion=Stored(checkpoints, product, "promotion", PromotionProgress()),
        serving=Stored(checkpoints, product, "serving", ServingProgress(until=start)),
        intake=Stored(checkpoints, product, "intake", IntakeProgress()),
        retention=retention_progress(checkpoints, product),
    )


def retention_progress(checkpoints: Checkpoints, product: str) -> Stored[RetentionProgress]:
    """Return what was deleted of a product's log, in a database."""
    return Stored(checkpoints, product, "retention", RetentionProgress())


def stage_progress(checkpoints: Checkpoints, product: str, name: str) -> Stored[StageProgress]:
    """Return how far an agent of a product in service has come, in a database."""
    return Stored(checkpoints, product, stage_key(name), StageProgress())


def stage_key(name: str) -> str:
    """Return the name of the checkpoint that says how far an agent has come."""
    return f"stage:{name}"
