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
def test_a_contract_is_found_where_only_the_package_is_installed() -> None:
    """The contracts that came with the package are found from any directory."""
    found = published(DEFAULT, "flights", "1.0.0")
    assert found.folder == INSTALLED / "flights" / "1.0.0"
    assert is_installed(found.folder)
    assert "1.0.0" in versions(DEFAULT, "flights")


def test_the_working_directory_comes_first(elsewhere: Path, write: Callable[..., Contract]) -> None:
    """A contract of one's own is found beside those of the package, and before them."""
    write(elsewhere / DEFAULT / "toy" / "1.0.0")
    own = latest(DEFAULT, "toy")
    assert own.folder == DEFAULT / "toy" / "1.0.0"
    assert not is_installed(own.folder)
    assert latest(DEFAULT, "flights").folder.is_relative_to(INSTALLED)


@pytest.mark.usefixtures("elsewhere")
def test_what_lies_nowhere_is_said_with_both_places() -> None:
    """The error names both folders, and what the package has."""
    with pytest.raises(ContractError) as refused:
        published(DEFAULT, "flight", "1.0.0")
    assert str(DEFAULT / "flight" / "1.0.0") in refused.value.message
    assert str(INSTALLED) in refused.value.message
    assert "did you mean 'flights'" in refused.value.hint


def test_a_folder_that_someone_chose_stands_alone(tmp_path: Path) -> None:
    """What is missing in a folder named by configuration is not taken from the package."""
    assert search_folders(tmp_path) == (tmp_path,)
    with pytest.raises(ContractError):
        published(tmp_path, "flights", "1.0.0")


def test_in_this_repository_both_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the working directory is the package's own, its contracts are the directory's."""
    monkeypatch.chdir(INSTALLED.parents[1])
    assert search_folders(DEFAULT) == (DEFAULT,)
    assert not is_installed(published(DEFAULT, "flights", "1.0.0").folder)
    assert Path(DEFAULT, "flights") in [each.parent for each in DEFAULT.glob("*/1.0.0")]
