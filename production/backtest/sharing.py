"""Which runs of a comparison share their fits, and where.

What two variants would train alike, the first that comes to it trains, for both: variants of two
triggers, two gates or two windows have many equal fits. Each is charged the seconds of all its
fits, as if it had run alone; what another run made of them is recorded beside.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from contracts.host.owned import clear, is_ours

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from production.settings import Production

#: No variant can be called so.
FOLDER = ".shared-fits"


def sharing_runs(configs: Mapping[str, Production]) -> frozenset[str]:
    """Return the names of the runs whose learner another run has, too."""
    learners = {name: _learner(each) for name, each in configs.items()}
    runs = Counter(learners.values())
    return frozenset(name for name, learner in learners.items() if runs[learner] > 1)


def forget_fits(output: Path) -> None:
    """Remove the fits that the runs of a comparison shared, when all are done."""
    if is_ours(output / FOLDER):
        clear(output / FOLDER)


def _learner(config: Production) -> bytes:
    return msgspec.json.encode(config.served_side.learner, order="sorted")
