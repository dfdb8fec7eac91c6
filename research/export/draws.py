"""Values of a column on which two forms of one model are most likely to differ.

They are drawn from what was seen in the column, and only those that the schema allows are kept.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.schema.edges import accepts, boundaries
from research.export.arrays import LARGEST, LARGEST_SINGLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from contracts.schema.columns import Column
    from research.export.arrays import Array, Kind

#: Values of each sort that a column is tried with, at most.
MOST = 120
#: A text that no training row had.
UNSEEN = "\N{WHITE QUESTION MARK ORNAMENT}"
#: Texts that programs split, fold or store differently.
ODD_TEXTS = (
    *("", " ", UNSEEN, "caf\u00e9", "cafe\u0301", "\u043c\u0438\u0440", "\u4e16\u754c", "\u0663"),
    *(
        "stra\u00dfe",
        "STRASSE",
        "\u0130",
        "i\u0307",
        "\ufb01ne",
        "\u01c5",
        "\u03a3\u03c2",
        "\u00b5",
    ),
    *("a\nb", "a\tb", "a\u00a0b", "a_b", "a-b", "a'b", "a\u200db", "\U0001f468\u200d\U0001f469"),
    "word " * 300,
)
#: What is put into a word that was seen: letters of other scripts, with and without case.
LETTERS = ("\u00e9", "\u00df", "\u0130", "\ufb01", "\u0436", "\u4e16", "\u0301", "\u0663", "_")
#: Whole numbers about which float32, float64 and int64 end, and one that float64 rounds to a tie.
WHOLE = tuple(
    sign * (power + step)
    for power in (0, 2**24, 2**31, 2**53, 2**60 + 2**36)
    for step in (-1, 0, 1)
    for sign in (1, -1)
)
LEAST_INT, LARGEST_INT = -(2**63), 2**63 - 1
#: The numbers next to 0, of either sign, as float64 and as float32 have them.
TINY = (0.0, -0.0, 5e-324, -5e-324, 2.2e-308, 1.4e-45, -1.4e-45, 1.2e-38)
LARGE = (LARGEST_SINGLE, 2 * LARGEST_SINGLE, 1e300, LARGEST)


def draws(column: Array, kind: Kind, schema: Column | None) -> dict[str, Array]:
    """Return values to try in a column, by what they are; a sort that the schema lacks is left out.

    Args:
        column: The values seen, (n,).
        kind: What the column holds.
        schema: What the contract says of it; None where anything of the kind may come.
    """
    sorts = _texts(column) if kind == "str" else _numbers(column, kind)
    if schema is not None:
        sorts |= {"values at the schema's bounds": _present(boundaries(schema))}
        sorts = {sort: _allowed(values, schema, kind) for sort, values in sorts.items()}
    return {sort: _array(_spread(values), kind) for sort, values in sorts.items() if values}


def neighbours(numbers: Array) -> Array:
    """Return numbers with those next to them, as float64 and as float32 have them."""
    near = numbers.astype(np.float64)
    with np.errstate(over="ignore"):
        small = near.astype(np.float32)
        sides = [np.nextafter(near, end) for end in (-np.inf, np.inf)]
        singles = [small, *(np.nextafter(small, np.float32(end)) for end in (-np.inf, np.inf))]
    every = np.concatenate([near, *sides, *(each.astype(np.float64) for each in singles)])
    finite: Array = every[np.isfinite(every)]
    return finite


def allowed_numbers(numbers: Array, kind: Kind, schema: Column | None) -> Array:
    """Return those of some numbers that a column may hold; whole ones on either side of each."""
    if kind == "int":
        inside = numbers[np.abs(numbers) < 2.0**62]
        numbers = np.unique(np.concatenate([np.floor(inside), np.ceil(inside)]).astype(np.int64))
    if schema is None:
        return numbers
    keep = [accepts(schema, each) for each in numbers.tolist()]
    kept: Array = numbers[np.array(keep, dtype=bool)]
    return kept


def _numbers(column: Array, kind: Kind) -> dict[str, list[Any]]:
    seen = np.unique(column[~np.isnan(column)])
    some = seen[np.unique(np.linspace(0, len(seen) - 1, min(len(seen), MOST)).astype(int))]
    if kind == "int":
        return _whole([int(each) for each in some])
    middle = some[:-1] / 2 + some[1:] / 2
    low, high = (float(some[0]), float(some[-1])) if len(some) else (0.0, 1.0)
    span = min(high - low, LARGEST / 1e4) or 1.0
    beyond = [
        edge for step in (1e-3, 1, 10, 1e3) for edge in (low - step * span, high + step * span)
    ]
    return {
        "numbers between those seen": middle.tolist(),
        "numbers beside those seen": neighbours(some).tolist(),
        "numbers beyond those seen": beyond,
        "zeros and subnormals": list(TINY),
        "whole numbers past 2**24": [float(each) for each in WHOLE],
        "the largest numbers": [sign * each for each in LARGE for sign in (1, -1)],
    }


def _whole(some: list[int]) -> dict[str, list[Any]]:
    low, high = (some[0], some[-1]) if some else (0, 1)
    span = high - low or 1
    pairs = pairwise(some)
    beyond = [edge for step in (1, 10, 1_000) for edge in (low - step * span, high + step * span)]
    return {
        "numbers between those seen": [(one + other) // 2 for one, other in pairs],
        "numbers beside those seen": [each + step for each in some for step in (-1, 1)],
        "numbers beyond those seen": beyond,
        "whole numbers past 2**24": list(WHOLE),
        "the largest numbers": [LEAST_INT, LEAST_INT + 1, LARGEST_INT - 1, LARGEST_INT],
    }


def _texts(column: Array) -> dict[str, list[Any]]:
    seen = _spread([*dict.fromkeys(column.tolist())], 20)
    cases: tuple[Callable[[str], str], ...] = (str.lower, str.upper, str.title, str.swapcase)
    return {
        "texts of other scripts": [
            *(f"{each[:1]}{letter}{each[1:]}" for each in seen for letter in LETTERS),
            *(f"{each} {odd}" for each in seen for odd in ODD_TEXTS[3:20]),
        ],
        "texts in another case": [change(each) for each in seen for change in cases],
        "odd texts": [*ODD_TEXTS],
    }


def _present(values: Iterable[Any]) -> list[Any]:
    return [each for each in values if each is not None]


def _allowed(values: Iterable[Any], schema: Column, kind: Kind) -> list[Any]:
    if kind != "int":
        return [each for each in values if accepts(schema, each)]
    return [each for each in values if LEAST_INT <= each <= LARGEST_INT and accepts(schema, each)]


def _array(values: list[Any], kind: Kind) -> Array:
    if kind == "str":
        return np.array(values, dtype=object)
    if kind == "int":
        return np.array(
            [each for each in values if LEAST_INT <= each <= LARGEST_INT], dtype=np.int64
        )
    return np.array(values, dtype=np.float64).clip(-LARGEST, LARGEST)


def _spread(values: list[Any], most: int = 3 * MOST) -> list[Any]:
    """Return at most so many of some values, evenly spread."""
    places = np.linspace(0, len(values) - 1, min(len(values), most)).astype(int)
    return [values[at] for at in places]
