"""Signs that an encoding lacks, spelt in what it has: no task ends for want of an arrow."""

from __future__ import annotations

import codecs
from io import TextIOWrapper

#: What stands for a sign that an encoding lacks: Windows pipes text as cp1252.
SIGNS = {
    "→": "->",
    "…": "...",
    "±": "+-",
    "≥": ">=",
    "≤": "<=",
    "─": "-",
    "│": "|",
    "▶": ">",
    "◀": "<",
    "▼": "v",
    "↓": "v",
    "▲": "^",
    "–": "-",  # noqa: RUF001
    "·": "-",
    "×": "x",  # noqa: RUF001
    "\N{NO-BREAK SPACE}": " ",
}
CORNERS = {chr(code) for code in range(0x2500, 0x2580)}
SPELT = "liaison.spelt"


def spelt(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for signs that an encoding lacks: a handler of encoding errors."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(SIGNS.get(sign, "+" if sign in CORNERS else "?") for sign in lacking), error.end


codecs.register_error(SPELT, spelt)


def encodable(text: str, encoding: str) -> str:
    """Return text in what an encoding has.

    >>> encodable("0.55 → 0.6, ±0.01", "cp1252"), encodable("±0.01 …", "ascii")
    ('0.55 -> 0.6, ±0.01', '+-0.01 ...')
    """
    return text.encode(encoding, SPELT).decode(encoding)


def lenient(stream: object) -> None:
    """Let a stream of this process spell what its encoding lacks; what captures text is let be."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors=SPELT)
