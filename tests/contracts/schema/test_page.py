"""The page about schemas: its examples run, and its tables name the checks there are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from contracts.schema.checks.registry import BUILT_IN, GROUP

PAGE = Path(__file__).parents[3] / "docs" / "schema.md"
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def text() -> str:
    """The page."""
    return PAGE.read_text(encoding="utf-8")


@pytest.mark.e2e
def test_the_examples_run(text: str, tmp_path: Path) -> None:
    """As written and in order, in one process where the page's package is installed."""
    blocks = [match.groups() for match in BLOCK.finditer(text)]
    points = next(tomllib.loads(body) for word, _, body in blocks if word == "toml")
    install(tmp_path, points["project"]["entry-points"])
    for word, file, body in blocks:
        if word == "python" and file:
            (tmp_path / file).write_text(body, encoding="utf-8")
    script = "\n".join(body for word, file, body in blocks if word == "python" and not file)
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "(did you mean 'tail'?)" in done.stdout
    assert "multiple_of" in done.stdout


def test_every_check_is_named(text: str) -> None:
    """The table of checks lists each built-in one."""
    section = text.partition("## Checks")[2].partition("## ")[0]
    assert {name for name in BUILT_IN if f"`{name}" not in section} == set()
    assert f'entry-points."{GROUP}"' in text


def install(folder: Path, points: dict[str, dict[str, str]]) -> None:
    """Install a package's entry points in a folder, as pip would leave them there."""
    metadata = folder / "shop-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n")
    lines = [
        line
        for group, entries in points.items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in entries.items()))
    ]
    (metadata / "entry_points.txt").write_text("\n".join(lines))
