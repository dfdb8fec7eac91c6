"""Published contracts: in the working directory, else those that came with this package.

A repository that only installs this package uses the contracts in it; one that keeps contracts of
its own has them in the working directory, which is searched first.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.contract.contract import load, nearby
from contracts.errors import ContractError
from contracts.name import check_name
from contracts.version import Version

if TYPE_CHECKING:
    from contracts.contract.contract import Contract

#: `paths.published`, unless a configuration changes it.
DEFAULT = Path("contracts/published")
#: The contracts that are installed with this package.
INSTALLED = Path(__file__).resolve().parents[1] / "published"


def search_folders(root: Path) -> tuple[Path, ...]:
    """Return the folders to search for contracts, in this order.

    A folder that a configuration names is searched alone.
    """
    if root != DEFAULT or root.resolve() == INSTALLED:
        return (root,)
    return (root, INSTALLED)


def contract_folder(root: Path, product: str, version: str) -> Path:
    """Return the folder of a version of a contract; if there is none, where it would be.

    Raises:
        ContractError: The product's name or the version is none that a folder may have.
    """
    check_name("the product", product)
    check_name(f"the version of {product}", version)
    folders = [folder / product / version for folder in search_folders(root)]
    return next((folder for folder in folders if folder.is_dir()), folders[0])


def is_installed(folder: Path) -> bool:
    """Return whether a contract came with this package, so that nothing is written beside it."""
    return folder.is_absolute() and folder.is_relative_to(INSTALLED)


def products(root: Path) -> tuple[str, ...]:
    """Return the products that have a published contract, sorted."""
    paths = [path for folder in search_folders(root) for path in folder.glob("*")]
    names = {path.name for path in paths if path.is_dir()}
    return tuple(name for name in sorted(names) if versions(root, name))


def versions(root: Path, product: str) -> tuple[str, ...]:
    """Return the published versions of a product's contract, oldest first.

    Raises:
        ContractError: The product's name is none that a folder may have.
    """
    check_name("the product", product)
    existing = set()
    for folder in search_folders(root):
        for path in (folder / product).glob("*"):
            with suppress(ContractError):  # the name of another folder
                existing.add(Version.parse(path.name))
    return tuple(str(version) for version in sorted(existing))


def published(root: Path, product: str, version: str) -> Contract:
    """Return one published version of a product's contract.

    Raises:
        ContractError: It is not published, or its folder holds another contract.
    """
    folder = contract_folder(root, product, version)
    *_, last = search_folders(root)
    if not folder.is_dir() and last != root:
        expected = folder if root.is_dir() else last / product / version
        raise ContractError(f"{folder}: no contract there, nor in {last}", hint=nearby(expected))
    contract = load(folder)
    if (contract.product, contract.version) != (product, version):
        raise ContractError(
            f"{folder}: holds {contract.product} {contract.version}, not {product} {version}"
        )
    return contract


def latest(root: Path, product: str) -> Contract:
    """Return the newest published version of a product's contract.

    Raises:
        ContractError: None is published.
    """
    existing = versions(root, product)
    if not existing:
        raise ContractError(
            f"{product}: no contract is published under {root}", hint=nearby(root / product / "")
        )
    return published(root, product, existing[-1])
