"""Parts judged together: one verdict of many, where a clause is called whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.equivalence.verdict import Verdict

GRAVITY = ("not_run", "reported", "equivalent", "inconclusive", "different")


def whole(parts: Mapping[str, Verdict]) -> Verdict:
    """Return the gravest part's verdict, under the clause's name, with what was found of each."""
    name, gravest = max(parts.items(), key=lambda part: GRAVITY.index(part[1].outcome))
    return msgspec.structs.replace(
        gravest,
        message=f"{name}: {gravest.message}",
        evidence={"parts": {part: found.evidence for part, found in parts.items()}},
    )
