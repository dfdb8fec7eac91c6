"""Every command of README.md and of the pages under docs/ does what a reader expects of it.

It succeeds, unless its page says that it fails. A command is a line of a ```bash block, lines that
end in a backslash joined, and the lines after ``<<'END'`` with it. A comment before the block says
how its commands are run here:

- ``<!-- command: run -->`` the first command: its set-up is left out, the rest is shortened;
- ``<!-- command: test -->`` the test command: not run, these tests are inside of it;
- ``<!-- command: short WORDS -->`` shortened, if production's: the product's history ends early,
  and it is held to an earlier contract of fewer clauses, unless it asks for a signature, which that
  one has none of; overrides may follow that shorten it further;
- ``<!-- command: long -->`` shortened likewise by `tox -e long`; before that, its configuration
  alone is composed, and what it would run is what other tests run;
- ``<!-- command: fails: CODE -->`` it ends with that exit code, which is what the page shows;
- ``<!-- command: product -->`` run by `tests/test_product_page.py`, in a repository of its own;
- ``<!-- command: not run: REASON -->`` what a test cannot do, such as a person's act.

The commands of a page run one after the other, in a clone of the page's own where the product's
data are: pages can run beside each other.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.suites.clone import COMMITTER, make_clone

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
SHORT = " product.until=2013-03-09T05:00:00Z"
USUAL_PORT = "8080"
QUICK = " product.contract=1.0.0"
BLOCK = re.compile(
    r"(?:<!-- command: (?P<how>[^>]*?) -->\s*)?^```bash\n(?P<body>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
#: A command: a line, with the text that it is given after it.
LINE = re.compile(r".*<<'END'\n(?:.*\n)*?END|.+")


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One command of a page, as it stands there, and how it is to be run."""

    page: str
    text: str
    how: str

    @property
    def code(self) -> int:
        """The exit code the page leads its reader to expect."""
        return int(self.how.partition(":")[2]) if self.how.startswith("fails") else 0

    @property
    def line(self) -> str:
        """The command as it is run here: in an environment that is set up, on a short history."""
        line = self.text
        if self.how == "run":
            line = line[line.index(".venv/bin/python -m contracts") :]
        how, _, words = self.how.partition(" ")
        if how not in {"run", "short", "long"} or "-m production" not in line:
            return line
        quick = "" if how == "run" or "signing=" in line else QUICK
        return f"{line}{SHORT}{quick} {words}".rstrip()

    def at(self, port: int) -> str:
        """The line, its server at another port: whatever else runs here may have the usual one."""
        line = re.sub(r"task=(serve|operate)\b", rf"task=\1 serving.port={port}", self.line)
        return line.replace(USUAL_PORT, str(port))


def commands() -> list[Command]:
    """Return the commands of every page, in order, the README's first."""
    return [
        Command(
            page=page.relative_to(ROOT).as_posix().removeprefix("docs/"),
            text=line,
            how=block["how"] or "",
        )
        for page in PAGES
        for block in BLOCK.finditer(page.read_text(encoding="utf-8"))
        for line in LINE.findall(block["body"].replace("\\\n", " "))
        if line.strip() and not line.startswith("#")
    ]


RUN = [
    command
    for command in commands()
    if command.how not in {"test", "product"} and "not run" not in command.how
]


@pytest.fixture
def clone(tmp_path: Path, flights_data: Path) -> Iterator[Path]:
    """A repository with the working tree's files, committed: commands change it as they like.

    What a page started and, because a command failed, did not end is ended here.
    """
    folder = tmp_path / "clone"
    shutil.copytree(flights_data, folder / "data" / "flights")
    make_clone(folder)
    (folder / ".venv").symlink_to(sys.prefix)
    yield folder
    for file in folder.glob("*.pid"):
        with suppress(ProcessLookupError):
            os.kill(int(file.read_text()), signal.SIGKILL)


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.early
@pytest.mark.e2e
@pytest.mark.parametrize(
    ("page", "whole"),
    [
        *(pytest.param(page, False, id=page) for page in dict.fromkeys(each.page for each in RUN)),
        *(
            pytest.param(page, True, id=f"{page} whole", marks=pytest.mark.long)
            for page in dict.fromkeys(each.page for each in RUN if each.how == "long")
        ),
    ],
)
def test_page(page: str, *, whole: bool, clone: Path, port: int) -> None:
    """Its commands, run as written one after the other in a clone, end as the page says."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **COMMITTER, "PATH": path, "PYTHONPATH": str(clone)}
    for command in (each for each in RUN if each.page == page):
        line = command.at(port)
        if command.how == "long" and not whole:
            line += " --cfg job"
        shell = ["bash", "-euo", "pipefail", "-c", line]
        done = subprocess.run(
            shell, cwd=clone, env=environment, stdin=subprocess.DEVNULL, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert done.returncode == command.code, f"{line}\n{done.stdout[-4000:]}"


def test_marked() -> None:
    """The README gives one command to the main job and one to the tests, each a single line."""
    marked = [command.how for command in commands() if command.how in {"run", "test"}]
    assert marked == ["run", "test"]


def test_known() -> None:
    """Every way to treat a command is one of those above, and what is not run has a reason."""
    known = re.compile(r"|run|test|product|short( \S+)*|long|fails: \d+|not run: \w.*")
    assert [command for command in commands() if not known.fullmatch(command.how)] == []
