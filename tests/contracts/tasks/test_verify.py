"""The task `verify` on a small product, asked as a person would ask it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.config import compose, settings
from contracts.config.entry import main
from contracts.equivalence import proof
from contracts.equivalence.configured import choose_sides
from contracts.equivalence.proof import Proof
from contracts.equivalence.registry import items
from contracts.tasks.settings import Contracts
from contracts.tasks.usage import USAGE
from production.database.database import Database
from production.generation.description import Candidate
from production.registry.manifests import Manifests
from production.serving.manifest import Manifest
from tests.suites.signing import pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract

ROOT = Path(__file__).parents[3]
LEARNER = "production.implementations.small.Learner"


@pytest.fixture
def contract(tmp_path: Path, write: Callable[..., Contract]) -> Contract:
    """A published contract, with a minor version after it."""
    write(tmp_path / "published" / "toy" / "1.1.0", version="1.1.0", labels=("early", "late"))
    return write(tmp_path / "published" / "toy" / "1.0.0")


@pytest.fixture
def ask(tmp_path: Path, contract: Contract) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Asks, and returns the exit code and what the report says."""
    assert contract.version == "1.0.0"

    def run(*words: str) -> tuple[int, dict[str, Any]]:
        code = main(
            "contracts",
            usage=USAGE,
            arguments=[
                "task=verify",
                "product.name=toy",
                "product.contract=1.0.0",
                f"product.implementation.learner._target_={LEARNER}",
                f"paths.published={tmp_path / 'published'}",
                f"paths.output={tmp_path / 'verify'}",
                f"task.options.proof_folder={tmp_path / 'prove'}",
                f"task.options.deployed.database=sqlite:///{tmp_path / 'liaison.db'}",
                *words,
            ],
        )
        return code, msgspec.json.decode((tmp_path / "verify" / "report.json").read_bytes())

    return run


@pytest.fixture
def prove(tmp_path: Path) -> Callable[[Contract], None]:
    """Leaves the record of a proof that a contract is fulfilled."""

    def conclude(contract: Contract) -> None:
        proof.write(
            tmp_path / "prove",
            Proof(
                product="toy",
                version=contract.version,
                digest=contract.digest,
                liaison="dual",
                candidate=LEARNER,
                summary="all equivalent",
                code=code(),
                statuses=dict.fromkeys((item.name for item in items(contract)), "equivalent"),
                at="2013-03-01T00:00:00Z",
            ),
        )

    return conclude


def code() -> str:
    """Return the digest of what is configured here to be deployed."""
    words = [f"product.implementation.learner._target_={LEARNER}"]
    config = settings(compose("contracts", words), Contracts)
    return choose_sides(config.product).code


def deploy(folder: Path, version: str) -> None:
    """Publish a manifest whose champion fulfils a version."""
    champion = Candidate(release="1.0.0", generation=1, artifact="a", contract=version)
    manifest = Manifest(
        product="toy",
        contract=version,
        candidates=(champion,),
        champion=champion,
        selector="champion",
        salt="",
    )
    database = Database(f"sqlite:///{folder / 'liaison.db'}")
    manifests = Manifests(database)
    held = manifests.current("toy")
    manifests.publish(
        "toy", msgspec.to_builtins(manifest), revision=held.revision if held else 0, moment=0
    )
    database.close()


def answers(said: dict[str, Any]) -> dict[str, str]:
    """Return whether each check holds, by name."""
    return {check["name"]: check["holds"] for check in said["checks"]}


def test_what_is_published_and_proven_can_be_deployed(
    ask: Callable[..., Any], prove: Callable[..., None], contract: Contract
) -> None:
    """Nothing is in service yet, no signature is demanded: neither stops the first deployment."""
    prove(contract)
    code, said = ask()
    assert (code, said["deployable"]) == (0, True)
    assert answers(said) == {
        "published": "yes",
        "signed": "open",
        "proven": "yes",
        "deployed": "open",
    }


