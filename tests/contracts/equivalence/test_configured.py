from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from contracts.config import compose, settings
from contracts.config.product import Product, Side
from contracts.contract import Contract, lookup, published
from contracts.contract.lookup import DEFAULT, INSTALLED
from contracts.equivalence.configured import choose_sides, open_sides
from contracts.errors import ConfigError
from tests.suites.package import install

IMPLEMENTATION = "production.implementations.flights.learner.FlightsLearner"
CLASSES = {
    "Clock": "class Clock: ...\n",
    "Raises": "class Raises:\n    def __init__(self): raise RuntimeError('no licence')\n",
    "Lacks": "class Lacks:\n    def __init__(self, licence): ...\n",
}
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
    """Production's implementation is compared with research's solution."""
    with open_sides(product, contract) as sides:
        assert sides.why_not_comparable("same_data") == ""


def test_joint_compares_the_solution_with_itself(product: Product, contract: Contract) -> None:
    """With the other liaison the solution's own state is proven."""
    with open_sides(product, contract, liaison="joint") as sides:
        assert [*map(sides.why_not_comparable, ("same_data", "same_state"))] == ["", ""]


def test_production_alone_says_why(product: Product, contract: Contract) -> None:
    """Without a reference, pairs that need one cannot be compared, and the reason is given."""
    with open_sides(product, contract, chosen=choose_sides(product, reference="none")) as sides:
        assert sides.why_not_comparable("recorded") == ""
        assert sides.why_not_comparable("same_data") == "no reference was asked for"


@pytest.mark.parametrize(
    ("candidate", "message"),
    [
        ("shop.Clock", "expected a learner, with a method `fit`, got Clock"),
        ("shop.Raises", "Raises: cannot be made: RuntimeError: no licence"),
        ("shop.Lacks", "Lacks needs 'licence' → what is named by its path alone is given nothing"),
        ("contracts.host.clock.WallClock", "not declared for the port 'learner'"),
        ("os.system", "not declared for the port 'learner'"),
    ],
)
def test_a_side_has_to_be_a_learner(  # noqa: PLR0917 - fixtures are arguments
    product: Product,
    contract: Contract,
    candidate: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name has to be declared as a learner, and lead to something with a method `fit`."""
    names = "".join(f"learner-{name.lower()} = shop:{name}\n" for name in CLASSES)
    install(tmp_path, "shop", names, "".join(CLASSES.values()))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "shop", raising=False)
    with pytest.raises(ConfigError, match=message):
        open_sides(product, contract, chosen=choose_sides(product, candidate=candidate))


def test_what_a_side_lacks_is_named_by_its_key(
    product: Product, contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hint is an override that reaches it, for either side."""
    install(tmp_path, "shop", "learner = shop:Lacks\n", CLASSES["Lacks"])
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "shop", raising=False)
    lacking = Side(learner={"_target_": "shop.Lacks"}, model="")
    for name in ("solution", "implementation"):
        changed = msgspec.structs.replace(product, **{name: lacking})
        with pytest.raises(ConfigError, match=rf"\+product\.{name}\.learner\.licence=…"):
            open_sides(changed, contract)


def test_counterexamples_are_not_written_into_an_installation(
    product: Product, contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They go beside the golden set of a repository's contract, else to the working directory."""
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
    """This version's come first, then earlier ones; later ones and other majors are left out."""
    for name in ("1.1.0", "1.10.0", "1.9.0", "2.0.0", "0.9.0", "1.2.0", "drafts"):
        (tmp_path / name / "counterexamples").mkdir(parents=True)
    own = msgspec.structs.replace(contract, version="1.9.0", folder=tmp_path / "1.9.0")
    with open_sides(product, own) as sides:
        folders = [folder.parent.name for folder in sides.replayed]
    assert folders == ["1.9.0", "1.2.0", "1.1.0"]


def test_counterexamples_that_came_with_a_contract_are_replayed_where_it_is_installed(
    product: Product, contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New ones go to the working directory; those shipped beside the golden set count as well."""
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
    ("words", "liaison", "names"),
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
    product: Product, words: dict[str, str], liaison: str, names: tuple[str, str]
) -> None:
    """A word names a configured side, a dotted name a class; the liaison is the default."""
    chosen = choose_sides(product, **words)
    assert (chosen.liaison, chosen.names) == (liaison, names)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"candidate": "implmentation"}, "did you mean 'implementation'"),
        ({"candidate": "none"}, "candidate=none: expected implementation, solution or"),
        ({"candidate": "solution", "reference": "none"}, "against itself as fitted"),
    ],
)
def test_an_unknown_side_is_refused(product: Product, words: dict[str, str], message: str) -> None:
    """A misspelt word, and a joint candidate with another reference, are refused."""
    with pytest.raises(ConfigError, match=message):
        choose_sides(product, **words)


def test_a_product_without_implementation_proves_its_solution(product: Product) -> None:
    """If production has no code of its own, that is the default; the dual liaison is refused."""
    joint_only = msgspec.structs.replace(product, implementation=None)
    assert choose_sides(joint_only).liaison == "joint"
    assert choose_sides(joint_only, liaison="joint").liaison == "joint"
    with pytest.raises(ConfigError, match="no implementation to prove") as refused:
        choose_sides(joint_only, liaison="dual")
    assert "liaison=joint" in refused.value.hint
