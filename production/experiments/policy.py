"""A policy: the probability with which a selector gives an event to each arm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.errors import DataError
from contracts.ports import Floats, Instants
from production.selectors.draw import distribution
from production.selectors.port import Split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.experiments.arm_log import Booleans
    from production.selectors.port import Choice


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A selector's split as a matrix.

    Attributes:
        name: The selector's option.
        split: What it answered.
        arms: The names of the arms.
        shares: Probabilities: a row for events of no segment, then one for each; (segments, arms).
    """

    name: str
    split: Split
    arms: tuple[str, ...]
    shares: Floats

    @property
    def column(self) -> str | None:
        """The input column of texts that tells segments apart; none if there are none."""
        return self.split.column

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each segment."""
        return tuple(self.split.segments)

    @property
    def used(self) -> Booleans:
        """Whether each arm gets any events, (arms,)."""
        return np.asarray((self.shares > 0).any(axis=0))

    def segments(self, features: Sequence[str | None]) -> Instants:
        """Return the row of ``shares`` for each event.

        Raises:
            DataError: An event was logged without the column.
        """
        if self.column is None:
            return np.zeros(len(features), np.int64)
        rows = {text: at for at, text in enumerate(self.texts, start=1)}
        texts = _texts(features, self.column)
        return np.array([rows.get(text or "", 0) for text in texts], np.int64)


def policy(name: str, split: Split, choice: Choice) -> Policy:
    """Return a selector's split as a policy over the arms of a manifest.

    Args:
        name: The selector's option.
        split: What it answered.
        choice: What it chose among.

    Raises:
        StateError: The answer is no distribution over the arms.
    """
    splits = [split, *map(split.segment, split.segments)]
    return Policy(
        name=name,
        split=split,
        arms=tuple(choice.arms),
        shares=np.array([_row(each, choice) for each in splits]),
    )


def _row(split: Split, choice: Choice) -> list[float]:
    drawn = distribution(split, choice)
    probabilities = dict(zip(drawn.arms, drawn.shares, strict=True))
    return [probabilities.get(arm, 0.0) for arm in choice.arms]


def _texts(features: Sequence[str | None], column: str) -> list[str | None]:
    """Return an input's text of each event.

    Raises:
        DataError: An event was logged without it.
    """
    kind = msgspec.defstruct("Segmented", [("text", str | None)], rename={"text": column})
    decoder = msgspec.json.Decoder(kind)
    try:
        return [decoder.decode(each or "{}").text for each in features]  # type: ignore[attr-defined]
    except msgspec.DecodeError as error:
        raise DataError(
            f"events were logged without the input {column!r} that the selector tells apart by: "
            f"{error}",
            hint="serving.features=value, without serving.redact of that column, logs it",
        ) from error
