"""Ways of refreshing, each run once over a product's history: what `refresh_costs.py` adds up."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.config.compose import compose
from contracts.config.settings import settings
from contracts.host.durable import write_file
from contracts.host.owned import claim
from contracts.score.metric.registry import metric
from production.assembly.code import code_digest
from production.backtest.history import History, read_history
from production.backtest.lifecycle_run import run_lifecycle
from production.backtest.state import run_digest, run_folder
from production.settings import Production, declared_lifecycle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from contracts.ports import Instants


class ProcessorTime:
    """A stopwatch that leaves out what other processes did meanwhile."""

    def __init__(self) -> None:
        self._start = time.process_time()

    def seconds(self) -> float:
        """Return the seconds since it was made."""
        return time.process_time() - self._start


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """What one way came to in a month, or in several.

    Attributes:
        month: Such as ``2013-03``.
        outcomes: The events that have an outcome.
        loss: The mean loss of what it served, which makes the contract's first metric.
        trainings: Its trainings.
        seconds: What they took.
    """

    month: str
    outcomes: int
    loss: float
    trainings: int
    seconds: float


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One way of refreshing.

    Attributes:
        words: What it was configured with.
        months: What it came to in each.
    """

    words: tuple[str, ...]
    months: tuple[Stretch, ...]

    def over(self, months: Sequence[str]) -> Stretch:
        """Return what it came to in some months; the first generation counts in its month."""
        parts = [each for each in self.months if each.month in months]
        outcomes = sum(each.outcomes for each in parts)
        return Stretch(
            month=f"{months[0]} to {months[-1]}",
            outcomes=outcomes,
            loss=sum(each.loss * each.outcomes for each in parts) / outcomes,
            trainings=sum(each.trainings for each in parts),
            seconds=sum(each.seconds for each in parts),
        )


class Measurement:
    """Runs ways over the history of one product, each once.

    Args:
        product: The words that name it.
        until: Where its history ends; none for its own end.
        folder: Where results are kept.
    """

    def __init__(self, product: Sequence[str], until: str | None, folder: Path) -> None:
        end = (f"product.until={until}",) if until else ()
        self._words, self._folder = (*product, *end), folder / product[0].partition("=")[2]
        self._history: History | None = None
        self.metric = metric(self._config(()).product.specification.metrics[0].name)

    def way(self, name: str, words: Sequence[str]) -> Way:
        """Return what a way came to, read if it was measured."""
        file = self._folder / f"{name.replace(' ', '_').replace(',', '')}.json"
        if file.exists():
            way = msgspec.json.decode(file.read_bytes(), type=Way)
            if way.words == (*self._words, *words):
                return way
        way = Way(words=(*self._words, *words), months=self._measured(words, name))
        write_file(file, msgspec.json.encode(way))
        total = way.over([each.month for each in way.months])
        print(f"{time.strftime('%X')} {name}: {total}", file=sys.stderr, flush=True)
        return way

    def _config(self, words: Sequence[str]) -> Production:
        return settings(compose("production", (*self._words, *words)), Production)

    def _measured(self, words: Sequence[str], name: str) -> tuple[Stretch, ...]:
        config = self._config(words)
        self._history = history = self._history or read_history(config)
        output = self._folder / "runs" / name.replace(" ", "_").replace(",", "")
        claim(self._folder)
        with run_folder(output, run_digest(config, history)) as state:
            run = run_lifecycle(
                config,
                declared_lifecycle(config),
                history,
                state,
                code=code_digest(),
                on_step=lambda _: None,
                shared_fits=self._folder / "fits",
            )
        served = run.predictions
        losses = self.metric.losses(served.truth, served.served)
        if losses is None:
            sys.exit(f"{self.metric.name} is no mean over rows, so costs of months do not add up")
        months = _months(served.times - history.offset)
        trainings = _months(np.array([each.requested_at for each in run.trainings]))
        taken = np.array([each.seconds for each in run.trainings])
        return tuple(
            Stretch(
                month=str(month),
                outcomes=int((months == month).sum()),
                loss=float(losses[months == month].mean()),
                trainings=int((trainings == month).sum()),
                seconds=float(taken[trainings == month].sum()),
            )
            for month in np.unique(months)
        )

    def score(self, stretch: Stretch) -> float:
        """Return what a mean loss makes."""
        return float(self.metric.of_mean(np.array(stretch.loss)))


def _months(times: Instants) -> npt.NDArray[np.str_]:
    """Return the month of each moment, microseconds, such as ``2013-03``."""
    return times.astype("datetime64[us]").astype("datetime64[M]").astype(str)
