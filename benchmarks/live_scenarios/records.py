"""What the records of a product must be like, whatever happened to its processes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from benchmarks.live_scenarios.product import NAME
from benchmarks.serving_scenarios.server import until
from contracts.host.clock import WallClock
from production.agents.records import candidate_of
from production.agents.runtime import live_progress
from production.assembly.product import open_product
from production.assembly.serving import serving_parts
from production.database.tables import CHECKPOINTS, EVALUATIONS, EVENTS, OUTCOMES
from production.generation.loader import Loader
from production.operating.live_parts import live_parts
from production.registry.generations import Generations
from production.registry.trainings import Trainings
from production.service.evaluating import OVERLAP

if TYPE_CHECKING:
    from benchmarks.live_scenarios.product import LiveProduct
    from benchmarks.serving_scenarios.findings import Findings
    from benchmarks.serving_scenarios.load import Answer
    from production.database.database import Database
    from production.metrics import ScoredWindow


#: The most seconds until what was answered while a database was away is logged.
LOGGED = 900.0


def await_evaluation(product: LiveProduct, answers: list[Answer]) -> None:
    """Return once all that was answered is logged, and the agents acted after that."""
    answered = len({each.id for each in answers if each.status == 200})
    with product.open() as database:
        until(lambda: _count(database, EVENTS.c.shadow == 0) >= answered, LOGGED)
        now, progress = WallClock().now(), live_progress(database, NAME)
        for stored in (progress.serving, progress.evaluation):
            until(lambda stored=stored: stored.load().until > now)  # type: ignore[misc]


def check_trainings(product: LiveProduct, findings: Findings) -> None:
    """Claim that each generation is whole, and that nothing was trained twice."""
    with product.open() as database:
        generations, trainings = Generations(database).all(NAME), Trainings(database).all(NAME)
        parts = serving_parts(
            product.config, open_product(product.config).contract, product.state, database
        )
        loader = Loader(artifacts=parts.artifacts, kind=parts.kind, contract=parts.contract)
        for each in generations:
            loader.load(candidate_of(each))  # raises for one that is not
    numbers = [each.number for each in generations]
    findings.claim(
        f"{len(numbers)} generations, all whole, numbered without gap",
        holds=numbers == [*range(1, len(numbers) + 1)],
    )
    twice = sum(n > 1 for n in Counter(each.requested_at for each in trainings).values())
    findings.claim(f"{twice} of {len(trainings)} moments trained for twice", holds=not twice)


def check_windows(product: LiveProduct, findings: Findings) -> None:
    """Claim that the windows are those that an evaluation of the whole log gives at once."""
    with product.open() as database:
        moment = live_progress(database, NAME).evaluation.load().until
        recorded = _windows(product, database)
        with database.transaction() as connection:
            connection.execute(delete(EVALUATIONS).where(EVALUATIONS.c.product == NAME))
            connection.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.name == "evaluation"))
        live_parts(product.config, product.state, database).evaluation(overlap=OVERLAP).step(moment)
        fresh = _windows(product, database)
    differing = sum(recorded.get(at) != fresh.get(at) for at in {*recorded, *fresh})
    words = f"{differing} of {len(fresh)} windows differ from a fresh evaluation of the log"
    findings.claim(words, holds=not differing and len(fresh) > 1)


def check_outcomes(product: LiveProduct, findings: Findings, reports: list[Answer]) -> None:
    """Claim that what was acknowledged is logged once, and all that is logged counted once."""
    with product.open() as database:
        progress = live_progress(database, NAME)
        taken, served = progress.outcomes.load(), progress.serving.load()
        with database.reading() as connection:
            logged = Counter(row[0] for row in connection.execute(select(OUTCOMES.c.event)))
            came = _count(database, OUTCOMES.c.arrived < taken.until)
            asked = _count(database, EVENTS.c.shadow == 0)
    acknowledged = {each.id for each in reports if each.status == 200}
    lost, twice = len(acknowledged - {*logged}), sum(n > 1 for n in logged.values())
    findings.claim(
        f"{lost} of {len(acknowledged):,} acknowledged outcomes lost, {twice} logged twice",
        holds=not lost and not twice and bool(acknowledged),
    )
    findings.claim(
        f"{taken.taken:,} of {came:,} outcomes counted, {served.served:,} of {asked:,} requests",
        holds=taken.taken == came and served.served == asked,
    )


def _windows(product: LiveProduct, database: Database) -> dict[int, ScoredWindow]:
    parts = live_parts(product.config, product.state, database)
    return {each.start: each for each in parts.windows.all()}


def _count(database: Database, condition: object) -> int:
    with database.reading() as connection:
        query = select(func.count()).where(condition)  # type: ignore[arg-type]
        return int(connection.execute(query).scalar_one())
