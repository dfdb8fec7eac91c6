"""Reads YAML that others wrote: plain values alone, within bounds, each refusal with its place.

YAML's own reader takes a few bytes for gigabytes (an alias of aliases), the last of two equal keys
without a word, and some texts for errors of its own or for dates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import yaml

from contracts.errors import ContractError
from contracts.host.regular import read_regular

if TYPE_CHECKING:
    from pathlib import Path

#: The most bytes of a document: a schema of 8,000 columns has half a million.
LARGEST = 4 * 2**20
#: The most levels of lists and mappings, and the most values and keys.
DEEPEST, MOST = 32, 50_000
#: Integers that JSON and databases carry.
INTEGERS = range(-(2**63), 2**64)
#: What a text may be taken for, besides a text: no date, no merge of mappings.
SCALARS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float"))
#: The parser takes time in the square of their number.
DIRECTIVE = re.compile("(?:^|[\r\x85\u2028\u2029])\ufeff?%", re.MULTILINE)
BASE: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_text(path: Path) -> str:
    """Return the text of a YAML file.

    Raises:
        ContractError: It is missing, too large, no regular file, or not UTF-8.
    """
    try:
        return read_regular(path, largest=LARGEST).decode()
    except OSError as error:
        raise ContractError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ContractError(f"{path}: not UTF-8 text: {error}") from error


def read_yaml(text: str) -> Any:
    """Return the value of a YAML document: of mappings with texts as keys, lists, and scalars.

    A date is the text that it is.

    Raises:
        ContractError: It is malformed, too deep, too long, or has an alias, a key given twice, or
            a value that is not plain; the line and column are named.
    """
    if DIRECTIVE.search(text):
        raise ContractError("a line starts with %: a plain document has no directive")
    try:
        _check_bounds(text)
        return yaml.load(text, _Plain)  # noqa: S506 - it makes plain values alone
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        words = ", ".join(filter(None, (error.context, error.problem)))
        raise ContractError(place + words) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise ContractError(f"not YAML: {' '.join(str(error).split())}") from error


def _check_bounds(text: str) -> None:
    """Count events, before anything is built of them: the parser recurses into none."""
    depth = count = 0
    for event in yaml.parse(text, BASE):
        if isinstance(event, yaml.AliasEvent):
            raise _refusal("an alias: a plain document states the value itself", event)
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            continue
        if tag := getattr(event, "tag", None):
            raise _refusal(f"the tag {tag}: a plain value has none", event)
        depth += isinstance(event, yaml.CollectionStartEvent)
        count += isinstance(event, yaml.NodeEvent)
        if depth > DEEPEST:
            raise _refusal(f"deeper than the {DEEPEST} levels allowed", event)
        if count > MOST:
            raise _refusal(f"more than the {MOST:,} values allowed", event)


def _refusal(problem: str, at: yaml.Event | yaml.Node) -> yaml.MarkedYAMLError:
    mark: Any = at.start_mark
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


class _Plain(BASE):  # type: ignore[misc, valid-type] # which class it is depends on the machine
    """Makes plain values; a text that YAML would take for a date stays a text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [each for each in resolvers if each[0] in SCALARS]
        for first, resolvers in BASE.yaml_implicit_resolvers.items()
    }

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - theirs
        """Return the value of a node."""
        try:
            value = super().construct_object(node, deep=deep)
        except (ValueError, OverflowError) as error:
            raise _refusal(str(error), node) from error
        if type(value) is int and value not in INTEGERS:
            raise _refusal("an integer beyond 64 bits", node)
        return value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002
        """Return a mapping whose keys are texts, each given once."""
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node)
            if not isinstance(key, str):
                raise _refusal(f"the key {key!r} is no text: quote it", key_node)
            if key in mapping:
                raise _refusal(f"the key {key!r} is given twice", key_node)
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping
