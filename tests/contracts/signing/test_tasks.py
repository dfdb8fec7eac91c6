"""Every command that acts on a contract demands its signature where the configuration does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.config.entry import main
from contracts.contract.signature import SIGNATURE, signer_for
from contracts.signing.keys import Keys
from contracts.tasks.usage import USAGE
from production.usage import USAGE as OF_PRODUCTION
from tests.suites.signing import Pair, pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract


@pytest.fixture
def keys(tmp_path: Path) -> Pair:
    """A key pair."""
    return pair(tmp_path)


@pytest.fixture
def words(tmp_path: Path, write: Callable[..., Contract], keys: Pair) -> list[str]:
    """What demands a signature of a published contract that has none."""
    write(tmp_path / "published" / "toy" / "1.0.0")
    return [
        "product.name=toy",
        "product.contract=1.0.0",
        f"paths.published={tmp_path / 'published'}",
        f"paths.output={tmp_path / 'output'}",
        "signing=key",
        f"signing.public_key={keys.public}",
    ]


@pytest.mark.parametrize(
    "asked",
    [
        ("task=check",),
        ("task=diff", "task.options.old=1.0.0", "task.options.new=1.0.0"),
        ("task=export", "task.options.version=1.0.0"),
        ("task=prove",),
        ("task=show", "task.options.version=1.0.0"),
    ],
    ids=lambda asked: asked[0],
)
def test_a_task_refuses_an_unsigned_contract(
    words: list[str], asked: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Before it does anything with it."""
    assert main("contracts", usage=USAGE, arguments=[*asked, *words]) == 5
    assert f"SignatureError: {words[2].partition('=')[2]}" in capsys.readouterr().err


def test_production_refuses_an_unsigned_contract(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Before it reads the history."""
    asked = ["task=run", "lifecycle=dual", *words]
    assert main("production", usage=OF_PRODUCTION, arguments=asked) == 5
    assert "SignatureError" in capsys.readouterr().err


@pytest.fixture
def signed(words: list[str], keys: Pair, tmp_path: Path) -> list[str]:
    """What demands a signature of a published contract that has one."""
    folder = tmp_path / "published" / "toy" / "1.0.0"
    sign = signer_for(Keys(private_key=keys.private, public_key=keys.public))
    assert sign
    sign(folder)
    return words


def test_production_tells_at_the_start_that_it_has_no_key_to_sign_with(
    signed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Before it reads the history: a training takes hours, and could not be signed at its end."""
    asked = ["task=run", "lifecycle=dual", *signed]
    assert main("production", usage=OF_PRODUCTION, arguments=asked) == 2
    told = capsys.readouterr().err
    assert "signing.private_key is not named" in told
    assert "signing=none" in told


@pytest.mark.parametrize("entry", ["production", "contracts"])
def test_without_the_extra_it_is_told_at_the_start(
    signed: list[str],
    keys: Pair,
    entry: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A run and a publication alike, though nothing is demanded: they would sign at their end."""
    monkeypatch.setitem(sys.modules, "model_signing", None)
    words = [word for word in signed if "public_key" not in word]
    asked = {
        "production": ["task=run", "lifecycle=dual"],
        "contracts": ["task=publish", "task.options.draft_folder=nowhere"],
    }[entry]
    words = [*asked, *words, f"signing.private_key={keys.private}"]
    usage = OF_PRODUCTION if entry == "production" else USAGE
    assert main(entry, usage=usage, arguments=words) == 6
    assert "liaison-lifecycle[signing]" in capsys.readouterr().err


def test_publishing_anew_under_another_key_says_so(
    signed: list[str], keys: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Equal content is signed again while both keys are trusted, once."""
    new = pair(tmp_path, "new")
    words = [word for word in signed if "public_key" not in word]
    folder = tmp_path / "published" / "toy" / "1.0.0"
    asked = ["task=publish", f"task.options.draft_folder={folder}", *words]
    asked += [
        f"signing.private_key={new.private}",
        f"signing.public_key=[{new.public},{keys.public}]",
    ]
    for said in ("signed again", "signed already"):
        assert main("contracts", usage=USAGE, arguments=asked) == 0
        assert said in capsys.readouterr().out
    show = ["task=show", "task.options.version=1.0.0", *words, f"signing.public_key={new.public}"]
    assert main("contracts", usage=USAGE, arguments=show) == 0


def test_a_contract_is_not_parsed_before_its_signature_is_checked(
    signed: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no contract any more is refused as unsigned, by every task that would read it."""
    (tmp_path / "published" / "toy" / "1.0.0" / "contract.yaml").write_text("]")
    for asked, code in (("task=check", 5), ("task=prove", 5), ("task=verify", 4)):
        assert main("contracts", usage=USAGE, arguments=[asked, *signed]) == code
        told = capsys.readouterr().err
        assert "not as it was signed" in told
        assert "published:" not in told


def test_publishing_signs_where_a_key_is_named(
    words: list[str], keys: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was published unsigned is signed by publishing it again; then every task reads it."""
    folder = tmp_path / "published" / "toy" / "1.0.0"
    publish = ["task=publish", f"task.options.draft_folder={folder}", *words]
    assert main("contracts", usage=USAGE, arguments=publish) == 2
    assert "no key to sign with" in capsys.readouterr().err
    publish.append(f"signing.private_key={keys.private}")
    assert main("contracts", usage=USAGE, arguments=publish) == 0
    assert (folder / SIGNATURE).is_file()
    show = ["task=show", "task.options.version=1.0.0", *words]
    assert main("contracts", usage=USAGE, arguments=show) == 0


@pytest.mark.e2e
def test_the_plugin_refuses_an_unsigned_contract(words: list[str]) -> None:
    """CI proves nothing against a contract that nobody vouches for."""
    overrides = [word for each in words for word in ("--contract-override", each)]
    command = [sys.executable, "-m", "pytest", "-q", "--contract", "flights", *overrides]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "SignatureError" in done.stderr
