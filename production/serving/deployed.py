"""A manifest ready to serve: the models of its arms, and which of them serves a request."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from contracts.ports import KEY, Floats
from production.generation.description import Candidate
from production.selectors.draw import Distribution
from production.serving.manifest import Manifest

if TYPE_CHECKING:
    import pyarrow as pa


class Predicts(Protocol):
    """The part of a model that serving needs, and what stands before a model has."""

    def predict(self, rows: pa.Table) -> Floats:
        """Return predictions for n rows, (n, k)."""

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the k predictions for one record."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A generation that may serve a request, and what is recorded when it does.

    Attributes:
        candidate: The generation.
        model: Its model.
        propensity: The probability with which it is chosen, by whichever arm; 0 in the shadow. In
            the chain of another offer that one's: it was drawn.
        manifest: The revision of the manifest that offers it.
        fallbacks: The offers that are tried, one after the other, where it fails.
    """

    candidate: Candidate
    model: Predicts
    propensity: float
    manifest: int
    fallbacks: tuple[Offer, ...] = ()


class Deployed(msgspec.Struct, frozen=True, kw_only=True):
    """A manifest ready to serve: requests only read it.

    Attributes:
        manifest: The manifest.
        revision: Its revision in the inventory.
        distribution: How traffic is shared among the arms.
        offers: The generations of the distribution's arms with their models, in their order.
        shadows: The generations that predict each request too, without being served.
        column: The input column by which requests are told apart; none if they are not.
        segments: How requests with a text in that column are served.
    """

    manifest: Manifest
    revision: int
    distribution: Distribution
    offers: tuple[Offer, ...]
    shadows: tuple[Offer, ...] = ()
    column: str | None = None
    segments: Mapping[str, Deployed] = {}

    @property
    def is_chained(self) -> bool:
        """Whether another arm is tried where one fails."""
        return bool(self.distribution.chain)

    @property
    def is_shared(self) -> bool:
        """Whether more than one arm may serve."""
        return self.column is not None or len(self.offers) > 1

    def choose(self, key: str, record: object) -> Offer:
        """Return the offer that serves a request."""
        lane = self
        if self.column is not None:
            lane = self.segments.get(getattr(record, self.column, None) or "", self)
        return lane.offers[lane.distribution.draw(self.manifest.salt, key)]

    def choose_all(self, requests: pa.Table) -> tuple[tuple[Offer, ...], list[int]]:
        """Return the offers of all segments, and the index of each request's among them."""
        salt, keys = self.manifest.salt, requests[KEY].to_pylist()
        lanes = [self, *self.segments.values()]
        starts = [0, *accumulate(len(each.offers) for each in lanes)]
        offers = tuple(offer for each in lanes for offer in each.offers)
        if self.column is None:
            return offers, [self.distribution.draw(salt, key) for key in keys]
        at = {text: index for index, text in enumerate(self.segments, start=1)}
        rows = [at.get(text or "", 0) for text in requests[self.column].to_pylist()]
        return offers, [
            starts[row] + lanes[row].distribution.draw(salt, key)
            for row, key in zip(rows, keys, strict=True)
        ]
