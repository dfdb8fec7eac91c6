from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.config.instantiate import TARGET
from contracts.config.product import Side
from contracts.contract.signature import signature
from contracts.equivalence import proof
from contracts.equivalence.configured import ChosenSides
from contracts.equivalence.proof import Proof
from contracts.fulfilment.promised import intact, proven, signed
from contracts.signing.keys import Keys
from contracts.signing.nothing import Nothing
from tests.suites.signing import pair

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract

CANDIDATE = "toy.Learner"
AGAIN = "python -m contracts --config-dir conf task=prove product=toy"


def party(learner: str = CANDIDATE, **given: Any) -> ChosenSides:
    """Return who is to be deployed, its learner configured so."""
    side = Side(learner={TARGET: learner, **given}, model="toy.Model")
    return ChosenSides(liaison="dual", candidate=side, reference=None)


@pytest.fixture
def contract(tmp_path: Path, write: Callable[..., Contract]) -> Contract:
    """A published contract."""
    return write(tmp_path / "published" / "toy" / "1.0.0")


@pytest.fixture
def concluded(contract: Contract) -> Proof:
    """What a proof of it concluded."""
    return Proof(
        product="toy",
        version="1.0.0",
        digest=contract.digest,
        liaison="dual",
        candidate=CANDIDATE,
        code=party().code,
        summary="equivalent by 3 clauses, 1 not run",
        statuses={
            **dict.fromkeys(("schema", "golden", "ranking"), "equivalent"),
            "metric": "not_run",
        },
        at="2013-03-01T00:00:00Z",
    )


def test_a_published_version_is_intact(tmp_path: Path, contract: Contract) -> None:
    """It is named with the digest that its proof must be of."""
    check, found = intact(tmp_path / "published", "toy", "1.0.0")
    assert (check.outcome, found) == ("yes", contract)
    assert contract.digest[:12] in check.reason


@pytest.mark.parametrize(
    ("version", "reason"), [("1.1.0", "no contract there"), ("1.0.0", "not as it was written")]
)
def test_what_is_not_published_as_written_is_not_deployed(
    tmp_path: Path, contract: Contract, version: str, reason: str
) -> None:
    """Absent or edited, the answer says which."""
    with (contract.folder / "input.yaml").open("a") as file:
        file.write("# an afterthought\n")
    check, found = intact(tmp_path / "published", "toy", version)
    assert (check.outcome, found) == ("no", None)
    assert reason in check.reason


def test_a_signature_counts_where_one_is_demanded(tmp_path: Path, contract: Contract) -> None:
    """Not asked for, missing, there, another's."""
    keys, other = (pair(tmp_path, name) for name in ("me", "other"))
    mine = Keys(private_key=keys.private, public_key=keys.public)
    assert signed(contract.folder, Nothing()).outcome == "open"
    assert signed(contract.folder, mine).outcome == "no"
    sign = signature(mine)
    assert sign
    sign(contract.folder)
    assert signed(contract.folder, mine).outcome == "yes"
    refused = signed(contract.folder, Keys(public_key=other.public))
    assert (refused.outcome, "not signed by the key" in refused.reason) == ("no", True)


def test_a_key_that_cannot_be_used_is_an_answer_too(tmp_path: Path, contract: Contract) -> None:
    """The others are still given."""
    (tmp_path / "broken.pub").write_text("no key")
    check = signed(contract.folder, Keys(public_key=str(tmp_path / "broken.pub")))
    assert (check.outcome, "broken.pub" in check.reason) == ("no", True)


def test_a_proof_of_this_very_contract_holds(
    tmp_path: Path, contract: Contract, concluded: Proof
) -> None:
    """What was not run is named: nothing is known of it."""
    proof.write(tmp_path, concluded)
    check = proven(contract, tmp_path, party(), again=AGAIN)
    assert (check.outcome, check.details) == ("yes", ("not run: metric",))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"digest": "0" * 64}, "not of toy 1.0.0"),
        ({"product": "other"}, "the proof is of other 1.0.0"),
        ({"candidate": "toy.Other"}, "the proof is of toy.Other, not of toy.Learner"),
        ({"candidate": ""}, "the proof is of nothing named"),
        ({"statuses": {"schema": "different"}, "summary": "1 different"}, "1 different"),
        ({"statuses": {"schema": "not_run"}, "summary": "nothing was run"}, "nothing was run"),
        (
            {"statuses": {"schema": "equivalent", "metric": "not_run"}},
            "of a part of the contract: it says nothing of golden, ranking",
        ),
        ({"code": "0" * 64}, "the proof is of other code or configuration of toy.Learner"),
        ({"code": ""}, "the proof is of other code or configuration of toy.Learner"),
    ],
)
def test_a_proof_of_something_else_or_one_that_failed_is_none(
    tmp_path: Path, contract: Contract, concluded: Proof, changes: dict[str, Any], reason: str
) -> None:
    """The reason says what was proven, and the command that proves what is asked."""
    proof.write(tmp_path, replace(concluded, **changes))
    check = proven(contract, tmp_path, party(), again=AGAIN)
    assert check.outcome == "no"
    assert reason in check.reason
    assert "task=prove product=toy" in check.reason


def test_a_proof_is_of_the_candidate_as_it_is_configured(
    tmp_path: Path, contract: Contract, concluded: Proof
) -> None:
    """One class with other arguments is another candidate, though its name is the same."""
    proof.write(tmp_path, concluded)
    assert proven(contract, tmp_path, party(depth=3), again=AGAIN).outcome == "no"


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "never"), (b"{", "not the record of a proof")]
)
def test_no_record_is_no_proof(
    tmp_path: Path, contract: Contract, content: bytes | None, reason: str
) -> None:
    """Absent, or one that cannot be read."""
    if content is not None:
        (tmp_path / proof.FILE).write_bytes(content)
    check = proven(contract, tmp_path, party(), again=AGAIN)
    assert (check.outcome, reason in check.reason) == ("no", True)