def test_what_was_never_proven_cannot(
    ask: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is a contract's, and the failing lines are repeated with what to do."""
    code, said = ask()
    assert (code, said["deployable"]) == (4, False)
    told = capsys.readouterr()
    assert "proven: never: python -m contracts task=prove product=toy" in told.err
    assert "toy 1.0.0 cannot be deployed" in told.out


def test_a_version_that_is_not_published_ends_the_questions(ask: Callable[..., Any]) -> None:
    """Nothing could be said of it."""
    code, said = ask("task.options.against=3.0.0")
    assert (code, answers(said)) == (4, {"published": "no"})


@pytest.mark.parametrize(
    ("serves", "code", "holds"),
    [("1.1.0", 0, "yes"), ("1.0.0", 0, "warning"), ("2.0.0", 4, "no")],
)
def test_what_serves_is_asked_for_another_version(  # noqa: PLR0917 - fixtures are arguments
    ask: Callable[..., Any],
    prove: Callable[..., None],
    tmp_path: Path,
    write: Callable[..., Contract],
    serves: str,
    code: int,
    holds: str,
) -> None:
    """An older minor version is a rollback, with what it lacks; another major version stops all."""
    prove(write(tmp_path / "again", version="1.1.0", labels=("early", "late")))
    deploy(tmp_path, serves)
    found, said = ask("task.options.against=1.1.0")
    assert (found, answers(said)["champion: release 1.0.0, generation 1"]) == (code, holds)
    details = said["checks"][-1]["details"]
    assert bool(details) == (holds == "warning")


def test_a_demanded_signature_is_one_of_the_conditions(
    ask: Callable[..., Any], prove: Callable[..., None], contract: Contract, tmp_path: Path
) -> None:
    """Unsigned is a no; signed by publishing again, a yes."""
    prove(contract)
    keys = pair(tmp_path)
    demand = ("signing=key", f"signing.public_key={keys.public}")
    code, said = ask(*demand)
    assert (code, answers(said)["signed"]) == (4, "no")
    signing = [
        "task=publish",
        "product.name=toy",
        "product.contract=1.0.0",
        f"task.options.draft_folder={contract.folder}",
        f"paths.published={tmp_path / 'published'}",
        f"paths.output={tmp_path / 'publish'}",
        *demand,
        f"signing.private_key={keys.private}",
    ]
    assert main("contracts", usage=USAGE, arguments=signing) == 0
    code, said = ask(*demand)
    assert (code, answers(said)["signed"]) == (0, "yes")


def test_a_database_that_cannot_be_read_is_a_no(
    ask: Callable[..., Any], prove: Callable[..., None], contract: Contract, tmp_path: Path
) -> None:
    """What is in service is not known to fit: that is not nothing."""
    prove(contract)
    (tmp_path / "liaison.db").write_text("something else" * 100)
    code, said = ask()
    assert (code, answers(said)["deployed"]) == (4, "no")


@pytest.mark.parametrize(
    ("target", "code", "reason"),
    [
        ("elsewhere_not_installed.Claims", 0, "elsewhere_not_installed is not installed here"),
        ("production.serving.claims.Claim", 4, "cannot be read"),
    ],
)
def test_where_production_is_not_installed_the_rest_is_answered(  # noqa: PLR0917 - fixtures are arguments
    ask: Callable[..., Any],
    prove: Callable[..., None],
    contract: Contract,
    target: str,
    code: int,
    reason: str,
) -> None:
    """A name that leads nowhere in what is installed is a mistake, and told as one."""
    prove(contract)
    found, said = ask(f"task.options.deployed._target_={target}")
    assert found == code
    assert reason in said["checks"][-1]["reason"]


def test_without_what_production_needs_the_rest_is_answered(
    ask: Callable[..., Any],
    prove: Callable[..., None],
    contract: Contract,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the database's library is missing the answer says what to install."""
    prove(contract)
    for name in [name for name in sys.modules if name.startswith(("production", "sqlalchemy"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    code, said = ask()
    assert code == 0
    assert "liaison-lifecycle[production]" in said["checks"][-1]["reason"]


def test_the_option_composes_for_the_products_of_this_repository() -> None:
    """What is in service is looked for where the last run of that product left it."""
    options = compose("contracts", ["task=verify", "product.name=toy"]).task.options
    assert options.deployed.database == "sqlite:///outputs/run/toy/state/liaison.db"
    assert options.proof_folder == "outputs/prove/toy"


@pytest.mark.e2e
def test_the_command_ends_with_a_contracts_exit_code(tmp_path: Path) -> None:
    """As a person or a pipeline runs it."""
    command = [sys.executable, "-m", "contracts", "task=verify", f"paths.output={tmp_path}"]
    options = [f"task.options.proof_folder={tmp_path}", "task.options.against=1.0.0"]
    options.append(f"task.options.deployed.database=sqlite:///{tmp_path}/none.db")
    done = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 4
    assert "proven: never" in done.stderr
