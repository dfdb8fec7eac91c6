"""The agents of a lifecycle: what an attribute excludes does not act, and the reason says which."""

from __future__ import annotations

import pytest

from production.operating.lifecycle import allowed_agents
from tests.production.conftest import configuration

ALL = {"outcomes", "evaluation", "training", "integration", "promotion"}
DUAL = ["lifecycle=dual", "parity=sampled"]


@pytest.mark.parametrize(
    ("words", "act"),
    [
        (["lifecycle=dual"], ALL - {"integration"}),
        (DUAL, ALL - {"integration"} | {"parity"}),
        (["lifecycle=adaptive", "parity=sampled"], ALL - {"integration"}),
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


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["lifecycle=dual"], "parity=none"),
        (["lifecycle=adaptive", "parity=sampled"], "liaison=joint: one implementation"),
        ([*DUAL, "data_access=ad_hoc_dump", "evaluation=never"], "cannot fetch the rows"),
        ([*DUAL, "serving.features=none"], "the log lacks inputs"),
        ([*DUAL, "serving.redact=[tailnum]"], "the log lacks inputs"),
        ([*DUAL, "product.solution.learner._target_=gone.Learner"], "research is not installed"),
    ],
)
def test_parity_needs_two_sides_and_their_inputs(words: list[str], why: str) -> None:
    """Where one is missing the reason says which."""
    assert why in str(allowed_agents(configuration(words))["parity"])
