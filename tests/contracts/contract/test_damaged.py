"""Damaged contracts: each is refused by an error of ours, or is a sound contract."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from contracts.contract import latest, load
from contracts.contract.digest import OUTPUT
from contracts.contract.lookup import INSTALLED
from contracts.errors import ContractError, IntegrityError, LiaisonError
from contracts.publication.audit import verify
from tests.suites.damaged import CRAFTS, damaged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.suites.damaged import Craft

#: Those that the benchmark alone tries: another file in the same way, or very long ones.
LEFT = ("many", "large", "long", "anchors", "directives", "100 GB")
SHORT = [name for name in CRAFTS if OUTPUT not in name and not any(each in name for each in LEFT)]
#: Damages that leave a contract: it states something else, or nothing that was stated is gone.
SOUND = {"contract.yaml: a time far off", "contract.yaml: another product"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a published contract."""
    contract = latest(INSTALLED, "flights")
    return shutil.copytree(contract.folder, tmp_path / contract.version)


def refusal(folder: Path) -> LiaisonError | None:
    """Return why a contract is refused when it is read and verified, None for a sound one."""
    try:
        contract = load(folder)
    except (ContractError, IntegrityError) as error:
        return error
    try:
        verify(contract)
    except LiaisonError as error:
        return error
    return None


@pytest.mark.parametrize("name", sorted({*SHORT} - SOUND))
def test_a_damaged_contract_is_refused(folder: Path, name: str) -> None:
    """Reading it raises an error in words, whatever is wrong."""
    CRAFTS[name](folder, random.Random(0))  # noqa: S311 - a change to make, not a secret
    error = refusal(folder)
    assert error is not None
    assert error.message


@pytest.mark.parametrize(("name", "craft"), [*damaged(len(CRAFTS) + 40)][len(CRAFTS) :])
def test_a_changed_contract_is_refused_or_sound(folder: Path, name: str, craft: Craft) -> None:
    """No change of some bytes leads to any other error."""
    craft(folder, random.Random(name))  # noqa: S311 - as above
    error = refusal(folder)
    assert error is not None or load(folder).k == 1
