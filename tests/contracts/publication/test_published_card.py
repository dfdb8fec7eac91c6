"""A model card is published with its contract, and changes nothing of it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from contracts.contract import card as figures
from contracts.contract import load
from contracts.contract.card import DOCUMENT
from contracts.errors import ContractError
from contracts.host.clock import VirtualClock
from contracts.publication.publish import publish
from tests.contracts.show.test_card import card

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract

CLOCK = VirtualClock(0)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A git repository with one commit."""
    who = ("-c", "user.name=r", "-c", "user.email=r@localhost", "-c", "commit.gpgsign=false")
    folder = tmp_path / "repo"
    folder.mkdir()
    for words in (("init", "-q"), (*who, "commit", "-q", "--allow-empty", "-m", "one")):
        subprocess.run(["git", "-C", str(folder), *words], check=True)
    return folder


@pytest.fixture
def draft(tmp_path: Path, write: Callable[..., Contract]) -> Path:
    """The folder of a draft without a card."""
    return write(tmp_path / "draft").folder


def test_a_model_card_is_published_with_its_contract_or_added_later(
    repo: Path, draft: Path
) -> None:
    """It is no part of the digest: a contract that had none gets it by publishing again."""
    root = repo.parent / "contracts"
    before = publish(draft, root, repo=repo, clock=CLOCK)
    assert not (before.folder / DOCUMENT).exists()
    figures.write(draft, card(before, "log_loss"))
    after = publish(draft, root, repo=repo, clock=CLOCK)
    assert after == before
    assert figures.read(after.folder, digest=after.digest) is not None
    assert "## Limits: what was not seen" in (after.folder / DOCUMENT).read_text("utf-8")


def test_a_card_of_another_contract_is_not_published(repo: Path, draft: Path) -> None:
    """A draft whose card was left over is refused, and nothing is published."""
    contract, root = load(draft), repo.parent / "contracts"
    figures.write(draft, card(contract, "log_loss", digest="another"))
    with pytest.raises(ContractError, match="card is of another contract"):
        publish(draft, root, repo=repo, clock=CLOCK)
    assert not (root / contract.product / contract.version).exists()
