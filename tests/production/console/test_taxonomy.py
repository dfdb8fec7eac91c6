"""The table of all 32 combinations on the terminal."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from contracts.lifecycle import ATTRIBUTES, all_lifecycles, classify, pattern_name
from production.console.describe import print_lines
from production.console.taxonomy import taxonomy_lines


def shown(width: int) -> list[str]:
    """Return the lines printed into a pipe of a width."""
    console = Console(file=StringIO(), width=width)
    print_lines(taxonomy_lines(), console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def test_stable() -> None:
    """Whatever the width of the terminal, the table is the same plain text within 100 columns."""
    assert shown(80) == shown(300)
    assert max(map(len, shown(80))) <= 100


def test_every_combination_is_there() -> None:
    """Each combination has its line: verdict, five options, name; below it the first reason."""
    lines = shown(100)
    numbers = {" ".join(line.split()): number for number, line in enumerate(lines)}
    for lifecycle in all_lifecycles():
        classification = classify(lifecycle)
        options = " ".join(lifecycle.choice(attribute) for attribute in ATTRIBUTES)
        verdict = classification.verdict.replace("_", "-")
        name = pattern_name(lifecycle).removeprefix("unnamed, ")
        number = numbers[f"{verdict} {options} {name}"]
        for reason in classification.reasons[:1]:
            assert lines[number + 1].strip() == reason.why


def test_counts_stand_below() -> None:
    """The last line counts the verdicts."""
    assert shown(100)[-1] == "32 combinations: 6 coherent, 12 anti-pattern, 14 refused"
