"""The table of all 32 combinations on the terminal."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from contracts.lifecycle import ATTRIBUTES, all_lifecycles, classify, pattern_name
from production.console.describe import print_lines
from production.console.taxonomy import WIDTH, taxonomy_lines


def shown(width: int, *, table: int = WIDTH) -> list[str]:
    """Return the lines printed into a pipe of a width, of a table for another one."""
    console = Console(file=StringIO(), width=width)
    print_lines(taxonomy_lines(table), console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def test_stable() -> None:
    """Whatever the width of the pipe, the table is the same plain text within 100 columns."""
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


def test_a_terminal_of_eighty_columns_breaks_no_line() -> None:
    """There the verdict stands above its combinations, and none of what is said is left out."""
    lines = shown(80, table=80)
    assert max(map(len, lines)) <= 80
    verdicts = {"coherent", "anti-pattern", "refused"}
    verdict, found = "", dict[str, tuple[str, int]]()
    for at, line in enumerate(lines):
        verdict = line if line in verdicts else verdict
        found[" ".join(line.split())] = (verdict, at)
    for lifecycle in all_lifecycles():
        classification, name = classify(lifecycle), pattern_name(lifecycle)
        options = " ".join(lifecycle.choice(attribute) for attribute in ATTRIBUTES)
        nearest = name.removeprefix("unnamed, nearest ")
        above, at = found[f"{options} {nearest if nearest == name else f'({nearest})'}"]
        assert above == classification.verdict.replace("_", "-")
        for reason in classification.reasons[:1]:
            assert lines[at + 1].strip() == reason.why


def test_counts_stand_below() -> None:
    """The last line counts the verdicts."""
    assert shown(100)[-1] == "32 combinations: 6 coherent, 12 anti-pattern, 14 refused"
