"""What is measured: a server, how it is started, and what it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

#: Reads the probability that a response's JSON value states.
Reader = Callable[[Any], float]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """The request that a server is asked: the same record in the form that it takes.

    Attributes:
        path: The path.
        body: The JSON body.
        read: Reads the probability from the response.
    """

    path: str
    body: bytes
    read: Reader


class Contender(msgspec.Struct, frozen=True, kw_only=True):
    """A server that is measured.

    Attributes:
        name: What the table calls it.
        command: What starts it; ``{port}`` stands for the port.
        folder: The folder it is started in.
        question: What it is asked.
        environment: Further environment variables.
        missing: Why it cannot be measured on this machine; empty if it can.
    """

    name: str
    question: Question
    command: tuple[str, ...] = ()
    folder: Path = Path()
    environment: Mapping[str, str] = {}
    missing: str = ""
