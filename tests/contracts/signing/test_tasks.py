"""Every command that acts on a contract demands its signature where the configuration does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.config.entry import main
from contracts.signing.contract import SIGNATURE
from contracts.usage import USAGE
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


def test_the_plugin_refuses_an_unsigned_contract(words: list[str]) -> None:
    """CI proves nothing against a contract that nobody vouches for."""
    overrides = [word for each in words for word in ("--contract-override", each)]
    command = [sys.executable, "-m", "pytest", "-q", "--contract", "flights", *overrides]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "SignatureError" in done.stderr
