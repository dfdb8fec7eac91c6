"""Patterns: those that two engines read alike are accepted, the others refused."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from contracts.errors import ContractError
from contracts.schema.pattern import ecma, matches, portable, portable_part, quick

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
        "^[z-a]$", "^a{٣}$", "^(?:a{999}){999}$", "^" + "(" * 2000 + "a" + ")" * 2000 + "$",
    ],
    ids=lambda pattern: pattern[:20],
)  # fmt: skip
def test_patterns_that_engines_read_differently_are_refused(pattern: str) -> None:
    """The message names the pattern and the reason."""
    with pytest.raises(ContractError, match="cannot stand in a contract"):
        portable(pattern)


@pytest.mark.parametrize("pattern", ["a|b", "(?:AB|-)[0-9]?", r"a\.b", "é", ".", "[^a-z]", "a{2}"])
def test_parts_mean_the_same_to_both_engines(pattern: str) -> None:
    """RE2 in Arrow and Python's re find them in the same texts."""
    ours = [bool(re.search(portable_part(pattern), text)) for text in TEXTS]
    assert ours == pc.match_substring_regex(pa.array(TEXTS), pattern).to_pylist()


@pytest.mark.parametrize(
    "pattern", ["", "^a", "a$", r"\d", "(a)", "a)", "(?=a)", "a**", "[[:alpha:]]"]
)
def test_parts_that_engines_read_differently_are_refused(pattern: str) -> None:
    """So are parts that span the text, and groups that capture."""
    with pytest.raises(ContractError, match="cannot stand in a contract"):
        portable_part(pattern)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^N[0-9A-Z]{1,5}$", True),
        ("^[A-Z]{2}[0-9]*$", True),
        ("^(?:a|ab)c?$", True),
        ("[0-9]{1,9}kg", True),
        ("^a{2,}$", True),
        ("^(?:a+)+$", False),
        ("^(?:a|a)*$", False),
        ("^(?:a|b|ab){20}$", False),
        ("^(?:(?:a?){20}){20}$", False),
        ("^a*a*$", False),
        ("^a*b{2,}$", False),
        ("a+b", False),
    ],
)
def test_a_pattern_that_matches_in_many_ways_is_left_to_re2(
    pattern: str, *, expected: bool
) -> None:
    """Unbounded counts that are nested, overlap, follow each other or are searched for."""
    assert quick(pattern) is expected


@pytest.mark.parametrize("pattern", ["^(?:a+)+$", "^(?:a|a)*b$", "^(?:[ab]*)*c$", "(?:a*)*b"])
def test_no_text_makes_a_pattern_backtrack(pattern: str) -> None:
    """A text that would keep Python's re busy for ever is refused at once."""
    assert not matches(pattern, "a" * 5_000 + "!")


@pytest.mark.parametrize("pattern", ["^(?:[a-z]+-)*[a-z]+$", "^.*b.*$", "^(?:a|é)*$", "(?:a+b)+"])
def test_both_engines_match_the_same_texts(pattern: str) -> None:
    """Newlines and characters of several bytes among them."""
    form = portable(pattern) if pattern[0] == "^" else portable_part(pattern)
    for text in [*TEXTS, "b\n", "ab-cd", "a\nb", "éa", "aab"]:
        assert matches(pattern, text) is bool(re.search(form, text)), text


def test_ecma_reads_a_pattern_alike() -> None:
    """Its dot stops at U+2028 too, and it has no escaped dash outside a class."""
    assert ecma(r"^a\-.[.\-]\.$") == r"^a-[^\n][.\-]\.$"
    assert ecma(r".\$") == r"[^\n]\$"
