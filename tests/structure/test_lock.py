"""The lock agrees with what is declared and with what the README installs."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = "liaison-lifecycle"
#: Extras whose packages no test needs, which would cost every environment more than they tell.
NOT_LOCKED = ("ray", "mlflow")
PYTHONS = ("3.11", "3.12", "3.13")


@pytest.fixture(scope="module")
def locked(root: Path) -> dict[str, list[Requirement]]:
    """Return the lock's entries by name: several where versions differ by Python."""
    found: dict[str, list[Requirement]] = {}
    for line in (root / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if re.match(r"[a-z0-9]", line):
            entry = Requirement(line.removesuffix("\\").strip())
            found.setdefault(canonicalize_name(entry.name), []).append(entry)
    return found


def declared(root: Path) -> list[Requirement]:
    """Return every requirement of pyproject.toml, of every extra that the lock has."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].items()
    locked = (texts for name, texts in extras if name not in NOT_LOCKED)
    texts = chain(project["dependencies"], *locked)
    return [entry for entry in map(Requirement, texts) if entry.name != PROJECT]


@pytest.mark.parametrize("python", PYTHONS)
def test_satisfies(root: Path, locked: dict[str, list[Requirement]], python: str) -> None:
    """For every Python the lock has one fitting version of each declared package."""
    environment = {"python_version": python, "python_full_version": f"{python}.9"}
    for wanted in declared(root):
        versions = [
            str(entry.specifier).removeprefix("==")
            for entry in locked.get(canonicalize_name(wanted.name), [])
            if entry.marker is None or entry.marker.evaluate(environment)
        ]
        assert len(versions) == 1, wanted
        assert wanted.specifier.contains(versions[0]), wanted


def test_hashes(root: Path, locked: dict[str, list[Requirement]]) -> None:
    """Every entry of the lock is pinned and carries hashes."""
    text = (root / "requirements.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text)
    assert len(entries) - 1 == sum(map(len, locked.values()))
    assert [entry.splitlines()[0] for entry in entries[1:] if "--hash=sha256:" not in entry] == []
    assert all(str(e.specifier).startswith("==") for same in locked.values() for e in same)


def test_readme(root: Path, locked: dict[str, list[Requirement]]) -> None:
    """The tools that the README's commands install by version are the lock's versions."""
    text = (root / "README.md").read_text(encoding="utf-8")
    pins = {match[1]: match[2] for match in re.finditer(r"\b(tox|tox-uv|uv)==([\w.]+)", text)}
    assert pins
    assert {name: str(locked[name][0].specifier) for name in pins} == {
        name: f"=={version}" for name, version in pins.items()
    }
