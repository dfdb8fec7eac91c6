"""Two arms to choose among."""

from __future__ import annotations

import pytest

from production.generation.description import Candidate
from production.selectors.port import Choice

OLD = Candidate(release="1.0.0", generation=9, artifact="a")
NEW = Candidate(release="1.0.10", generation=1, artifact="b")


@pytest.fixture
def choice() -> Choice:
    """The champion, and an arm of a newer release."""
    return Choice(arms={"champion": OLD, "candidate": NEW})
