from __future__ import annotations

import msgspec
import pytest

from contracts.config import compose, settings
from contracts.config.product import Product
from contracts.equivalence.configured import choose_sides
from contracts.errors import ConfigError

IMPLEMENTATION = "production.implementations.flights.learner.FlightsLearner"
SOLUTION = "research.solutions.flights.solution.FlightsSolution"


@pytest.fixture(scope="module")
def product() -> Product:
    """A product that has both sides."""
    return settings(compose("contracts", ["product=flights"]).product, Product)


@pytest.mark.parametrize(
    ("asked", "liaison", "names"),
    [
        ({}, "dual", (IMPLEMENTATION, SOLUTION)),
        ({"liaison": "joint"}, "joint", (SOLUTION, SOLUTION)),
        ({"candidate": "solution"}, "joint", (SOLUTION, SOLUTION)),
        ({"candidate": "implementation", "liaison": "joint"}, "dual", (IMPLEMENTATION, SOLUTION)),
        ({"reference": "none"}, "dual", (IMPLEMENTATION, "")),
        ({"candidate": "a.B", "reference": "implementation"}, "dual", ("a.B", IMPLEMENTATION)),
    ],
)
def test_sides_are_chosen_by_word_or_name(
    product: Product, asked: dict[str, str], liaison: str, names: tuple[str, str]
) -> None:
    """A word names a side of the configuration, a dotted name a class, the liaison the rest."""
    found = choose_sides(product, **asked)
    assert (found.liaison, found.names) == (liaison, names)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"candidate": "implmentation"}, "did you mean 'implementation'"),
        ({"candidate": "none"}, "candidate=none: expected implementation, solution or"),
        ({"candidate": "solution", "reference": "none"}, "against itself as fitted"),
    ],
)
def test_what_is_no_side_is_refused(product: Product, asked: dict[str, str], said: str) -> None:
    """A misspelt word, and a joint candidate with another reference, are named."""
    with pytest.raises(ConfigError, match=said):
        choose_sides(product, **asked)


def test_a_product_without_implementation_proves_its_solution(product: Product) -> None:
    """Where production has no code of its own, the error names the way that is left."""
    joint_only = msgspec.structs.replace(product, implementation=None)
    assert choose_sides(joint_only, liaison="joint").liaison == "joint"
    with pytest.raises(ConfigError, match="no implementation to prove") as refused:
        choose_sides(joint_only)
    assert "liaison=joint" in refused.value.hint
