from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from contracts.contract.terms import ClauseTerm
from contracts.report.html import html
from contracts.report.page import Head
from contracts.schema.columns import Column
from contracts.show.document import allowed, page
from contracts.show.markdown import markdown
from tests.suites import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract

HEAD = Head(product="toy", task="show", command="python -m contracts task=show")


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_the_page_has_every_term(write: Callable[..., Contract], tmp_path: Path, kind: str) -> None:
    """Columns with what they allow, metrics, clauses with tolerances, and how it was learned."""
    contract = write(tmp_path, kind)
    text = markdown(page(contract, HEAD))
    for said in (
        "# toy 1.0.0",
        "| `colour` | category | no | red green blue |",
        "| `size` | float | yes | ≥ 0, ≤ 1 |",
        *(f"| {term.name} | at " for term in contract.metrics),
        *(f"| {term.name} | " for term in contract.clauses),
        "absolute 0.001, fraction 0.99",
        "| seed | 3 |",
        "1970-01-01T00:00:00Z to 1970-01-31T00:00:00Z",
    ):
        assert said in text


def test_defaults_of_clauses_are_shown(write: Callable[..., Contract], tmp_path: Path) -> None:
    """A tolerance is what the contract states, and the defaults of what it leaves open."""
    clause = ClauseTerm(
        name="subgroup",
        pair="same_data",
        tolerance={"segments": ["colour", "grade"], "margin": {"log_loss": 0.1}, "least": 9},
    )
    contract = msgspec.structs.replace(write(tmp_path), clauses=(clause,))
    text = markdown(page(contract, HEAD))
    assert (
        "| segments colour and grade, margin log_loss 0.1, least 9; by default alpha 0.05" in text
    )


def test_html_and_markdown_have_the_same_content(
    write: Callable[..., Contract], tmp_path: Path
) -> None:
    """HTML and Markdown are two forms of one page."""
    shown = page(write(tmp_path), HEAD)
    written = html(shown)
    for section in shown.sections:
        assert section.title in written
        assert f"## {section.title}" in markdown(shown)


def test_a_clause_that_is_not_installed_is_shown(
    write: Callable[..., Contract], tmp_path: Path
) -> None:
    """A reader of a contract need not install the packages of its clauses."""
    contract = write(tmp_path)
    unheard = ClauseTerm(name="unheard", pair="recorded")
    other = msgspec.structs.replace(contract, clauses=(*contract.clauses, unheard))
    assert "| unheard | a clause that is not installed here |" in markdown(page(other, HEAD))


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (Column(name="a", kind="int"), "any"),
        (Column(name="a", kind="float", checks=(check.finite(),)), "any"),
        (Column(name="a", kind="int", checks=(check.gt(1), check.lt(9))), "> 1, < 9"),
        (Column(name="a", kind="int", checks=(check.isin(range(20)),)), "15 … 20 in all"),
        (Column(name="a", kind="str", checks=(check.str_length(1, 2),)), "str_length(min_value=1"),
    ],
)
def test_allowed_values_are_shown_in_words(column: Column, words: str) -> None:
    """Bounds are signs, a long set ends with its size, anything else is its name."""
    assert words in allowed(column)
