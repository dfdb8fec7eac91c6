"""The honest weeks of a product, and breaks of single ones: what `benchmarks/gate.py` judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np

from benchmarks.breaks import HOLDOUT, LEARNER, SOURCE, BrokenLearner, Spot
from benchmarks.gate_standing import Standing
from contracts.config import compose, instantiate, settings
from contracts.data.labelled import LabelledRows, labelled_rows
from contracts.data.memory import Memory
from contracts.moment import DAY, END_OF_TIME
from contracts.schema.refusals import TableCheck
from contracts.score.metric.registry import metric
from production.agents.builder import ModelBuilder
from production.agents.fits import OwnFits
from production.agents.generation_trainer import GenerationTrainer
from production.agents.row_hash import row_hashes
from production.agents.strategies.full import FullRefit
from production.agents.strategies.incremental import Incremental
from production.settings import Production
from production.strategy_settings import IncrementalStrategy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from benchmarks.gate_products import GatedProduct
    from contracts.ports import Learner, Model, Resumes, Source
    from production.agents.gate import Gate
    from production.agents.records import TrainingResult
    from production.agents.strategies.port import Strategy

WEEK = 7 * DAY


class Cached:
    """A learner that fits the same rows once."""

    def __init__(self, learner: Learner) -> None:
        self._learner, self._models = learner, dict[tuple[int, int], Any]()

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Model:
        """Return the model fitted to rows."""
        hashes = row_hashes([rows[name] for name in rows.column_names], rows.num_rows)
        key = (
            rows.num_rows,
            int(np.bitwise_xor.reduce(hashes * np.arange(1, 2 * len(hashes), 2, np.uint64))),
        )
        if key not in self._models:
            self._models[key] = self._learner.fit(rows, params=params, seed=seed)
        return self._models[key]

    def resume(self, model: Model, rows: pa.Table) -> Model:
        """Return the model that has learned rows besides."""
        resumed: Model = cast("Resumes", self._learner).resume(model, rows)
        return resumed


class Unpublished(ModelBuilder):
    """Builds models and keeps those that would be published."""

    last: Model | None = None
    states: dict[str, Any]

    def publish(self, model: Model) -> str:
        """Keep a model, and return its number in place of a digest."""
        self.last, name = model, f"{len(self.states)}"
        self.states[name] = model
        return name

    def reopen(self, artifact: str) -> Any:
        """Return a model that was kept."""
        return self.states[artifact]


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """One honest refresh.

    Attributes:
        moment: When it was.
        standing: What it found.
        result: What came of it.
        rows: The events until the next one.
        score: The score over them of what serves then.
        ahead: The events of the week after it, by which the harm of a break is told.
        worth: The score over those of what serves then.
    """

    moment: int
    standing: Standing
    result: Any
    rows: LabelledRows
    score: float
    ahead: LabelledRows
    worth: float


class Damaged:
    """A source whose every window is damaged."""

    def __init__(self, source: Source, damage: Any, spot: Spot) -> None:
        self._source, self._damage, self._spot = source, damage, spot

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the damaged events of a window."""
        return self._damage(self._source.window(start, end, known_by=known_by), self._spot)


