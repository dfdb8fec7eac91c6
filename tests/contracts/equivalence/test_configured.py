from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from contracts.config import compose, settings
from contracts.config.product import Product
from contracts.contract import Contract, lookup, published
from contracts.contract.lookup import DEFAULT, INSTALLED
from contracts.equivalence.configured import choose_sides, open_sides
from contracts.errors import ConfigError

IMPLEMENTATION = "production.implementations.flights.learner.FlightsLearner"
SOLUTION = "research.solutions.flights.solution.FlightsSolution"


@pytest.fixture(scope="module")
def product() -> Product:
    """A product that has both sides."""
    return settings(compose("contracts", ["product=flights"]).product, Product)


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Its contract."""
    return published(INSTALLED, "flights", "1.0.0")


def test_dual_has_both_sides(product: Product, contract: Contract) -> None:
    """Production's implementation is held to what research's solution does."""
    with open_sides(product, contract) as sides:
        assert sides.why_not_comparable("same_data") == ""


def test_joint_is_a_switch(product: Product, contract: Contract) -> None:
    """Nothing but the liaison changes: the solution's own state is what is proven."""
    with open_sides(product, contract, liaison="joint") as sides:
        assert [*map(sides.why_not_comparable, ("same_data", "same_state"))] == ["", ""]


def test_production_alone_says_why(product: Product, contract: Contract) -> None:
    """Without a reference, what compares with one is lacking, with the reason."""
    with open_sides(product, contract, chosen=choose_sides(product, reference="none")) as sides:
        assert sides.why_not_comparable("recorded") == ""
        assert sides.why_not_comparable("same_data") == "no reference was asked for"


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        (
            "contracts.host.clock.WallClock",
            "expected a learner, with a method `fit`, got WallClock",
        ),
        ("contracts.host.clock.VirtualClock", "VirtualClock: cannot be made without arguments"),
        ("contracts.host.clock.NoClock", "no 'NoClock' in contracts.host.clock"),
        ("os.system", "may only name objects of"),
    ],
)
def test_what_is_no_learner_is_refused(
    product: Product, contract: Contract, candidate: str, said: str
) -> None:
    """A name leads through the guard, to something that fits."""
    with pytest.raises(ConfigError, match=said):
        open_sides(product, contract, chosen=choose_sides(product, candidate=candidate))


def test_counterexamples_are_not_kept_in_an_installation(
    product: Product, contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the golden set of a repository's own contract, else in the working directory."""
    with open_sides(product, contract) as sides:
        assert sides.counterexamples == Path("counterexamples") / "flights" / "1.0.0"
    monkeypatch.chdir(INSTALLED.parents[1])
    own = msgspec.structs.replace(contract, folder=DEFAULT / "flights" / "1.0.0")
    with open_sides(product, own) as sides:
        assert sides.counterexamples == own.folder / "counterexamples"
    elsewhere = msgspec.structs.replace(contract, folder=tmp_path)
    with open_sides(product, elsewhere) as sides:
        assert sides.counterexamples == tmp_path / "counterexamples"


def test_counterexamples_of_earlier_versions_of_the_major_are_replayed(
    product: Product, contract: Contract, tmp_path: Path
) -> None:
    """This version's come first, then what came before it; a later or another major's does not."""
    for name in ("1.1.0", "1.10.0", "1.9.0", "2.0.0", "0.9.0", "1.2.0", "drafts"):
        (tmp_path / name / "counterexamples").mkdir(parents=True)
    own = msgspec.structs.replace(contract, version="1.9.0", folder=tmp_path / "1.9.0")
    with open_sides(product, own) as sides:
        found = [folder.parent.name for folder in sides.replayed]
    assert found == ["1.9.0", "1.2.0", "1.1.0"]


def test_counterexamples_that_came_with_a_contract_are_replayed_where_it_is_installed(
    product: Product, contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New ones go near who installed it; the ones shipped beside the golden set count as well."""
    site = tmp_path / "site" / "flights"
    monkeypatch.setattr(lookup, "INSTALLED", site.parent)
    monkeypatch.chdir(tmp_path)
    near = Path("counterexamples") / "flights"
    shipped = [site / name / "counterexamples" for name in ("1.0.0", "1.1.0")]
    for folder in (*shipped, near / "1.0.0", near / "2.0.0"):
        folder.mkdir(parents=True)
    own = msgspec.structs.replace(contract, version="1.1.0", folder=site / "1.1.0")
    with open_sides(product, own) as sides:
        assert sides.counterexamples == sides.replayed[0] == near / "1.1.0"
        assert {*sides.replayed[1:]} == {*shipped, near / "1.0.0"}


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
