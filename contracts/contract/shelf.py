"""Where published contracts lie: in the working directory, else in this package itself.

A repository that only installs this package finds the contracts that came with it; one that keeps
contracts of its own has them in the working directory, and those come first.
"""

from __future__ import annotations

from pathlib import Path

#: What `paths.published` is unless a configuration says otherwise.
DEFAULT = Path("contracts/published")
#: The contracts that are installed with this package.
INSTALLED = Path(__file__).resolve().parents[1] / "published"


def shelves(root: Path) -> tuple[Path, ...]:
    """Return the folders to look for contracts in, the first one first.

    A folder that someone chose stands alone: what is missing there is not taken from elsewhere.
    """
    if root != DEFAULT or root.resolve() == INSTALLED:
        return (root,)
    return (root, INSTALLED)


def found(root: Path, product: str, version: str) -> Path:
    """Return the folder of one version of a contract; where none has it, where it would lie."""
    folders = [shelf / product / version for shelf in shelves(root)]
    return next((folder for folder in folders if folder.is_dir()), folders[0])


def installed(folder: Path) -> bool:
    """Return whether a contract came with this package: nothing is to be written beside it."""
    return folder.is_absolute() and folder.is_relative_to(INSTALLED)
