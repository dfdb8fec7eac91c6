"""Brings a product into service: its first generation trained, judged, registered and published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from contracts.data.rows import instants, with_outcome
from contracts.errors import DataError, StateError
from contracts.host.clock import VirtualClock
from contracts.moment import SECOND, iso
from contracts.ports import ARRIVED
from production.agents.records import TrainingResult
from production.agents.trainers import missing_outcomes
from production.assembly.assemble import open_assembly
from production.feedback.feed import Silence
from production.operation import HINTS
from production.registry.decisions import Decisions, RecordedDecision
from production.serving.manifest import Manifest, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.agents.trainers import Trainer
    from production.assembly.assemble import Assembly
    from production.assembly.product import OpenProduct
    from production.assembly.state import State
    from production.service.change_request import ChangeRequest
    from production.settings import Production


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """What serves a product.

    Attributes:
        manifest: The newest manifest.
        revision: Its revision.
        since: When it was published, microseconds.
        training: What came of the training that brought it into service; none if it was already
            there.
    """

    manifest: Manifest
    revision: int
    since: int
    training: TrainingResult | None = None


def bring_into_service(
    config: Production,
    product: OpenProduct,
    state: State,
    *,
    code: str,
    known_by: int,
    change: ChangeRequest,
    prove: Callable[[], object],
) -> Deployment:
    """Bring a product into service; where something serves already, nothing changes.

    A process killed on the way leaves nothing in service: deploying again begins a new training.

    Args:
        config: The configuration.
        product: The product.
        state: Its live state.
        code: The digest of the code that trains.
        known_by: The first generation is trained on what was known by this moment, microseconds.
        change: Who brings it into service, why, and when.
        prove: Proves what is to serve equivalent; it raises an error if it is not.

    Raises:
        ContractError: What is to serve is not equivalent to research's solution.
        DataError: No outcome was known by then that the first generation could be trained on, or
            judged by.
        StateError: The first generation was refused or is broken: nothing is deployed.
    """
    with open_assembly(
        config,
        replace(product, start=change.at),
        state=state,
        clock=VirtualClock(change.at),
        feed=Silence(),
        code=code,
    ) as assembly:
        current = _current(assembly, product.contract.product)
        if current is not None:
            return current
        _require_outcomes(assembly.agents.training.trainer, product, known_by)
        prove()
        training = assembly.agents.training.train_first(known_by)
        with assembly.database.transaction():
            why = assembly.agents.promotion.step(change.at) or (training.why if training else "")
            current = _current(assembly, product.contract.product)
            if current is not None:
                _record(assembly, current, change)
    if current is None:
        raise StateError(
            f"nothing is deployed: the first generation, trained on what was known by "
            f"{iso(known_by)}, may not serve: {why}",
            hint=_hint(training),
        )
    return replace(current, training=training)


def _hint(training: TrainingResult | None) -> str:
    hint = HINTS.get(training.verdict, "train anew") if training else "train anew"
    return f"{hint}; or deploy by another moment, task.options.known_by=…"


def _require_outcomes(trainer: Trainer, product: OpenProduct, known_by: int) -> None:
    """Refuse a moment by which there is nothing to train on, or nothing to be judged by.

    Raises:
        DataError: There is nothing; the hint names a moment by which there is.
    """
    purpose = missing_outcomes(trainer, *trainer.rows(known_by))
    if purpose is None:
        return
    known = product.source.window(product.data_start, known_by, known_by=known_by)
    arrived = instants(with_outcome(known)[ARRIVED])
    hint = "look at the product's source: it gives no outcome before that moment"
    if len(arrived):
        # To the second, since that is how a person writes it.
        newest = (int(arrived.max()) // SECOND + 1) * SECOND
        hint = f"deploy by when the newest outcome had arrived: task.options.known_by={iso(newest)}"
    raise DataError(f"no outcome known by {iso(known_by)} to {purpose}", hint=hint)


def _record(assembly: Assembly, deployment: Deployment, change: ChangeRequest) -> None:
    detail = {"champion": deployment.manifest.champion.name, "manifest": deployment.revision}
    Decisions(assembly.database).record(
        RecordedDecision(
            product=deployment.manifest.product,
            at=change.at,
            who=change.who,
            action="deploy",
            why=change.why,
            detail=detail,
        )
    )


def _current(assembly: Assembly, product: str) -> Deployment | None:
    newest = assembly.manifests.current(product)
    if newest is None:
        return None
    return Deployment(
        manifest=read(newest.document), revision=newest.revision, since=newest.created_at
    )
