from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from contracts.config import compose, settings
from contracts.config.product import Product
from contracts.contract import Contract, published
from contracts.contract.shelf import DEFAULT, INSTALLED
from contracts.equivalence.configured import configured
from contracts.equivalence.parties import parties
from contracts.errors import ConfigError


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
    with configured(product, contract) as sides:
        assert sides.lacking("same_data") == ""


def test_joint_is_a_switch(product: Product, contract: Contract) -> None:
    """Nothing but the liaison changes: the solution's own state is what is proven."""
    with configured(product, contract, liaison="joint") as sides:
        assert (sides.lacking("same_data"), sides.lacking("same_state")) == ("", "")


def test_production_alone_says_why(product: Product, contract: Contract) -> None:
    """Without a reference, what compares with one is lacking, with the reason."""
    with configured(product, contract, chosen=parties(product, reference="none")) as sides:
        assert sides.lacking("recorded") == ""
        assert sides.lacking("same_data") == "no reference was asked for"


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        ("contracts.clock.WallClock", "expected a learner, with a method `fit`, got WallClock"),
        ("contracts.clock.VirtualClock", "VirtualClock: cannot be made without arguments"),
        ("contracts.clock.NoClock", "no 'NoClock' in contracts.clock"),
        ("os.system", "may only name objects of"),
    ],
)
def test_what_is_no_learner_is_refused(
    product: Product, contract: Contract, candidate: str, said: str
) -> None:
    """A name leads through the guard, to something that fits."""
    with pytest.raises(ConfigError, match=said):
        configured(product, contract, chosen=parties(product, candidate=candidate))


def test_counterexamples_are_not_kept_in_an_installation(
    product: Product, contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the golden set of a repository's own contract, else in the working directory."""
    with configured(product, contract) as sides:
        assert sides.counterexamples == Path("counterexamples") / "flights" / "1.0.0"
    monkeypatch.chdir(INSTALLED.parents[1])
    own = msgspec.structs.replace(contract, folder=DEFAULT / "flights" / "1.0.0")
    with configured(product, own) as sides:
        assert sides.counterexamples == own.folder / "counterexamples"
    elsewhere = msgspec.structs.replace(contract, folder=tmp_path)
    with configured(product, elsewhere) as sides:
        assert sides.counterexamples == tmp_path / "counterexamples"
