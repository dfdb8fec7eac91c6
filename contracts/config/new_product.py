"""The words of `task=new`, which names a product that is not there yet.

``product=churn`` would choose an option that does not exist, and what an experiment changes is of
products that are there. And names of columns, paths, URLs and queries are written as they are,
whatever characters they have: Hydra takes some quoted only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TASK = "task=new"
#: Leaves out what an experiment of research changes: no other entry point composes it.
NO_VARIANT = "~variant"
#: The keys whose values are texts as they stand.
TEXTS = frozenset(
    {"product", "data", "table", "query", "target", "kind", "positive", "time", "zone", "unit"}
    | {"arrived", "id", "key", "drop", "keep", "package"}
)


def is_new(overrides: Sequence[str]) -> bool:
    """Return whether overrides ask for a new product."""
    return TASK in overrides


def quoted(overrides: Sequence[str]) -> tuple[str, ...]:
    """Return overrides with the texts of `task=new` in quotes; others are unchanged.

    >>> quoted(["task=new", "target=left (y/n)"])
    ('task=new', "target='left (y/n)'")
    """
    return tuple(map(_quoted, overrides)) if is_new(overrides) else tuple(overrides)


def named(entry: str, overrides: Sequence[str]) -> list[str]:
    """Return overrides of `task=new` that choose no product, and give the new one its name.

    >>> named("research", ["task=new", "product=churn"])
    ['~product', '~variant', 'task=new', 'product.name=churn']
    """
    if not is_new(overrides):
        return list(overrides)
    words = [re.sub(r"^product=", "product.name=", word) for word in overrides]
    return ["~product", *([NO_VARIANT] if entry == "research" else []), *words]


def as_typed(overrides: Sequence[str]) -> tuple[str, ...]:
    """Return overrides without the quotes that `quoted` put around texts, for a person to read."""
    return tuple(map(_unquoted, overrides)) if is_new(overrides) else tuple(overrides)


def _unquoted(word: str) -> str:
    key, _, value = word.partition("=")
    if key not in TEXTS or not re.fullmatch(r"'.*'", value, re.DOTALL):
        return word
    plain = re.sub(r"(\\*)\1\\'", r"\1'", value[1:-1])
    return f"{key}=" + re.sub(r"(\\*)\1$", r"\1", plain)


def _quoted(word: str) -> str:
    key, equals, value = word.partition("=")
    plain = value in {"", "null"} or re.fullmatch(r"'.*'|\".*\"", value, re.DOTALL)
    if not equals or key not in TEXTS or plain:
        return word
    # Hydra halves backslashes in front of a quote, and keeps all others.
    escaped = re.sub(r"(\\*)('|$)", lambda m: m[1] * 2 + m[2].replace("'", "\\'"), value)
    return f"{key}='{escaped}'"
