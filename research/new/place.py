"""Where a new product is written, and how: completely or not at all, and nothing is lost."""

from __future__ import annotations

import shlex
import shutil
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.config.compose import TREE
from contracts.errors import ConfigError, ConflictError
from contracts.host.durable import disk_errors, make_folder, sync_tree, write_file
from contracts.host.owned import claim, clear
from contracts.host.staging import staging

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: How many lines of a difference are shown.
LINES = 10


class ProductPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a product is written.

    Attributes:
        root: The folder of all its files.
        tree: The configuration tree, below it or elsewhere.
        words: What a command needs to find it, besides its name.
    """

    root: Path
    tree: Path
    words: tuple[str, ...]

    @property
    def own(self) -> bool:
        """Whether it is a package of a person's own."""
        return self.root != Path.cwd()

    def command(self, entry: str, name: str, *words: str) -> str:
        """Return a command of the product."""
        return shlex.join(("python", "-m", entry, *self.words, f"product={name}", *words))


def place_of(config_dir: Path | None, package: str | None = None) -> ProductPlace:
    """Return where a product is written: a package, the given tree, this repository, or ``conf``.

    Args:
        config_dir: The tree that the command names; None if it names none.
        package: The folder of a package of a person's own; None if it is to be none.

    Raises:
        ConfigError: Both are named.
    """
    here = Path.cwd()
    if package is not None and config_dir is not None:
        raise ConfigError(
            "package: it has a configuration tree of its own", hint="leave --config-dir out"
        )
    if package is not None:
        root = here / package
        words = ("--config-dir", "conf", "paths.published=published")
        return ProductPlace(root=root, tree=root / "conf", words=words)
    if config_dir is not None:
        return ProductPlace(root=here, tree=config_dir, words=("--config-dir", str(config_dir)))
    if TREE.parent == here:
        return ProductPlace(root=here, tree=TREE, words=())
    return ProductPlace(root=here, tree=Path("conf"), words=("--config-dir", "conf"))


def check_free(place: ProductPlace, name: str) -> None:
    """Check that no product of the framework's own tree has the name.

    Raises:
        ConflictError: One has.
    """
    ours = TREE / "product" / f"{name}.yaml"
    if place.tree.resolve() != TREE and ours.is_file():
        raise ConflictError(
            f"product={name}: Liaison has a product of that name", hint="choose another name"
        )


def write_new(folder: Path, files: Mapping[Path, str]) -> None:
    """Write the files of a folder that is not there yet: all of them, or none.

    Raises:
        StateError: The disk failed.
    """
    with disk_errors(str(folder)):
        make_folder(folder.parent)
        with staging(folder.parent) as room:
            for path, text in files.items():
                staged = room / path.relative_to(folder)
                staged.parent.mkdir(parents=True, exist_ok=True)
                staged.write_text(text, "utf-8")
            sync_tree(room)
            room.rename(folder)


def unwritten(files: Mapping[Path, str], *, replace: bool) -> dict[Path, str]:
    """Return the files that are not there yet, or differ and are to be replaced.

    Raises:
        ConflictError: One differs, and is not to be replaced.
    """
    wanted = {path: text for path, text in files.items() if _read(path) != text}
    differing = [path for path in wanted if path.exists()]
    if differing and not replace:
        lines = [line for path in differing for line in _difference(path, wanted[path])]
        raise ConflictError(
            f"{', '.join(map(str, differing))}: differs from what would be written",
            hint="replace=true replaces it, another name keeps both; nothing was changed",
            details=lines,
        )
    return wanted


def make_folders(files: Iterable[Path]) -> None:
    """Make the folders of files, so that none is written where another has no place.

    Raises:
        StateError: A file is in a folder's place, or the disk failed.
    """
    for path in files:
        with disk_errors(str(path)):
            make_folder(path.parent)


def write(files: Mapping[Path, str]) -> None:
    """Write files, each completely or not at all.

    Raises:
        StateError: The disk failed.
    """
    for path, text in files.items():
        write_file(path, text.encode())


def put(results: Path, folder: Path) -> None:
    """Put a task's results into its folder, in place of earlier ones.

    Raises:
        StateError: The folder has files that are not ours, or the disk failed.
    """
    claim(folder)
    clear(folder)
    with disk_errors(str(folder)):
        shutil.copytree(results, folder, dirs_exist_ok=True)


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _difference(path: Path, text: str) -> list[str]:
    lines = unified_diff(path.read_text("utf-8").splitlines(), text.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]
