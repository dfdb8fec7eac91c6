"""Checks when served predictions are scored, against how the data are fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.errors import LifecycleError

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_evaluation(evaluation: Mapping[str, Any], *, data_access: str) -> None:
    """Refuse an evaluation that would never score anything.

    Args:
        evaluation: The evaluation as it is configured.
        data_access: The option of that attribute.

    Raises:
        LifecycleError: No outcome ever comes back, or by volume nothing is counted.
    """
    name = str(evaluation["name"])
    if data_access == "ad_hoc_dump" and name != "never":
        raise LifecycleError(
            f"evaluation={name} cannot work with data_access=ad_hoc_dump: a dump gives no "
            "increments, so no outcome of a served event ever comes back",
            hint="evaluation=never, or data_access=programmatic",
        )
    counted = (evaluation.get("requests"), evaluation.get("outcomes"))
    if name == "volume" and counted == (None, None):
        raise LifecycleError(
            "evaluation=volume counts neither requests nor outcomes, so nothing would ever be "
            "scored",
            hint="evaluation.outcomes=1000, or evaluation=daily",
        )
