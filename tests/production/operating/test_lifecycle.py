"""The agents of a lifecycle: what an attribute excludes does not act, and the reason says which."""

from __future__ import annotations

import pytest

from production.operating.lifecycle import allowed_agents
from tests.production.conftest import configuration

ALL = {"outcomes", "evaluation", "training", "integration", "promotion"}


@pytest.mark.parametrize(
    ("words", "act"),
    [
        (["lifecycle=dual"], ALL - {"integration"}),
        (["lifecycle=adaptive"], ALL - {"integration"}),
        (["lifecycle=adaptive", "evaluation=never"], ALL - {"integration", "evaluation"}),
        (["lifecycle=open", "model_updating.release_every=30d"], ALL - {"training"}),
        (["lifecycle=open"], {"outcomes", "evaluation"}),
        (["lifecycle=interactive"], {"outcomes"}),
    ],
)
def test_agents(words: list[str], act: set[str]) -> None:
    """Those that act, by the attributes; each other one has a reason."""
    allowed = allowed_agents(configuration(words))
    assert {name for name, why in allowed.items() if why is None} == act
    assert all(why for name, why in allowed.items() if name not in act)
