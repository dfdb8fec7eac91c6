"""The description of a lifecycle on the terminal."""

from __future__ import annotations

from io import StringIO

import pytest
from msgspec.structs import replace
from rich.console import Console
from rich.text import Text

from contracts.lifecycle import ATTRIBUTES, PATTERNS, Lifecycle, all_lifecycles, describe
from production.console.describe import description_lines, print_lines

ADAPTIVE = PATTERNS["adaptive"].preset


def shown(lifecycle: Lifecycle, *, fixed: frozenset[str] = frozenset(), width: int = 80) -> str:
    """Return what is printed into a pipe of a width."""
    console = Console(file=StringIO(), width=width)
    print_lines(description_lines(describe(lifecycle, fixed)), console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("lifecycle", all_lifecycles(), ids=str)
def test_stable(lifecycle: Lifecycle) -> None:
    """Whatever the width of the terminal, the piped text is the same, within 80 columns."""
    fixed = frozenset(ATTRIBUTES)
    text = shown(lifecycle, fixed=fixed)
    assert text == shown(lifecycle, fixed=fixed, width=200)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)
    assert "\x1b" not in text


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_described_completely(pattern: str) -> None:
    """Name, attributes, stages with their actors, drawing and Mermaid text."""
    description = describe(PATTERNS[pattern].preset)
    text = shown(PATTERNS[pattern].preset)
    assert text.startswith(f"{pattern}  ")
    assert text.count("decides") == len(description.deciding)
    for number, stage in enumerate(description.stages, start=1):
        assert f"{number:2}  " in text
        assert stage.does in text
        assert stage.actor.name in text
    for line in (*description.text.splitlines(), *description.mermaid.splitlines()):
        assert line in text


def test_refusal_is_shown() -> None:
    """A refused combination shows its reason and the override to type, and no flow."""
    lifecycle = replace(ADAPTIVE, deployment="wrapped")
    text = shown(lifecycle, fixed=frozenset({"deployment"}))
    assert "refused because\n  deployment=wrapped\n" in text
    assert "nearest coherent combination: model_updating=release_enforced" in text
    assert "clashes, set by you" in text
    assert "flow" not in text


def test_anti_pattern_is_warned_of() -> None:
    """An anti-pattern says which attribute, why, and what to change."""
    text = " ".join(shown(PATTERNS["interactive"].preset).split())
    assert "data_access=ad_hoc_dump is an anti-pattern: " in text
    assert "better data_access=programmatic" in text
    assert "no serving evaluation: " in text


def test_colour_adds_only_colour() -> None:
    """On a terminal in colour the words are the same."""
    console = Console(file=StringIO(), width=80, force_terminal=True, color_system="truecolor")
    print_lines(description_lines(describe(ADAPTIVE)), console)
    assert isinstance(console.file, StringIO)
    coloured = console.file.getvalue()
    assert "\x1b[" in coloured
    assert Text.from_ansi(coloured).plain.splitlines() == shown(ADAPTIVE).splitlines()
