"""Drift: how far the inputs and predictions of a window lie from those of a training.

It needs no outcome, so it is known as soon as a window closes. It is measured on a sample that the
ids of events alone decide: always the same one, and of bounded size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from contracts.data.labelled import labelled_rows
from contracts.ports import ID, Floats
from production.agents.parity.column import ColumnProfile, column_profile
from production.agents.parity.samples import rank
from production.metrics import WindowDrift
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


class TrainingProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation was trained on, and what it predicts for some of it.

    Attributes:
        columns: The inputs, in the contract's order.
        predicted: The predictions, one number each.
    """

    columns: tuple[ColumnProfile, ...]
    predicted: ColumnProfile


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
        profile = self._profile(read(newest.document).champion)
        inputs = {each.name: _index(each, sample.rows[each.name]) for each in profile.columns}
        numbers = in_one(sample.events.prediction)
        order = np.argsort([rank(each) for each in sample.events.id], kind="stable")
        parts = np.array_split(numbers[order], min(BLOCKS, len(numbers)))
        return WindowDrift(
            rows=len(numbers),
            inputs=inputs,
            predictions=_index(profile.predicted, pa.chunked_array([numbers])),
            means=tuple(float(part.mean()) for part in parts),
        )

    def _profile(self, champion: Candidate) -> TrainingProfile:
        if self._last is None or self._last[0] != champion.name:
            self._last = champion.name, self._trained_on(champion)
        return self._last[1]

    def _trained_on(self, champion: Candidate) -> TrainingProfile:
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
        chosen = rows.rows.take(np.sort(np.argsort(ranks, kind="stable")[:COMPARED]))
        numbers = in_one(self._load(champion).predict(chosen))
        return TrainingProfile(
            columns=tuple(column_profile(name, rows.rows[name]) for name in inputs),
            predicted=column_profile("prediction", pa.chunked_array([numbers])),
        )


def in_one(predictions: Floats) -> Floats:
    """Return one number for each of n predictions, (n, k): it, or the largest of several.

    >>> in_one(np.array([[0.2, 0.8], [0.7, 0.3]])).tolist()
    [0.8, 0.7]
    """
    return np.asarray(predictions.max(axis=1), np.float64)


def _index(profile: ColumnProfile, column: pa.ChunkedArray) -> float:
    return profile.index(profile.places(column))
