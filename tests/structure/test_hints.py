"""Messages that name a command, a key or an option: each exists."""

from __future__ import annotations

import ast
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from omegaconf import DictConfig, OmegaConf

from contracts.config.compose import TREE, compose
from contracts.config.next_command import COMMAND
from tests.structure.conftest import PACKAGES, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES = ("contracts", "research", "production")
GROUPS = tuple(sorted(path.name for path in TREE.iterdir() if any(path.glob("*.yaml"))))
#: A key that a message tells to set, and a group's option.
KEY = re.compile(r"\b([a-z_]+(?:\.[a-z_]+)+)=")
OPTION = re.compile(rf"(?<![\w.])({'|'.join(GROUPS)})=([a-z_]+)\b(?![.=])")
#: A file of the repository, and an extra of the package.
FILE = re.compile(r"(?<![\w/])(?:docs|conf|contracts|research|production)/[\w/]+\.(?:md|py|yaml)\b")
EXTRA = re.compile(r"liaison-lifecycle\[([a-z,]+)\]")
#: What a message fills in, by the name of the value.
FILLED = {"product": "flights", "liaison": "joint", "known_by": "1d"}


def texts() -> list[tuple[str, str]]:
    """Return every text of the packages' code, docstrings too, and where it stands."""
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno}", _text(node))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    ]


def _text(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(
        _filled(part) if isinstance(part, ast.FormattedValue) else str(part.value)  # type: ignore[attr-defined]
        for part in node.values
    )


def _filled(part: ast.FormattedValue) -> str:
    source = ast.unparse(part.value)
    return next((value for name, value in FILLED.items() if name in source), "…")


def keys() -> set[str]:
    """Return every dotted key of a composed configuration, or of an option of a group."""
    composed = [compose(entry, []) for entry in ENTRIES]
    options = [
        OmegaConf.create({group: OmegaConf.load(path)})
        for group in GROUPS
        for path in (TREE / group).glob("*.yaml")
    ]
    return {key for each in (*composed, *options) for key in _flat(each)}


def _flat(node: Any, at: str = "") -> Iterator[str]:
    for key in node if isinstance(node, DictConfig) else ():
        here = f"{at}.{key}" if at else str(key)
        yield here
        missing = OmegaConf.is_missing(node, key) or OmegaConf.is_interpolation(node, key)
        yield from () if missing else _flat(node[key], here)


TEXTS = texts()
COMMANDS = sorted(
    {match[0] for _, text in TEXTS for match in COMMAND.finditer(text) if "|" not in match[0]}
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_a_message_composes(command: str) -> None:
    """Its task is one of that entry point's, and its keys exist."""
    _, _, entry, *words = command.split()
    config = compose(entry, [word.removesuffix(".") for word in words])
    assert config.task.package == entry


def test_a_key_in_a_message_exists() -> None:
    """What a message tells to set can be set."""
    known = keys()
    roots = {key.partition(".")[0] for key in known}
    unknown = [
        f"{where}: {key}"
        for where, text in TEXTS
        for key in KEY.findall(text)
        if key.partition(".")[0] in roots and key not in known
    ]
    assert unknown == []


def test_an_option_in_a_message_exists() -> None:
    """What a message tells to choose is an option of that group."""
    unknown = [
        f"{where}: {group}={option}"
        for where, text in TEXTS
        for group, option in OPTION.findall(text)
        if not (TREE / group / f"{option}.yaml").is_file()
    ]
    assert unknown == []


def test_a_file_in_a_message_exists() -> None:
    """What a message tells to read is there."""
    unknown = [
        f"{where}: {path}"
        for where, text in TEXTS
        for path in FILE.findall(text)
        if not (ROOT / path).is_file()
    ]
    assert unknown == []


def test_an_extra_in_a_message_exists() -> None:
    """What a message tells to install is one of the package's extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = {extra for _, text in TEXTS for extra in EXTRA.findall(text)}
    assert extras <= {*project["optional-dependencies"]}
