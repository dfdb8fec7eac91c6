"""Names for inputs that Python can read, made of whatever a file's header has."""

from __future__ import annotations

import re
from keyword import iskeyword, issoftkeyword
from typing import TYPE_CHECKING
from unicodedata import normalize

from contracts.data.events import STANDARD

if TYPE_CHECKING:
    from collections.abc import Iterable

LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "%": " percent "}
)


def readable(columns: Iterable[str]) -> dict[str, str]:
    """Return a distinct name for each column, in their order.

    >>> readable(["tenure", "Größe (cm)", "class", "id", "2nd"])
    {'tenure': 'tenure', 'Größe (cm)': 'Groesse_cm', 'class': 'class_', 'id': 'id_', '2nd': 'c_2nd'}
    """
    names: dict[str, str] = {}
    taken: set[str] = {*STANDARD}
    for column in columns:
        base = name = _name(column)
        number = 1
        while name in taken:
            number += 1
            name = f"{base}_" if number == 2 and base in STANDARD else f"{base}_{number}"
        taken.add(name)
        names[column] = name
    return names


def _name(column: str) -> str:
    plain = normalize("NFKD", column.translate(LETTERS)).encode("ascii", "ignore").decode()
    word = re.sub(r"\W+", "_", plain).strip("_")
    if not word or word[0].isdigit():
        word = f"c_{word}".rstrip("_")
    return f"{word}_" if iskeyword(word) or issoftkeyword(word) else word
