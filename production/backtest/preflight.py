"""What is checked of a run before anything in it takes long: its parts, its rows, one training.

The lifecycle is put together in a folder that is removed afterwards. Its own trainer takes the rows
of the first training, and then fits, exports, reads back and judges a sample of them.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from traceback import format_exception
from typing import TYPE_CHECKING

import numpy as np

from contracts.data.predictions import check_predictions
from contracts.data.rows import instants, with_outcome, within
from contracts.data.sample import sample
from contracts.errors import ConfigError, DataError, LiaisonError
from contracts.host.clock import Stopwatch, VirtualClock
from contracts.moment import DAY, iso, rounded_up
from contracts.ports import ARRIVED, TIME
from production.agents.trainers import missing_outcomes
from production.assembly.assemble import open_assembly
from production.backtest.state import run_state
from production.backtest.supposed import supposed_history
from production.feedback.feed import Replay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.data.labelled import LabelledRows
    from production.agents.trainers import Trainer
    from production.backtest.history import History
    from production.settings import Production

#: Rows that are tried: the second number if a learner fails on the first, as one may need more.
SIZES = (500, 10_000)
#: How many lines of a traceback are shown: the last ones are where it failed.
LINES = 6


def preflight(config: Production, history: History) -> str:
    """Try a run's first training on a sample of its rows, and return what was checked in a line.

    Args:
        config: The run's configuration.
        history: The product and its history.

    Raises:
        ConfigError: A part of the lifecycle refuses its configuration.
        DataError: The first training would have no rows, or none to be judged by, or would fail.
        LiaisonError: As the parts of a training raise it.
    """
    watch = Stopwatch()
    history = supposed_history(history, config.feedback, seed=config.seed)
    _check_volume(config, history)
    with _trainer(config, history) as trainer:
        rows, holdout = trainer.rows(history.product.start)
        if purpose := missing_outcomes(trainer, rows, holdout):
            raise _no_outcome(purpose, config, history, rows, holdout=trainer.holdout)
        tried = _rehearse(trainer, rows, holdout, history)
    judged = f", judged by {len(holdout):,}" if len(holdout) else ""
    return (
        f"preflight: the first training takes {len(rows):,} rows{judged}; {tried:,} of them were "
        f"fitted, exported, read back and predicted in {watch.seconds():.1f} s"
    )


def _check_volume(config: Production, history: History) -> None:
    """Refuse an evaluation by volume that the history is too short for.

    Raises:
        ConfigError: Nothing would be scored before the end, so that no trigger sees a score.
    """
    played = within(history.fed, history.product.start, history.until)
    there = {"requests": played.num_rows, "outcomes": with_outcome(played).num_rows}
    asked = {name: config.evaluation.get(name) for name in there}
    given = {name: count for name, count in asked.items() if count is not None}
    if given and all(count > there[name] for name, count in given.items()):
        words = ", ".join(f"evaluation.{name}={count}" for name, count in given.items())
        few = next(iter(given))
        raise ConfigError(
            f"{words}: nothing would be scored before the end, since the history that is played "
            f"has {there['requests']:,} requests and {there['outcomes']:,} outcomes",
            hint=f"evaluation.{few}={max(1, there[few] // 20)}, or evaluation=daily",
        )


@contextmanager
def _trainer(config: Production, history: History) -> Iterator[Trainer]:
    """Yield the trainer of a run's lifecycle, in a folder of its own."""
    start, until = history.product.start, history.until
    first = within(history.events, start, until).slice(0, 1)
    with (
        TemporaryDirectory(prefix="preflight-") as folder,
        open_assembly(
            config,
            history.product,
            state=run_state(config, Path(folder)),
            clock=VirtualClock(start),
            feed=Replay(first, start=start, until=until),
            code="preflight",
        ) as assembly,
    ):
        yield assembly.agents.training.trainer


def _rehearse(trainer: Trainer, rows: LabelledRows, holdout: LabelledRows, history: History) -> int:
    """Rehearse a training on samples of growing size until one succeeds; return its size."""
    failure = None
    for size in SIZES:
        few, judges = (sample(each, size) for each in (rows, holdout))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what a small sample causes, the run may not
                trainer.rehearse(few, judges)
                _check_baseline(history, few)
        except Exception as error:  # noqa: BLE001 - a learner may raise anything
            failure = error
        else:
            return len(few)
        if len(few) == len(rows):
            break
    raise failure if isinstance(failure, LiaisonError) else _failed(failure, len(few)) from failure


def _check_baseline(history: History, rows: LabelledRows) -> None:
    """Check that the naive baseline predicts numbers in the contract's shape."""
    contract, baseline = history.product.contract, history.product.baseline
    naive = baseline.predict(rows.times, arrived=rows.arrived, outcomes=rows.outcomes)
    check_predictions(naive, rows.rows, contract)


def _failed(error: Exception | None, rows: int) -> DataError:
    """Return the refusal of a run whose first training would fail, with where it did."""
    lines = "".join(format_exception(error)).splitlines()
    return DataError(
        f"a training on {rows:,} rows of the product fails: {type(error).__name__}: {error}",
        hint="python -m research task=learn runs the solution alone",
        details=lines[-LINES:],
    )


def _no_outcome(
    purpose: str, config: Production, history: History, rows: LabelledRows, *, holdout: int
) -> DataError:
    """Return the refusal of a first training without rows, or without any to be judged by."""
    settled = with_outcome(history.fed)
    arrived = instants(settled[ARRIVED])
    if not len(arrived):
        return DataError(
            "no event of the history has an outcome", hint=f"product={config.product.name}"
        )
    half, most = np.quantile(arrived - instants(settled[TIME]), [0.5, 0.99]).astype(int).tolist()
    start = history.product.start
    if len(rows):
        wanted = f"gate.holdout={rounded_up(start - int(rows.arrived.max()))}"
    elif config.strategy.window:
        wanted = f"strategy.window={rounded_up(holdout + 2 * most)}"
    elif holdout and arrived.min() < start:
        wanted = f"gate.holdout={rounded_up((start - int(arrived.min())) // 2)}"
    else:
        wanted = f"product.start={iso(((int(arrived.min()) + holdout) // DAY + 1) * DAY)}"
    return DataError(
        f"the first training, at {iso(start)}, has no outcome to {purpose}: outcomes arrive "
        f"{rounded_up(half)} after their events, 99 of 100 within {rounded_up(most)}",
        hint=wanted,
        details=[
            f"strategy.window: {config.strategy.window or 'all history'}",
            f"gate.holdout: {rounded_up(holdout) if holdout else 'none'}",
        ],
    )
