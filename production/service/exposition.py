"""Prometheus' text format for metrics, version 0.0.4: families of samples to text.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

TEXT = b"text/plain; version=0.0.4; charset=utf-8"
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", '"': '\\"'})

#: What follows the family's name, the labels, the value.
Sample = tuple[str, Mapping[str, str], float]


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """The samples of one metric.

    Attributes:
        name: Its name; a counter's ends with ``_total``.
        kind: What it is.
        help: What it means, in one line.
        samples: Its samples.
    """

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    samples: Sequence[Sample]


def counter(name: str, text: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Family:
    """Return a family of counters from labels and values."""
    return _family("counter", name, text, samples)


def gauge(name: str, text: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Family:
    """Return a family of gauges from labels and values."""
    return _family("gauge", name, text, samples)


def exposition(families: Iterable[Family]) -> bytes:
    r"""Return families as text.

    >>> exposition([gauge("depth", "Events that wait.", [({"queue": 'a"b'}, 3)])])
    b'# HELP depth Events that wait.\n# TYPE depth gauge\ndepth{queue="a\\"b"} 3\n'
    """
    return "".join(line for family in families for line in _lines(family)).encode()


def _family(
    kind: Literal["counter", "gauge"],
    name: str,
    text: str,
    samples: Iterable[tuple[Mapping[str, str], float]],
) -> Family:
    rows = tuple(("", labels, value) for labels, value in samples)
    return Family(name=name, kind=kind, help=text, samples=rows)


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {family.help}\n"
    yield f"# TYPE {family.name} {family.kind}\n"
    for suffix, labels, value in family.samples:
        pairs = ",".join(f'{name}="{text.translate(ESCAPES)}"' for name, text in labels.items())
        yield f"{family.name}{suffix}{f'{{{pairs}}}' if pairs else ''} {value}\n"
