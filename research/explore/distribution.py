"""How a feature is distributed where the outcome was one thing, and where it was another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.figure import Bar, Bars, Histogram

if TYPE_CHECKING:
    from contracts.report.figure import Figure
    from research.explore.sample import Sample

BINS = 24
TOP = 10
#: The tails beyond are counted in the outermost bins: a picture shows where the rows are.
TAILS = (0.002, 0.998)


def distribution(sample: Sample, name: str) -> Figure:
    """Return the picture of one feature, split by outcome."""
    known = sample.known & ~sample.missing(name)
    present = ~sample.missing(name)[sample.known]
    groups = {group: inside[present] for group, inside in sample.groups().items()}
    if sample.categorical(name):
        return bars(name, sample.texts(name)[known].astype(str), groups)
    return histogram(name, sample.values(name)[known], groups)


def bars(name: str, texts: np.ndarray, groups: dict[str, np.ndarray]) -> Bars:
    """Return the shares of a feature's most frequent values."""
    names, counts = np.unique(texts, return_counts=True)
    top = sorted(names[np.argsort(-counts, kind="stable")][:TOP].tolist(), key=natural)
    series = [
        Bar(name=group, values=[float((texts[inside] == value).mean()) for value in top])
        for group, inside in groups.items()
    ]
    caption = f"{name}, the {TOP} most frequent of {len(names)}" if len(names) > TOP else name
    return Bars(caption=caption, labels=tuple(top), series=tuple(series), share=True, size="third")


def histogram(name: str, values: np.ndarray, groups: dict[str, np.ndarray]) -> Histogram:
    """Return the shares of a feature's values between edges."""
    low, high = np.quantile(values, TAILS) if len(values) else (0.0, 1.0)
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    series = []
    for group, inside in groups.items():
        counts = np.histogram(np.clip(values[inside], edges[0], edges[-1]), edges)[0]
        series.append(Bar(name=group, values=counts / max(counts.sum(), 1)))
    return Histogram(caption=name, edges=edges.tolist(), series=tuple(series), size="third")


def natural(text: str) -> tuple[float, str]:
    """Return the key that sorts numbers by their value, before words."""
    return (float(text), "") if text.lstrip("-").isdigit() else (np.inf, text)
