"""How OpenMP's threads wait."""

from __future__ import annotations

import os


def limit_spinning() -> None:
    """Let threads of OpenMP spin briefly while they wait; called before a process loads OpenMP.

    Those of one fit that spin starve everything else, each other included: ten times slower.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")
