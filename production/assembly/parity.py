"""The parity agent of a product in service, as it is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.config import locate
from contracts.equivalence.configured import reference_learner
from contracts.errors import ConfigError
from contracts.moment import duration
from production.agents.parity.agent import ParityAgent
from production.agents.parity.judge import ParityJudge
from production.agents.parity.look import Looks
from production.agents.parity.record import PARITY, parity_progress
from production.agents.parity.references import References
from production.agents.parity.samples import Samples
from production.registry.agent_decisions import AgentDecisions, DecisionLog
from production.registry.checkpoints import Checkpoints
from production.registry.generations import Generations
from production.settings import SampledParity

if TYPE_CHECKING:
    from production.agents.builder import ModelBuilder
    from production.agents.records import TrainingRecords
    from production.assembly.product import OpenProduct
    from production.assembly.serving import Serving
    from production.assembly.state import State
    from production.settings import Production


def parity_agent(
    config: Production,
    product: OpenProduct,
    serving: Serving,
    state: State,
    *,
    builder: ModelBuilder,
    records: TrainingRecords,
) -> ParityAgent:
    """Return what holds live traffic against the reference.

    Args:
        config: The configuration.
        product: The product.
        serving: The parts that serve it.
        state: Where the operation keeps what it knows.
        builder: Fetches the rows of a training.
        records: What is on record of earlier trainings.

    Raises:
        ConfigError: ``parity=none``.
    """
    settings, database, name = config.parity, serving.database, product.contract.product
    if not isinstance(settings, SampledParity):
        raise ConfigError("parity=none holds nothing against the reference", hint="parity=sampled")
    samples = Samples(
        contract=product.contract,
        source=product.source,
        database=database,
        share=settings.share,
        most=settings.rows,
    )
    learner, why_not = reference_learner(config.product, config.product.solution)
    looks = None
    if learner is not None:
        looks = Looks(
            contract=product.contract,
            samples=samples,
            references=References(
                folder=state.parity,
                learner=learner,
                kind=locate(config.product.solution.model, "model", key="product.solution.model"),
                contract=product.contract,
                golden=product.golden,
                rows=builder.rows_between,
                chosen=samples.chosen,
                over=duration(settings.over),
                least=settings.least,
                revises=config.product.revises,
            ),
            over=duration(settings.over),
            manifests=serving.manifests,
            generations=Generations(database),
            loader=serving.loader,
            track=records.track,
        )
    return ParityAgent(
        looks=looks,
        why_not=why_not,
        judge=ParityJudge(
            alpha=settings.alpha,
            level=settings.level,
            times=settings.times,
            least=settings.least,
        ),
        every=duration(settings.every),
        progress=parity_progress(Checkpoints(database), name),
        decisions=DecisionLog(AgentDecisions(database), product=name, agent=PARITY),
        database=database,
    )
