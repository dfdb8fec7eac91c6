"""The figures of a model card: what a contract was learned from, what it scores, and where.

They stand in a file beside the normative ones and are no part of the digest: they describe what
research measured, and bind nobody. A contract without the file is whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.errors import ContractError
from contracts.host.regular import read_regular
from contracts.score.bootstrap import Interval
from contracts.score.calibration import Bin

if TYPE_CHECKING:
    from pathlib import Path

#: The figures, and the whole document as text, made of them and of the contract.
FILE, DOCUMENT = "card.json", "card.md"
LARGEST = 2**24


class SegmentScore(msgspec.Struct, frozen=True, kw_only=True):
    """What rows of the test window with one value, or range of values, of a column score.

    Attributes:
        column: An input column.
        value: The value, or the range as text.
        rows: How many rows of the test window have it.
        solution: What the solution scored on them.
        baseline: What the naive baseline scored.
    """

    column: str
    value: str
    rows: int
    solution: float
    baseline: float


class CardScore(msgspec.Struct, frozen=True, kw_only=True):
    """One metric on the test window, with 95% intervals; the gain is paired."""

    solution: Interval
    baseline: Interval
    gain: Interval


class WindowRows(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows a window has.

    Attributes:
        events: All of them.
        outcomes: Those whose outcome had arrived by the window's end.
        labels: Rows of each label, in the contract's order; empty for regression.
        unlisted: Rows with a label that the contract does not list.
        spread: Least, middle and largest outcome of regression, else empty.
    """

    events: int
    outcomes: int
    labels: tuple[int, ...] = ()
    unlisted: int = 0
    spread: tuple[float, ...] = ()


class ColumnSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What the windows held of one input column.

    Attributes:
        name: The column.
        least: The smallest number of the training window; None for text, or without a value.
        most: The largest.
        values: How many different texts the training window had; None for numbers.
        missing: The share of null in the training window.
        outside: The share of the test window's rows beyond what training had.
        moved: The population stability index of the test window against the training window.
    """

    name: str
    least: float | None = None
    most: float | None = None
    values: int | None = None
    missing: float
    outside: float
    moved: float


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What research measured while it made a contract.

    Unknown fields are ignored: a later version may measure more.

    Attributes:
        digest: The digest of the contract that it describes.
        training: The window that was fitted on.
        test: The window that nothing was tuned on.
        scores: By metric, on the test window.
        shuffled: By metric, what a random split of the same rows would have claimed.
        calibration: Predicted against observed, on the test window.
        metric: The metric of the segments: one that is a mean over rows, if there is one.
        segments: What parts of the test window score.
        small: How many segments have too few rows to be scored.
        columns: What was seen of each input column.
    """

    digest: str = ""
    training: WindowRows
    test: WindowRows
    scores: dict[str, CardScore]
    shuffled: dict[str, float]
    calibration: tuple[Bin, ...]
    metric: str
    segments: tuple[SegmentScore, ...]
    small: int
    columns: tuple[ColumnSeen, ...]


def read(folder: Path, *, digest: str) -> Card | None:
    """Return the card in a contract's folder, or None where there is none.

    Args:
        folder: The contract's folder.
        digest: The contract's digest.

    Raises:
        ContractError: It cannot be decoded, or is of another contract.
    """
    hint = "draft the contract anew: python -m research task=specify; or remove the file"
    try:
        card = msgspec.json.decode(read_regular(folder / FILE, largest=LARGEST), type=Card)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ContractError(f"{folder / FILE}: {error}", hint=hint) from error
    if card.digest != digest:
        raise ContractError(f"{folder / FILE}: the card is of another contract", hint=hint)
    return card


def write(folder: Path, card: Card) -> None:
    """Write a card into a contract's folder."""
    encoded = msgspec.json.format(msgspec.json.encode(card), indent=2)
    (folder / FILE).write_bytes(encoded + b"\n")
