"""Texts of tracked files: products are named only in their places, machines never."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: Files outside a product's own folders that may name it: the default choice, and help's examples.
MAY_NAME = re.compile(
    r"conf/((contracts|production|research)\.yaml|product/\w+\.(yaml|toml))"
    r"|(contracts/tasks|production|research)/usage\.py"
    r"|contracts/(products|published)/.*"
    r"|production/implementations/.*"
    r"|research/solutions/.*"
)

#: Written in pieces, so that this file does not hold what it looks for.
MACHINE = re.compile("|".join(["/" + f"(?:{name})/" for name in ("work", "root", "opt", "home")]))
HOSTS = re.compile("|".join(["python" + "hosted", "pypi" + r"\.org", "--(extra-)?index" + "-url"]))


def texts(root: Path, paths: list[Path]) -> dict[str, str]:
    """Return the text of every file that is text."""
    found = {}
    for path in paths:
        content = (root / path).read_bytes()
        if b"\0" not in content:
            found[path.as_posix()] = content.decode()
    return found


def lines(root: Path, paths: list[Path], pattern: re.Pattern[str]) -> list[str]:
    """Return the places of a pattern, as ``file:line``."""
    return [
        f"{path}:{number}"
        for path, text in texts(root, paths).items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_products(root: Path, tracked: list[Path]) -> None:
    """A product is named in its own folders and where one is selected, nowhere else in the code."""
    products = [path.stem for path in (root / "conf" / "product").glob("*.yaml")]
    assert products
    named = re.compile("|".join(products), re.IGNORECASE)
    packages = ("conf", "contracts", "production", "research")
    code = [
        path
        for path in tracked
        if path.parts[0] in packages and not MAY_NAME.fullmatch(path.as_posix())
    ]
    assert lines(root, code, named) == []


def test_machines(root: Path, tracked: list[Path]) -> None:
    """No tracked file contains a path of the machine it was written on."""
    assert lines(root, tracked, MACHINE) == []


def test_hosts(root: Path, tracked: list[Path]) -> None:
    """No tracked file ties the installation to one package registry."""
    assert lines(root, tracked, HOSTS) == []


def test_architecture(root: Path, tracked: list[Path]) -> None:
    """The page on the architecture names every room of the packages, and no path that is gone."""
    text = (root / "docs" / "architecture.md").read_text("utf-8")
    paths = set(re.findall(r"`((?:conf|contracts|docs|production|research)/[\w./]+)`", text))
    assert [path for path in sorted(paths) if not (root / path).exists()] == []
    rooms = {
        "/".join(path.parts[:2])
        for path in tracked
        if path.parts[0] in {"contracts", "production", "research"} and path.suffix == ".py"
    }
    unnamed = {room for room in rooms if "__" not in room} - paths
    assert sorted(unnamed) == []
