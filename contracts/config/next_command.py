"""Completes a command in a message, so that it is about the product that the message is about.

What raises an error knows neither the product nor the folders that the person named, and writes
``python -m research task=learn``; the entry point, which knows them, adds them here.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMAND = re.compile(r"python -m (contracts|research|production)((?: [\w.]+=[^\s;,`]+)+)")
#: What the tasks of all entry points share; each writes to a folder of its own.
SHARED = re.compile(r"[+]*(product(\.[\w.]+)?|paths\.(data|published|live))=")
TREE = re.compile(r"(--config-dir|-cd)(=|$)")


def completed(text: str, words: Sequence[str]) -> str:
    """Return a text with the product and folders of a command line in each command it names.

    Args:
        text: The text.
        words: The words of the command line after ``python -m <entry>``.

    >>> completed("python -m research task=learn, then again", ["task=specify", "paths.data=d"])
    'python -m research task=learn paths.data=d, then again'
    """
    tree = next((at for at, word in enumerate(words) if TREE.match(word)), None)
    width = 1 if tree is not None and "=" in words[tree] else 2
    folder = [] if tree is None else words[tree : tree + width]

    def command(match: re.Match[str]) -> str:
        own = match[2].split()
        stated = {word.partition("=")[0] for word in own}
        more = [word for word in shared(words) if word.partition("=")[0] not in stated]
        return f"python -m {match[1]} {shlex.join([*folder, *own, *more])}"

    return COMMAND.sub(command, text)


def shared(words: Sequence[str]) -> list[str]:
    """Return those words of a command line that every task of the same product takes.

    >>> shared(["task=deploy", "paths.live=here", "seed=3"])
    ['paths.live=here']
    """
    return [word for word in words if SHARED.match(word)]
