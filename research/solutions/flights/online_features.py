"""The features of the online solution: bins of numbers, texts, and pairs of them, one-hot.

Nothing here needs pandas or scikit-learn, because what serves imports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from research.export.arrays import Array

    Codes = npt.NDArray[np.int64]
    #: The texts of each text column, each of which has a code: its position.
    Texts = Mapping[str, Sequence[str]]

#: Each code of a number: its column, and the edges of its bins.
EDGES: dict[str, tuple[str, Sequence[float]]] = {
    "half_hour": ("minute", range(30, 1440, 30)),
    "hour": ("minute", range(60, 1440, 60)),
    "part_of_day": ("minute", range(240, 1440, 240)),
    "weekday": ("weekday", range(1, 7)),
    "slack": ("slack", [-30 + 7.5 * step for step in range(10)]),
    "seats": ("seats", [30, 60, 80, 120, 150, 180, 220, 300]),
    "built": ("built", [1990, 1995, 1998, 2000, 2002, 2004, 2006, 2008, 2010]),
    "temp": ("temp", range(15, 100, 8)),
    "warmth": ("temp", [30, 45, 60, 70, 80]),
    "humid": ("humid", range(30, 100, 8)),
    "damp": ("humid", [50, 65, 80, 90]),
    "precip": ("precip", [1e-9, 0.02, 0.05, 0.1, 0.2, 0.4]),
    "rain": ("precip", [1e-9, 0.05]),
    "pressure": ("pressure", range(995, 1040, 4)),
    "high": ("pressure", [1005, 1010, 1015, 1020]),
    "visib": ("visib", [0.5, 1, 2, 3, 5, 7, 9, 9.99]),
    "wind": ("wind_speed", range(3, 40, 4)),
    "force": ("wind_speed", [8, 14, 20]),
    "wind_dir": ("wind_dir", [22.5 + 45 * step for step in range(8)]),
}
#: The columns of numbers that are used.
COLUMNS = (
    *dict.fromkeys(column for column, _ in EDGES.values() if column != "slack"),
    *("distance", "elapsed"),
)
#: Each feature: a code, or a pair of codes whose every combination has a column of its own.
FEATURES = (
    *("carrier:origin", "dest", "half_hour", "weekday", "weekday:hour", "origin:hour"),
    *("carrier:part_of_day", "slack", "seats", "built", "temp", "humid", "precip", "pressure"),
    *("visib", "wind", "origin:wind_dir", "force:wind_dir", "high:damp", "warmth:damp"),
    *("origin:rain", "damp:hour"),
)
SCALE = 1 / np.sqrt(len(FEATURES))


def one_hot(columns: Mapping[str, Array], texts: Texts) -> csr_matrix:
    """Return n rows with one column for each bin of each feature; each row's squares sum to 1."""
    codes, sizes = _codes(columns, texts), _sizes(texts)
    places, width = [], 0
    for feature in FEATURES:
        first, *second = feature.split(":")
        place, size = codes[first], sizes[first]
        for name in second:
            place, size = place * sizes[name] + codes[name], size * sizes[name]
        places.append(place + width)
        width += size
    taken = np.column_stack(places)
    starts = np.arange(0, taken.size + 1, len(FEATURES))
    return csr_matrix((np.full(taken.size, SCALE), taken.ravel(), starts), (len(taken), width))


def _codes(columns: Mapping[str, Array], texts: Texts) -> dict[str, Codes]:
    # What a schedule leaves beyond the 45 minutes, and a minute for 8 miles, that a flight takes.
    slack = columns["elapsed"] - 0.1225 * columns["distance"] - 45
    numbers, codes = {**columns, "slack": slack}, {}
    for name, known in texts.items():
        at = {text: code for code, text in enumerate(known)}
        codes[name] = np.array([at.get(text, len(known)) for text in columns[name]], np.int64)
    for name, (column, edges) in EDGES.items():
        values = numbers[column].astype(np.float64)
        bins = np.digitize(values, np.asarray(edges, np.float64))
        codes[name] = np.where(np.isnan(values), len(edges) + 1, bins)
    return codes


def _sizes(texts: Texts) -> dict[str, int]:
    """Return how many codes each has: one more for what is unknown."""
    sizes = {name: len(known) + 1 for name, known in texts.items()}
    return sizes | {name: len(edges) + 2 for name, (_, edges) in EDGES.items()}
