from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.contract import latest, published, versions
from contracts.contract.lookup import DEFAULT, INSTALLED, is_installed, search_folders
from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with nothing of this repository in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("elsewhere")
def test_a_contract_of_the_installed_package_is_found() -> None:
    """The contracts that came with the package are found from any working directory."""
    contract = published(DEFAULT, "flights", "1.0.0")
    assert contract.folder == INSTALLED / "flights" / "1.0.0"
    assert is_installed(contract.folder)
    assert "1.0.0" in versions(DEFAULT, "flights")


def test_the_working_directory_comes_first(elsewhere: Path, write: Callable[..., Contract]) -> None:
    """A contract in the working directory is preferred to the package's, and both are found."""
    write(elsewhere / DEFAULT / "toy" / "1.0.0")
    own = latest(DEFAULT, "toy")
    assert own.folder == DEFAULT / "toy" / "1.0.0"
    assert not is_installed(own.folder)
    assert latest(DEFAULT, "flights").folder.is_relative_to(INSTALLED)


@pytest.mark.usefixtures("elsewhere")
def test_a_missing_contract_is_refused_with_both_places() -> None:
    """The error names both folders, and what the package has."""
    with pytest.raises(ContractError) as refused:
        published(DEFAULT, "flight", "1.0.0")
    assert str(DEFAULT / "flight" / "1.0.0") in refused.value.message
    assert str(INSTALLED) in refused.value.message
    assert "did you mean 'flights'" in refused.value.hint


def test_a_configured_folder_is_searched_alone(tmp_path: Path) -> None:
    """A contract missing in a configured folder is not taken from the package."""
    assert search_folders(tmp_path) == (tmp_path,)
    with pytest.raises(ContractError):
        published(tmp_path, "flights", "1.0.0")


def test_in_this_repository_both_folders_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the package's own repository its contracts are not installed ones."""
    monkeypatch.chdir(INSTALLED.parents[1])
    assert search_folders(DEFAULT) == (DEFAULT,)
    assert not is_installed(published(DEFAULT, "flights", "1.0.0").folder)
    assert Path(DEFAULT, "flights") in [each.parent for each in DEFAULT.glob("*/1.0.0")]
