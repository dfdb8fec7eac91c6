from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.contract import load
from contracts.contract.terms import ClauseTerm
from contracts.errors import ContractError
from contracts.publication.order import check_order, proposal, upgrades

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.contract.terms import Terms

MORE = ClauseTerm(name="latency", pair="same_data", tolerance={"at_most": 2.0})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of published contracts."""
    return tmp_path / "published"


@pytest.fixture
def eased(terms: Callable[..., Terms]) -> dict[str, Any]:
    """Terms that promise less: the consumer breaks."""
    log_loss, auc = terms().metrics
    return {"metrics": (msgspec.structs.replace(log_loss, threshold=0.8), auc)}


@pytest.fixture
def more(terms: Callable[..., Terms]) -> dict[str, Any]:
    """Terms that ask more: the implementer breaks."""
    return {"clauses": (*terms().clauses, MORE)}


@pytest.fixture
def place(write: Callable[..., Contract], root: Path) -> Callable[..., Contract]:
    """Writes a contract among the published ones, without any check."""

    def make(version: str, **changes: Any) -> Contract:
        return write(root / "toy" / version, version=version, **changes)

    return make


@pytest.fixture
def draft(write: Callable[..., Contract], tmp_path: Path) -> Callable[..., Contract]:
    """Writes a draft."""
    return lambda version, **changes: write(tmp_path / "draft", version=version, **changes)


def test_the_first_version_may_be_any(draft: Callable[..., Contract], root: Path) -> None:
    """There is nothing that the first published version could break."""
    assert check_order(root, draft("0.7.1")) == ()


@pytest.mark.parametrize("version", ["1.0.1", "1.1.0", "2.0.0"])
def test_a_larger_bump_than_needed_is_allowed(
    place: Callable[..., Contract], draft: Callable[..., Contract], root: Path, version: str
) -> None:
    """Without any change, any higher version will do."""
    place("1.0.0")
    (step,) = check_order(root, draft(version))
    assert (step.old, step.new, step.changes) == ("1.0.0", version, ())


@pytest.mark.parametrize(
    ("version", "bump"), [("1.0.1", "patch"), ("1.1.0", "minor"), ("1.7.0", "minor")]
)
def test_too_small_a_bump_is_refused(  # noqa: PLR0917 - fixtures
    place: Callable[..., Contract],
    draft: Callable[..., Contract],
    root: Path,
    eased: dict[str, Any],
    version: str,
    bump: str,
) -> None:
    """The error names what changed, who breaks, and the version to take."""
    place("1.0.0")
    message = f"{version} is a {bump} version after 1.0.0, but the change is major: the consumer"
    with pytest.raises(ContractError, match=message) as refusal:
        check_order(root, draft(version, **eased))
    assert "set product.contract to 2.0.0" in refusal.value.hint
    assert refusal.value.details == (
        "metrics log_loss: threshold eased: 0.7 → 0.8 (the consumer breaks)",
    )
    assert check_order(root, draft("2.0.0", **eased))


def test_the_implementers_break_needs_a_minor_version(
    place: Callable[..., Contract],
    draft: Callable[..., Contract],
    root: Path,
    more: dict[str, Any],
) -> None:
    """A further clause is not a patch."""
    place("1.0.0")
    with pytest.raises(ContractError, match="the change is minor: the implementer breaks"):
        check_order(root, draft("1.0.1", **more))
    assert check_order(root, draft("1.1.0", **more))


def test_a_version_is_compared_with_the_one_before_it_not_the_newest(
    place: Callable[..., Contract],
    draft: Callable[..., Contract],
    root: Path,
    eased: dict[str, Any],
    more: dict[str, Any],
) -> None:
    """An older major version can still get a minor one."""
    place("1.0.0")
    place("2.0.0", **eased)
    taken = check_order(root, draft("1.1.0", **more))
    assert [(step.old, step.new) for step in taken] == [("1.0.0", "1.1.0"), ("1.1.0", "2.0.0")]


def test_a_version_between_two_is_compared_with_the_later_one_too(
    place: Callable[..., Contract],
    draft: Callable[..., Contract],
    root: Path,
    more: dict[str, Any],
) -> None:
    """If the later minor version took a change back, it would break a consumer of this one."""
    place("1.0.0")
    place("1.2.0")
    message = (
        r"1\.2\.0 is published, a minor version after 1\.1\.0, but .* major: the consumer breaks"
    )
    with pytest.raises(ContractError, match=message) as refusal:
        check_order(root, draft("1.1.0", **more))
    assert "set product.contract to 1.3.0" in refusal.value.hint
    assert check_order(root, draft("1.3.0", **more))


def test_a_proposed_version_is_free(
    place: Callable[..., Contract],
    draft: Callable[..., Contract],
    root: Path,
    eased: dict[str, Any],
) -> None:
    """If the next version is published already, one above all others is proposed."""
    place("1.0.0")
    place("2.0.0")
    new = draft("1.0.1", **eased)
    (first, _) = upgrades(root, new)
    assert proposal(root, new, first) == "3.0.0"


def test_a_broken_neighbour_is_an_error(
    place: Callable[..., Contract], draft: Callable[..., Contract], root: Path
) -> None:
    """A published contract in the folder of another version is refused first."""
    contract = place("1.0.0")
    shutil.copytree(contract.folder, root / "toy" / "1.0.1")
    with pytest.raises(ContractError, match=r"holds toy 1\.0\.0, not toy 1\.0\.1"):
        check_order(root, draft("1.1.0"))
    assert load(contract.folder) == contract
