"""The table of faults in `docs/faults.md`: a row for each fault, a mark for each clause."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from deliveries.contract import CLAUSES
from deliveries.faults import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deliveries.candidate import Candidate, CandidateLearner

PAGE = Path(__file__).parents[4] / "docs" / "faults.md"
#: A clause that says different, and one that cannot tell; either refuses the candidate.
MARKS = {"different": "●", "inconclusive": "○"}


def head() -> list[str]:
    """Return the table's first two lines."""
    names = [term.name for term in CLAUSES]
    return [_line(["fault", *names]), _line(["---", *(":-:" for _ in names)])]


def row(fault: type[Candidate | CandidateLearner], statuses: Mapping[str, str]) -> str:
    """Return a fault's line: its description, and a mark for each clause that fails."""
    name, sentence = words(fault)
    marks = [MARKS.get(statuses.get(term.name, ""), " ") for term in CLAUSES]
    return _line([f"**{name}**<br>{sentence}", *marks])


def table(page: str) -> list[str]:
    """Return the lines of a page's table."""
    return [line for line in page.splitlines() if line.startswith("|")]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
