"""The task `verify` on a small product, run as a person runs it."""

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
LEARNER = "small_implementation.Learner"


@pytest.fixture
def contract(tmp_path: Path, write: Callable[..., Contract]) -> Contract:
    """A published contract, and a minor version after it."""
    write(tmp_path / "published" / "toy" / "1.1.0", version="1.1.0", labels=("early", "late"))
    return write(tmp_path / "published" / "toy" / "1.0.0")


@pytest.fixture
def ask(tmp_path: Path, contract: Contract) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Return a function that runs the task, and returns the exit code and the report."""
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
    """Return a function that writes the record of a proof that a contract is fulfilled."""

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
    """Return the digest of the configured candidate."""
    words = [f"product.implementation.learner._target_={LEARNER}"]
    config = settings(compose("contracts", words), Contracts)
    return choose_sides(config.product).code


def deploy(folder: Path, version: str) -> None:
    """Publish a manifest whose champion fulfils a version."""
    champion = Candidate(release="1.0.0", generation=1, artifact="a", contract=version)
    manifest = Manifest(
        product="toy",
        contract=version,
        arms={"champion": champion},
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


def test_a_published_and_proven_version_can_be_deployed(
    ask: Callable[..., Any], prove: Callable[..., None], contract: Contract
) -> None:
    """The first deployment needs neither a generation in service nor, undemanded, a signature."""
    prove(contract)
    code, said = ask()
    assert (code, said["deployable"]) == (0, True)
    assert answers(said) == {
        "published": "yes",
        "signed": "open",
        "proven": "yes",
        "deployed": "open",
    }


def test_a_version_never_proven_cannot_be_deployed(
    ask: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """The error repeats the failing checks with the command that helps."""
    code, said = ask()
    assert (code, said["deployable"]) == (4, False)
    told = capsys.readouterr()
    assert "proven: never: python -m contracts task=prove product=toy" in told.err
    assert "toy 1.0.0 cannot be deployed" in told.out


def test_an_unpublished_version_has_one_answer(ask: Callable[..., Any]) -> None:
    """Nothing else can be checked of it."""
    code, said = ask("task.options.against=3.0.0")
    assert (code, answers(said)) == (4, {"published": "no"})


@pytest.mark.parametrize(
    ("serves", "code", "holds"),
    [("1.1.0", 0, "yes"), ("1.0.0", 0, "warning"), ("2.0.0", 4, "no")],
)
def test_the_generation_in_service_is_compared_with_the_version(  # noqa: PLR0917 - fixtures are arguments
    ask: Callable[..., Any],
    prove: Callable[..., None],
    tmp_path: Path,
    write: Callable[..., Contract],
    serves: str,
    code: int,
    holds: str,
) -> None:
    """An older minor version is a rollback, and a warning; another major version is a no."""
    prove(write(tmp_path / "again", version="1.1.0", labels=("early", "late")))
    deploy(tmp_path, serves)
    found, said = ask("task.options.against=1.1.0")
    assert (found, answers(said)["champion: release 1.0.0, generation 1"]) == (code, holds)
    details = said["checks"][-1]["details"]
    assert bool(details) == (holds == "warning")


def test_a_demanded_signature_is_checked(
    ask: Callable[..., Any], prove: Callable[..., None], contract: Contract, tmp_path: Path
) -> None:
    """An unsigned contract is a no; after publishing it again with a key, a yes."""
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
    """Whether the generation in service fulfils the version is unknown, which is a no."""
    prove(contract)
    (tmp_path / "liaison.db").write_text("something else" * 100)
    code, said = ask()
    assert (code, answers(said)["deployed"]) == (4, "no")


def test_where_production_is_not_installed_the_rest_is_answered(
    ask: Callable[..., Any], prove: Callable[..., None], contract: Contract
) -> None:
    """What a package that is not installed would read is unknown, which is not a no."""
    prove(contract)
    code, report = ask("task.options.deployed._target_=elsewhere_not_installed.Claims")
    assert code == 0
    assert "elsewhere_not_installed is not installed here" in report["checks"][-1]["reason"]


def test_without_productions_libraries_the_rest_is_answered(
    ask: Callable[..., Any],
    prove: Callable[..., None],
    contract: Contract,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If the database's library is missing, the answer names the extra to install."""
    prove(contract)
    for name in [name for name in sys.modules if name.startswith(("production", "sqlalchemy"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    code, said = ask()
    assert code == 0
    assert "liaison-lifecycle[production]" in said["checks"][-1]["reason"]


def test_the_option_composes_for_the_products_of_this_repository() -> None:
    """By default it reads the state of the product's last run."""
    options = compose("contracts", ["task=verify", "product.name=toy"]).task.options
    assert options.deployed.database == "sqlite:///outputs/run/toy/state/liaison.db"
    assert options.proof_folder == "outputs/prove/toy"


@pytest.mark.e2e
def test_the_command_ends_with_a_contracts_exit_code(tmp_path: Path) -> None:
    """A failed check ends with exit code 4."""
    command = [sys.executable, "-m", "contracts", "task=verify", f"paths.output={tmp_path}"]
    options = [f"task.options.proof_folder={tmp_path}", "task.options.against=1.0.0"]
    options.append(f"task.options.deployed.database=sqlite:///{tmp_path}/none.db")
    done = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 4
    assert "proven: never" in done.stderr
