from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import IntegrityError
from contracts.moment import DAY, instant
from contracts.show.listing import listed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.show.listing import Listed

CREATED = "2013-03-01T00:00:00Z"
AT = "2014-01-01T00:00:00Z"


@pytest.fixture
def root(write: Callable[..., Contract], tmp_path: Path) -> Path:
    """Three versions of one product, published on one day."""
    for version in ("1.0.0", "1.1.0", "1.10.0"):
        write(tmp_path / "toy" / version, version=version)
    (tmp_path / "toy" / "notes").mkdir()
    (tmp_path / "empty").mkdir()
    return tmp_path


def found(root: Path, named: str | None, **given: Any) -> list[Listed]:
    """List the versions, where the configuration names one."""
    defaults: dict[str, Any] = {"proven": lambda _: AT, "now": instant(CREATED) + 3 * DAY + 7}
    names = {} if named is None else {"toy": named}
    return [*listed(root, named=names, **defaults | given)]


def test_a_version_not_yet_fulfilled_shows_its_days(root: Path) -> None:
    """A version newer than the one production names is not yet fulfilled, for so many days."""
    states = [(each.version, each.state, each.days) for each in found(root, "1.1.0")]
    assert states == [
        ("1.10.0", "not yet fulfilled", 3),
        ("1.1.0", "fulfilled", None),
        ("1.0.0", "superseded", None),
    ]
    assert {each.published for each in found(root, "1.1.0")} == {CREATED}


def test_a_contract_without_a_configured_product_is_listed(root: Path) -> None:
    """Its state is `no product`."""
    assert {each.state for each in found(root, None)} == {"no product"}


def test_a_version_that_is_only_named_is_not_fulfilled(root: Path) -> None:
    """Configuration names the version to fulfil; only a proof shows that it is fulfilled."""
    states = {each.version: each.state for each in found(root, "1.1.0", proven=lambda _: "")}
    assert states == {
        "1.10.0": "not yet fulfilled",
        "1.1.0": "named, not proven",
        "1.0.0": "superseded",
    }


def test_a_proof_is_shown_in_the_row_of_its_version(root: Path) -> None:
    """Each version has its own proof."""
    proven = {
        each.version: each.proven
        for each in found(root, "1.1.0", proven=lambda one: AT if one.version == "1.0.0" else "")
    }
    assert proven == {"1.10.0": "", "1.1.0": "", "1.0.0": AT}


def test_an_edited_contract_is_an_error(root: Path) -> None:
    """A list does not hide that a published contract was changed."""
    path = root / "toy" / "1.0.0" / "contract.yaml"
    path.write_text(path.read_text() + "# changed\n")
    with pytest.raises(IntegrityError, match="changed since it was written"):
        found(root, "1.1.0")
