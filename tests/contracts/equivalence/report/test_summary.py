from __future__ import annotations

import pytest

from contracts.equivalence.clause import Status, Verdict
from contracts.equivalence.report.summary import by_clause, summary


def verdict(name: str, status: Status = "equivalent", message: str = "so") -> Verdict:
    """Return a verdict by the name of its item."""
    clause, _, part = name.partition("[")
    return Verdict(
        clause=clause, part=part.rstrip("]"), pair="recorded", status=status, message=message
    )


@pytest.mark.parametrize(
    ("statuses", "text"),
    [
        ({"a": "equivalent"}, "equivalent by 1 clause"),
        ({"a": "equivalent", "b": "not_run"}, "equivalent by 1 clause, 1 not run"),
        (
            {"a": "equivalent", "b[x]": "equivalent", "b[y]": "equivalent", "c": "reported"},
            "equivalent by 2 clauses (3 items), 1 reported",
        ),
        (
            {"a": "equivalent", "b[x]": "inconclusive", "c": "different", "d": "not_run"},
            "not equivalent: different by c; inconclusive by b[x] (1 of 3 hold, 1 not run)",
        ),
        ({"a": "not_run"}, "nothing proven, 1 not run"),
        ({}, "nothing proven"),
    ],
)
def test_a_proof_is_summed_up_in_a_line(statuses: dict[str, Status], text: str) -> None:
    """Equivalent only if one clause is and none failed; what was not run is counted."""
    assert summary([verdict(name, status) for name, status in statuses.items()]) == text


def test_a_long_list_of_what_failed_is_cut() -> None:
    """A sentence names the first, and counts the rest."""
    text = summary([verdict(f"a[{n}]", "different") for n in range(9)])
    assert text.endswith("a[5] and 3 more (0 of 9 hold)")


def test_parts_of_a_clause_are_summed_up() -> None:
    """A clause is as good as its worst part; its parts are counted, its order is kept."""
    first, second = by_clause(
        [
            verdict("subgroup[a]"),
            verdict("subgroup[b]", "inconclusive"),
            verdict("subgroup[c]", "not_run", "too few rows"),
            verdict("schema"),
        ]
    )
    assert (first.clause, first.status) == ("subgroup", "inconclusive")
    assert first.message == "1 of 3 equivalent, 1 inconclusive, 1 not run: too few rows"
    assert [each.part for each in first.failed] == ["b"]
    assert (second.has_parts, second.message) == (False, "so")
