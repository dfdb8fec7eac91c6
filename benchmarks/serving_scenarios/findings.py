"""What a scenario found: figures, and the claims that did not hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Findings:
    """The figures of one scenario, and which of its claims failed.

    Args:
        scenario: What was done.

    Attributes:
        scenario: The same.
        figures: What was measured, in words.
        failed: The claims that did not hold.
    """

    def __init__(self, scenario: str) -> None:
        self.scenario = scenario
        self.figures, self.failed = list[str](), list[str]()

    def note(self, figure: str) -> None:
        """Note what was measured."""
        self.figures.append(figure)

    def claim(self, figure: str, *, holds: bool) -> None:
        """Note a figure that must be as it is claimed."""
        self.figures.append(figure)
        if not holds:
            self.failed.append(figure)

    def none_failed(self, failures: Sequence[str], of: int) -> None:
        """Claim that no request failed."""
        kinds = ", ".join(f"{count} {why}" for why, count in Counter(failures).most_common(3))
        words = f"{len(failures)} of {of:,} requests failed" + (f" ({kinds})" if kinds else "")
        self.claim(words, holds=not failures and of > 0)

    def at_most_twice(self, steady: float, during: float, *, judged: bool) -> None:
        """Claim that the 99th percentile is at most twice what it is otherwise."""
        words = f"p99 {steady:.1f} ms steady, {during:.1f} ms then ({during / steady:.2f} times)"
        self.claim(words, holds=during <= 2 * steady or not judged)


def show(found: Iterable[Findings], title: str) -> int:
    """Print what each scenario found as it ends, then all in a table, and return the exit code.

    Args:
        found: The findings of each scenario, which may run as they are taken.
        title: What the table is called.
    """
    table = Table("scenario", "figures", title=title)
    failed: list[str] = []
    for findings in found:
        table.add_row(findings.scenario, escape("\n".join(findings.figures)), end_section=True)
        failed += [f"{findings.scenario}: {each}" for each in findings.failed]
        print(f"{findings.scenario}: {'; '.join(findings.figures)}", flush=True)
    Console(width=140).print(table)
    for each in failed:
        print(f"does not hold: {each}")
    return int(bool(failed))
