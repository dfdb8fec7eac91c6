"""Drift: how far the inputs and predictions of a window lie from those of a training.

It needs no outcome, so it is known as soon as a window closes. It is measured on a sample that the
ids of events alone decide: always the same one, and of bounded size.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from contracts.data.labelled import labelled_rows
from contracts.ports import ID, Floats, Instants
from contracts.score.stability import index_by_chance, index_by_habit
from production.agents.parity.column import ColumnProfile
from production.agents.parity.inputs import LEAST
from production.agents.parity.profile import input_profile
from production.agents.parity.samples import rank
from production.metrics import Stability, WindowDrift
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract
    from contracts.ports import Model, Source
    from contracts.schema.refusals import TableCheck
    from production.agents.parity.samples import Samples
    from production.generation.description import Candidate
    from production.registry.generations import Generations
    from production.registry.manifests import Manifests

#: Into how many parts a window's sample is divided at random: each has its mean prediction.
BLOCKS = 8
#: The predictions of so many of a training's rows are compared with.
COMPARED = 5_000
#: The probability that a column of a window is farther from the training's than is usual.
UNUSUAL = 0.001
#: Windows of the training with fewer rows do not say what is usual.
LEAST_ROWS = 20


class TrainingProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation was trained on, and what it predicts for some of it.

    Attributes:
        columns: The inputs, in the contract's order.
        predicted: The predictions, one number each.
        rows: The number of rows.
        compared: Of how many of them there are predictions.
    """

    columns: tuple[ColumnProfile, ...]
    predicted: ColumnProfile
    rows: int
    compared: int


class DriftWatch:
    """Measures the drift of one product's windows against what serves.

    Args:
        contract: The contract that is deployed.
        source: Where the rows of a training are fetched again.
        check: The contract's input schema.
        samples: The sampled events, with their inputs.
        manifests: The inventory of manifests: the newest one names what serves.
        generations: The generations.
        load: Loads a generation's model.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        source: Source,
        check: TableCheck,
        samples: Samples,
        manifests: Manifests,
        generations: Generations,
        load: Callable[[Candidate], Model],
    ) -> None:
        self._contract, self._source, self._check = contract, source, check
        self._samples, self._manifests, self._generations = samples, manifests, generations
        self._load = load
        self._last: tuple[str, TrainingProfile] | None = None

    def window(self, start: int, end: int) -> WindowDrift | None:
        """Return the drift of the events of a window, none where nothing can be told of it."""
        newest = self._manifests.current(self._contract.product)
        if newest is None:
            return None
        sample = self._samples.window(start, end)
        if not sample.rows.num_rows:
            return None
        profile = self._profile(read(newest.document).champion, over=end - start)
        inputs = {
            each.name: _stability(each, sample.rows[each.name], rows=profile.rows)
            for each in profile.columns
        }
        numbers = in_one(sample.events.prediction)
        order = np.argsort([rank(each) for each in sample.events.id], kind="stable")
        parts = np.array_split(numbers[order], min(BLOCKS, len(numbers)))
        return WindowDrift(
            rows=len(numbers),
            inputs=inputs,
            predictions=_stability(
                profile.predicted, pa.chunked_array([numbers]), rows=profile.compared
            ),
            means=tuple(float(part.mean()) for part in parts),
        )

    def _profile(self, champion: Candidate, *, over: int) -> TrainingProfile:
        if self._last is None or self._last[0] != champion.name:
            self._last = champion.name, self._trained_on(champion, over)
        return self._last[1]

    def _trained_on(self, champion: Candidate, over: int) -> TrainingProfile:
        """Return the profile of what the champion was trained on, from the source."""
        product, inputs = self._contract.product, self._contract.inputs
        generation = self._generations.find(product, champion.release, champion.generation)
        known = labelled_rows(
            self._source,
            generation.start,
            generation.end,
            known_by=generation.known_by,
            target=self._contract,
            inputs=inputs,
            may_be_empty=True,
        )
        rows = known.take(np.flatnonzero(self._check.refusals(known.rows).valid))
        ranks = [rank(each) for each in rows.events[ID].to_pylist()]
        chosen = rows.take(np.sort(np.argsort(ranks, kind="stable")[:COMPARED]))
        numbers = in_one(self._load(champion).predict(chosen.rows))
        profiled = partial(_profiled, end=generation.end, over=over)
        (predicted,) = profiled(pa.table({"predictions": numbers}), chosen.times)
        return TrainingProfile(
            columns=profiled(rows.rows, rows.times),
            predicted=predicted,
            rows=len(rows.times),
            compared=len(numbers),
        )


def in_one(predictions: Floats) -> Floats:
    """Return one number for each of n predictions, (n, k): it, or the largest of several.

    >>> in_one(np.array([[0.2, 0.8], [0.7, 0.3]])).tolist()
    [0.8, 0.7]
    """
    return np.asarray(predictions.max(axis=1), np.float64)


def _profiled(
    table: pa.Table, times: Instants, *, end: int, over: int
) -> tuple[ColumnProfile, ...]:
    """Return the profile of each column, with how much windows of the training differ."""
    profile = input_profile(
        table,
        times,
        golden=table.slice(0, 1),
        end=end,
        over=over,
        least=LEAST_ROWS,
        chosen=np.ones(len(times), bool),
    )
    return profile.columns


def _stability(profile: ColumnProfile, column: pa.ChunkedArray, *, rows: int) -> Stability:
    """Return how far a column lies from the training's, and what is usual."""
    usual = index_by_chance(profile.bins, rows, len(column), alpha=UNUSUAL)
    if len(profile.past) >= LEAST:
        usual = max(usual, index_by_habit(np.array(profile.past), alpha=UNUSUAL))
    return Stability(index=profile.index(profile.places(column)), usual=usual)
