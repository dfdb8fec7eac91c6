"""Whether a product's solution is still the one that its contract was made with."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from contracts.config.instantiate import TARGET
from contracts.config.packages import package_digest

if TYPE_CHECKING:
    from contracts.config.product import Side
    from contracts.contract import Contract


def solution_digest(solution: Side) -> str:
    """Return the digest of a solution's configuration and of its package's code.

    It is empty where the package is not installed.
    """
    code = package_digest(str(solution.learner.get(TARGET, "")))
    config = msgspec.json.encode(solution, order="sorted")
    return sha256(config + code.encode()).hexdigest() if code else ""


def other_solution(contract: Contract, solution: Side) -> bool | None:
    """Return whether a contract was made with another solution; None where it cannot be known.

    Contracts do not say it from before it was recorded, and production may lack research's package.
    """
    recorded, now = contract.provenance.solution, solution_digest(solution)
    return recorded != now if recorded and now else None
