"""The page on a product of one's own: its files are made, and its commands run one by one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "product.md").read_text("utf-8")
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = re.search(
    r"<!-- command: product -->\n```bash\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE
)
#: What the page's runs are shortened by; processes of their own would take longer to start.
SHORT = " product.until=2024-05-01T00:00:00Z compute.processes=1"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The page's repository, committed, with the package's metadata as pip would lay it down."""
    folder = tmp_path / "freight-repository"
    for name, text in FILE.findall(PAGE):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (folder / "freight" / "__init__.py").touch()
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    metadata = tmp_path / "site" / "freight-0.1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: freight\nVersion: 0.1\n")
    declared = project["entry-points"]["liaison.components"]
    lines = [f"{name} = {value}" for name, value in declared.items()]
    (metadata / "entry_points.txt").write_text("\n".join(["[liaison.components]", *lines]))
    (folder / ".gitignore").write_text(".venv\ndata/\noutputs/\n__pycache__/\n")
    (folder / ".venv").symlink_to(sys.prefix)
    who = ("-c", "user.name=r", "-c", "user.email=r@localhost", "-c", "commit.gpgsign=false")
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "A product"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


@pytest.mark.e2e
def test_the_product_of_the_page_runs_as_written(repository: Path) -> None:
    """From its data to a comparison of lifecycles, of which dual is left out."""
    assert COMMANDS is not None
    setting, *commands = COMMANDS[1].splitlines()
    path = os.pathsep.join((str(repository), str(repository.parent / "site")))
    environment = {**os.environ, "PYTHONPATH": path}
    for command in commands:
        short = SHORT if "-m production" in command else ""
        shell = ["bash", "-euo", "pipefail", "-c", f"{setting}\n{command}{short}"]
        done = subprocess.run(
            shell, cwd=repository, env=environment, stdin=subprocess.DEVNULL, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}"
        if "task=specify" in command:
            words = "--config-dir conf product=freight paths.published=published task=publish"
            assert f"next: .venv/bin/python -m contracts {words}\n" in done.stdout
        if "task=compare" in command:
            assert "dual is left out" in done.stdout


def test_the_page_shows_every_file_that_it_lists() -> None:
    """But for the one that it says is empty."""
    listed = re.findall(r"^((?:\w+/)*\w+\.\w+)\b(?!.*empty)", PAGE.split("```")[1], re.MULTILINE)
    assert sorted(listed) == sorted(name for name, _ in FILE.findall(PAGE))
