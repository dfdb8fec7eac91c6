"""ASCII substitutes for characters that the encoding of an output lacks, instead of an error."""

from __future__ import annotations

import codecs
from io import TextIOWrapper

#: Characters we print, and what replaces each: Windows pipes text as cp1252, which lacks most.
SUBSTITUTES = {
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
#: The other characters that draw boxes become a plus sign.
BOX_DRAWING = {chr(code) for code in range(0x2500, 0x2580)}
#: The name under which Python finds our handler of encoding errors.
HANDLER = "liaison.substitute"


def substitute(error: UnicodeError) -> tuple[str, int]:
    """Handle an encoding error: return the substitutes, and where encoding goes on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    substitutes = (SUBSTITUTES.get(sign, "+" if sign in BOX_DRAWING else "?") for sign in lacking)
    return "".join(substitutes), error.end


codecs.register_error(HANDLER, substitute)


def encodable(text: str, encoding: str) -> str:
    """Return text with substitutes for the characters that an encoding lacks.

    >>> encodable("0.55 → 0.6, ±0.01", "cp1252"), encodable("±0.01 …", "ascii")
    ('0.55 -> 0.6, ±0.01', '+-0.01 ...')
    """
    return text.encode(encoding, HANDLER).decode(encoding)


def substitute_unencodable(stream: object) -> None:
    """Make a stream of this process print substitutes; a stream that captures text stays as is."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors=HANDLER)
