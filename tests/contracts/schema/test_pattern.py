"""Patterns: what two engines read alike is let through, the rest is refused."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from contracts.errors import ContractError
from contracts.schema.pattern import portable, portable_part

TEXTS = ["", "a", "ab", "AB12", "a-b", "a\n", "\n", "é", "ß", "٣", "a.b", "N123", "a|b", "[", "\\"]


@pytest.mark.parametrize(
    "pattern",
    [
        "^[a-z]*$",
        "^(?:a|ab)$",
        "^.{1,2}$",
        r"^a\.b$",
        "^[^a-z]+$",
        "^N[0-9]{3}$",
        r"^a\|b$",
        "^a?b??$",
    ],
)
def test_portable_patterns_mean_the_same_to_both_engines(pattern: str) -> None:
    """RE2 in Arrow and Python's re accept the same texts."""
    ours = [bool(re.search(portable(pattern), text)) for text in TEXTS]
    theirs = pc.match_substring_regex(pa.array(TEXTS), pattern).to_pylist()
    assert ours == theirs


@pytest.mark.parametrize(
    "pattern",
    [
        "a", "^a", "a$", "^", "", r"^\d$", r"^\w+$", r"^a\b$", "^(?=a)a$", "^(?i)a$", "^a|b$",
        "^(a$", "^a)$", "^a$b$",
        "^a**$", "^a++$", "^a{,3}$", "^[[:alpha:]]$", r"^(a)\1$", r"^[\s]$", "^(?P<n>a)$",
        "^[z-a]$",
    ],
)  # fmt: skip
def test_what_engines_read_differently_is_refused(pattern: str) -> None:
    """Anything but the common part of the two languages is refused by name."""
    with pytest.raises(ContractError, match="cannot stand in a contract"):
        portable(pattern)


@pytest.mark.parametrize("pattern", ["a|b", "(?:AB|-)[0-9]?", r"a\.b", "é", ".", "[^a-z]", "a{2}"])
def test_parts_mean_the_same_to_both_engines(pattern: str) -> None:
    """RE2 in Arrow and Python's re find the same texts to contain them."""
    ours = [bool(re.search(portable_part(pattern), text)) for text in TEXTS]
    assert ours == pc.match_substring_regex(pa.array(TEXTS), pattern).to_pylist()


@pytest.mark.parametrize(
    "pattern", ["", "^a", "a$", r"\d", "(a)", "a)", "(?=a)", "a**", "[[:alpha:]]"]
)
def test_what_is_no_portable_part_is_refused(pattern: str) -> None:
    """Nothing that engines read differently, that spans the text, or that captures."""
    with pytest.raises(ContractError, match="cannot stand in a contract"):
        portable_part(pattern)
