from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from contracts.contract import published
from contracts.fulfilment.answer import Answer, table
from contracts.fulfilment.deployed import Claim, check_deployed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract

RUN = "python -m production --config-dir conf task=run product=toy"
CLAIM = Claim(
    product="toy",
    release="1.0.0",
    generation=3,
    contract="1.1.0",
    artifact="a",
    role="champion",
    at=0,
)


@pytest.fixture
def root(tmp_path: Path, write: Callable[..., Contract]) -> Path:
    """Two published versions, the newer one with one more label."""
    write(tmp_path / "toy" / "1.0.0")
    write(tmp_path / "toy" / "1.1.0", version="1.1.0", labels=("early", "late"))
    return tmp_path


@pytest.fixture
def contract(root: Path, write: Callable[..., Contract]) -> Contract:
    """The newer version."""
    return write(root / "toy" / "1.1.0", version="1.1.0", labels=("early", "late"))


def answers(root: Path, contract: Contract, *claims: Claim) -> list[Answer]:
    """Return the answers for claims."""
    return [*check_deployed(claims, contract, partial(published, root), run=RUN)]


@pytest.mark.parametrize(
    ("version", "holds", "reason"),
    [
        ("1.1.0", "yes", "fulfils 1.1.0"),
        ("1.2.0", "yes", "fulfils 1.2.0"),
        ("1.0.0", "warning", "older than 1.1.0: a rollback"),
        ("2.0.0", "no", "another major version than 1.1.0"),
        ("0.9.0", "no", "another major version than 1.1.0"),
        ("", "no", "expected a version"),
    ],
)
def test_each_generation_in_service_has_an_answer(
    root: Path, contract: Contract, version: str, holds: str, reason: str
) -> None:
    """Yes for the same major version, a warning for an older one of it, no for another major."""
    (check,) = answers(root, contract, replace(CLAIM, contract=version))
    assert (check.name, check.holds) == ("champion: release 1.0.0, generation 3", holds)
    assert reason in check.reason


def test_what_a_rollback_does_not_promise_is_listed(root: Path, contract: Contract) -> None:
    """The changes since the version it fulfils are listed; unknown if that is not published."""
    (check,) = answers(root, contract, replace(CLAIM, contract="1.0.0"))
    assert check.details
    assert all(line.startswith("not promised: ") for line in check.details)
    assert any("early" in line for line in check.details)
    (check,) = answers(root, contract, replace(CLAIM, contract="1.0.5"))
    assert check.holds == "warning"
    assert "is unknown" in check.details[0]


def test_every_candidate_of_a_manifest_has_an_answer(root: Path, contract: Contract) -> None:
    """A candidate other than the champion can serve too."""
    other = replace(CLAIM, role="candidate", generation=2, contract="2.0.0")
    assert [each.holds for each in answers(root, contract, CLAIM, other)] == ["yes", "no"]


def test_a_generation_of_another_product_is_refused(root: Path, contract: Contract) -> None:
    """Whatever version it fulfils, the answer is no."""
    (check,) = answers(root, contract, replace(CLAIM, product="other"))
    assert (check.holds, check.reason) == ("no", "a generation of other")


def test_nothing_deployed_is_allowed(root: Path, contract: Contract) -> None:
    """Before the first deployment the answer is open, with the command for it."""
    (check,) = answers(root, contract)
    assert check.holds == "open"
    assert check.reason == f"nothing deployed yet: {RUN}"


def test_details_are_rows_below_their_answer() -> None:
    """The table has them in their order."""
    shown = table(
        [
            Answer(name="a", holds="yes", reason="so", details=("one", "two")),
            Answer(name="b", holds="no", reason="not so"),
        ]
    )
    assert shown.rows == (
        ("a", "yes", "so"),
        ("", "", "· one"),
        ("", "", "· two"),
        ("b", "no", "not so"),
    )