class Weeks:
    """One product, its honest weeks, and breaks of single ones.

    Args:
        name: What it is called.
        product: The product.
        words: Overrides of its configuration.
        shift: How much later than the product's own start the first training is, microseconds.
        learner: What fits, where other weeks have fitted the same rows.
        every: How long after a refresh the next one is, microseconds.
    """

    def __init__(
        self,
        name: str,
        product: GatedProduct,
        words: Sequence[str],
        *,
        shift: int = 0,
        learner: Cached | None = None,
        every: int = WEEK,
    ) -> None:
        self.name, self._product, self._words = name, product, words
        config = settings(compose("production", [*words]), Production)
        self._gate: Gate = instantiate(config.gate, "gate", contract=product.contract)
        self.metric = metric(product.contract.metrics[0].name)
        self._learner = learner or Cached(product.learner)
        self._shift, self._every = shift, every
        self._resumes = isinstance(config.strategy, IncrementalStrategy)
        self.weeks: list[Week] = []
        self._memory = Memory(product.events)

    @property
    def score(self) -> float:
        """The score of what served, over all weeks."""
        weights = [len(week.rows) for week in self.weeks]
        return float(np.average([week.score for week in self.weeks], weights=weights))

    def without_gate(self) -> float:
        """Return the score where every refresh serves: the fits are those of the gate's refits."""
        words = [word for word in self._words if not word.startswith("gate")]
        other = Weeks(
            self.name,
            self._product,
            [*words, "gate=open"],
            shift=self._shift,
            learner=self._learner,
            every=self._every,
        )
        other.train()
        return other.score

    def train(self) -> None:
        """Train every week honestly."""
        standing = Standing(states={})
        for moment in range(self._product.start + self._shift, self._product.until, self._every):
            result, model = self.refresh(moment, standing, self._memory, self._learner)
            after = standing.after(result, model)
            rows, ahead = self._events(moment, self._every), self._events(moment, WEEK)
            week = Week(
                moment=moment,
                standing=standing,
                result=result,
                rows=rows,
                score=self._score(after.champion, rows),
                ahead=ahead,
                worth=self._score(after.champion, ahead),
            )
            self.weeks.append(week)
            standing = after

    def _events(self, moment: int, duration: int) -> LabelledRows:
        """Return the events from a moment on."""
        contract = self._product.contract
        return labelled_rows(
            self._memory,
            moment,
            min(moment + duration, self._product.until),
            known_by=END_OF_TIME,
            target=contract,
            inputs=contract.inputs,
        )

    def refresh(
        self, moment: int, standing: Standing, source: Source, learner: Any
    ) -> tuple[TrainingResult, Model | None]:
        """Return what comes of a refresh, and the model that it made."""
        contract, events, nothing = self._product.contract, self._product.events, cast("Any", None)
        builder = Unpublished(
            source=source,
            fits=OwnFits(learner),
            contract=contract,
            check=TableCheck(contract.input_columns),
            artifacts=nothing,
            kind=nothing,
            golden=events.slice(0, 30).select([*contract.inputs]),
            trust=nothing,
            data_start=int(events["time"].cast("int64")[0].as_py()),
        )
        builder.states = cast("dict[str, Any]", standing.states)
        trainer = GenerationTrainer(
            contract=contract,
            builder=builder,
            strategy=self._strategy(builder, standing),
            gate=self._gate,
            baseline=self._product.baseline,
            champion=cast("Any", standing),
            past=standing,
        )
        return trainer.train(moment, "schedule"), builder.last

    def _strategy(self, builder: ModelBuilder, standing: Standing) -> Strategy:
        champion = cast("Any", standing)
        if not self._resumes:
            return FullRefit(builder=builder, champion=champion)
        return Incremental(builder=builder, champion=champion, learner="", full_every=None)

    def broken(self, kind: str, at: int, seed: int, *, inside: bool) -> tuple[Any, float]:
        """Return what comes of a week's refresh with a break, and by how much worse that serves."""
        week = self.weeks[at]
        spot = Spot(product=self._product, cut=week.moment - self._gate.holdout, seed=seed)
        learner: Any = self._learner
        source: Any = self._memory
        if kind in LEARNER or inside:
            learner = BrokenLearner(self._learner, spot, kind)
        else:
            source = Damaged(self._memory, {**SOURCE, **HOLDOUT}[kind], spot)
        result, model = self.refresh(week.moment, week.standing, source, learner)
        if result.verdict != "promoted":
            return result, 0.0
        worse = self._score(model, week.ahead) / week.worth - 1
        return result, worse if self.metric.direction == "lower" else -worse

    def _score(self, model: Any, rows: LabelledRows) -> float:
        return self.metric.value(rows.outcomes, model.predict(rows.rows))
