from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.config.instantiate import TARGET
from contracts.config.product import Side
from contracts.contract.signature import signer_for
from contracts.equivalence import proof
from contracts.equivalence.configured import ChosenSides
from contracts.equivalence.proof import Proof
from contracts.fulfilment.promised import check_proven, check_published, check_signed
from contracts.signing.keys import Keys
from contracts.signing.port import NoSigning
from tests.suites.signing import pair

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract

CANDIDATE = "toy.Learner"
PROVE = "python -m contracts --config-dir conf task=prove product=toy"


def sides(learner: str = CANDIDATE, **given: Any) -> ChosenSides:
    """Return what is to be deployed, with its learner's configuration."""
    side = Side(learner={TARGET: learner, **given}, model="toy.Model")
    return ChosenSides(liaison="dual", candidate=side, reference=None)


@pytest.fixture
def contract(tmp_path: Path, write: Callable[..., Contract]) -> Contract:
    """A published contract."""
    return write(tmp_path / "published" / "toy" / "1.0.0")


@pytest.fixture
def concluded(contract: Contract) -> Proof:
    """The record of a proof of it."""
    return Proof(
        product="toy",
        version="1.0.0",
        digest=contract.digest,
        liaison="dual",
        candidate=CANDIDATE,
        code=sides().code,
        summary="equivalent by 3 clauses, 1 not run",
        statuses={
            **dict.fromkeys(("schema", "golden", "ranking"), "equivalent"),
            "metric": "not_run",
        },
        at="2013-03-01T00:00:00Z",
    )


def test_a_published_version_is_intact(tmp_path: Path, contract: Contract) -> None:
    """The answer names the digest that its proof must have."""
    check, found = check_published(tmp_path / "published", "toy", "1.0.0")
    assert (check.holds, found) == ("yes", contract)
    assert contract.digest[:12] in check.reason


@pytest.mark.parametrize(
    ("version", "reason"),
    [("1.1.0", "no contract there"), ("1.0.0", "changed since it was written")],
)
def test_an_absent_or_edited_version_is_refused(
    tmp_path: Path, contract: Contract, version: str, reason: str
) -> None:
    """The answer says which of the two it is."""
    with (contract.folder / "input.yaml").open("a") as file:
        file.write("# an afterthought\n")
    check, found = check_published(tmp_path / "published", "toy", version)
    assert (check.holds, found) == ("no", None)
    assert reason in check.reason


def test_a_signature_is_checked_where_one_is_demanded(tmp_path: Path, contract: Contract) -> None:
    """Not demanded, missing, present, by another key."""
    keys, other = (pair(tmp_path, name) for name in ("me", "other"))
    mine = Keys(private_key=keys.private, public_key=keys.public)
    assert check_signed(contract.folder, NoSigning()).holds == "open"
    assert check_signed(contract.folder, mine).holds == "no"
    sign = signer_for(mine)
    assert sign
    sign(contract.folder)
    assert check_signed(contract.folder, mine).holds == "yes"
    refused = check_signed(contract.folder, Keys(public_key=other.public))
    assert (refused.holds, "not signed by the key" in refused.reason) == ("no", True)


def test_a_key_that_cannot_be_used_is_a_no(tmp_path: Path, contract: Contract) -> None:
    """The error becomes an answer, so that the other questions are still answered."""
    (tmp_path / "broken.pub").write_text("no key")
    check = check_signed(contract.folder, Keys(public_key=str(tmp_path / "broken.pub")))
    assert (check.holds, "broken.pub" in check.reason) == ("no", True)


def test_a_proof_of_this_very_contract_holds(
    tmp_path: Path, contract: Contract, concluded: Proof
) -> None:
    """The items that were not run are named."""
    proof.write(tmp_path, concluded)
    check = check_proven(contract, tmp_path, sides(), prove=PROVE)
    assert (check.holds, check.details) == ("yes", ("not run: metric",))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"digest": "0" * 64}, "not of toy 1.0.0"),
        ({"product": "other"}, "the proof is of other 1.0.0"),
        ({"candidate": "toy.Other"}, "the proof is of toy.Other, not of toy.Learner"),
        ({"candidate": ""}, "the proof is of an unnamed candidate"),
        ({"statuses": {"schema": "different"}, "summary": "1 different"}, "1 different"),
        ({"statuses": {"schema": "not_run"}, "summary": "nothing was run"}, "nothing was run"),
        (
            {"statuses": {"schema": "equivalent", "metric": "not_run"}},
            "covers a part of the contract: it lacks golden, ranking",
        ),
        ({"code": "0" * 64}, "the proof is of other code or configuration of toy.Learner"),
        ({"code": ""}, "the proof is of other code or configuration of toy.Learner"),
    ],
)
def test_a_failed_proof_or_one_of_something_else_is_a_no(
    tmp_path: Path, contract: Contract, concluded: Proof, changes: dict[str, Any], reason: str
) -> None:
    """The reason says what was proven, and names the command to prove this."""
    proof.write(tmp_path, replace(concluded, **changes))
    check = check_proven(contract, tmp_path, sides(), prove=PROVE)
    assert check.holds == "no"
    assert reason in check.reason
    assert "task=prove product=toy" in check.reason


def test_another_configuration_of_the_candidate_needs_its_own_proof(
    tmp_path: Path, contract: Contract, concluded: Proof
) -> None:
    """One class with other arguments is another candidate."""
    proof.write(tmp_path, concluded)
    assert check_proven(contract, tmp_path, sides(depth=3), prove=PROVE).holds == "no"


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "never"), (b"{", "not the record of a proof")]
)
def test_without_a_readable_record_the_answer_is_no(
    tmp_path: Path, contract: Contract, content: bytes | None, reason: str
) -> None:
    """The record is absent, or cannot be read."""
    if content is not None:
        (tmp_path / proof.FILE).write_bytes(content)
    check = check_proven(contract, tmp_path, sides(), prove=PROVE)
    assert (check.holds, reason in check.reason) == ("no", True)
