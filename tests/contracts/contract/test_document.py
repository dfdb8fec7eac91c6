from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from contracts.contract.document import read, write
from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract.terms import Terms


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_what_is_written_reads_back(terms: Callable[..., Terms], kind: str) -> None:
    """Writing and reading keeps every term, for each kind of product."""
    assert read(write(terms(kind))) == terms(kind)


def test_a_header_is_written_as_comments(terms: Callable[..., Terms]) -> None:
    """The header does not change the terms."""
    text = write(terms(), header="What is promised.\n\nAnd why.")
    assert text.startswith("# What is promised.\n#\n# And why.\nformat: 1\n")
    assert read(text) == terms()


def test_instants_are_iso_8601_with_or_without_quotes(
    terms: Callable[..., Terms],
) -> None:
    """An instant that YAML parses itself, because it is unquoted, is the same instant."""
    text = write(terms())
    assert "end: '1970-01-31T00:00:00Z'" in text
    assert read(text.replace("'1970-01-31T00:00:00Z'", "1970-01-31T00:00:00Z")) == terms()


def test_a_malformed_time_is_named(terms: Callable[..., Terms]) -> None:
    """The error names the file and the term."""
    text = write(terms()).replace("'1970-01-31T00:00:00Z'", "yesterday", 1)
    with pytest.raises(ContractError, match=r"contract\.yaml: learning\.end: expected an ISO"):
        read(text)


def test_an_unknown_term_is_refused_with_the_near_match(terms: Callable[..., Terms]) -> None:
    """The error names a misspelt term, its place and the near match."""
    with pytest.raises(ContractError, match="treshold") as refusal:
        read(write(terms()).replace("threshold:", "treshold:", 1))
    assert "$.metrics[0]" in str(refusal.value)
    assert "did you mean 'threshold'?" in str(refusal.value)


def test_a_newer_format_is_refused_with_the_next_step(terms: Callable[..., Terms]) -> None:
    """A newer format is refused before its terms are read."""
    text = write(terms()).replace("format: 1", "format: 2\nnovelty: true")
    with pytest.raises(ContractError, match=r"has format 2.*reads up to 1") as refusal:
        read(text, name="contract.yaml")
    assert "pip install --upgrade" in refusal.value.hint


@pytest.mark.parametrize("text", ["format: one", "format: true", "format: 0", "kind: binary"])
def test_a_missing_or_wrong_format_is_refused(text: str) -> None:
    """A document needs a format number from 1 on."""
    with pytest.raises(ContractError, match="expected a format number"):
        read(text)


@pytest.mark.parametrize("text", ["- a list", "[", "", "a: b: c"])
def test_text_that_is_not_a_mapping_is_refused(text: str) -> None:
    """Anything but a YAML mapping is a contract error."""
    with pytest.raises(ContractError, match=r"contract\.yaml"):
        read(text)


def test_invalid_terms_are_contract_errors(terms: Callable[..., Terms]) -> None:
    """A ValueError of a struct becomes a ContractError."""
    with pytest.raises(ContractError, match="binary has two"):
        read(write(terms()).replace("- late\n", "", 1))


def test_unmeasured_terms_are_refused(terms: Callable[..., Terms]) -> None:
    """A specification may leave figures and searched parameters open, a contract states them."""
    whole = terms()
    open_metric = replace(whole.metrics[0], observed=None)
    searched = replace(whole.learning, tuned=("depth",))
    with pytest.raises(ContractError, match=r"a value for `observed` of metrics\[0\]"):
        write(replace(whole, metrics=(open_metric,)))
    with pytest.raises(ContractError, match=r"no learning\.tuned"):
        write(replace(whole, learning=searched))
    with pytest.raises(ContractError, match=r"a value for `skill` of metrics\[0\]"):
        read(write(whole).replace("  skill: 0.0\n", "", 1))
    with pytest.raises(ContractError, match=r"no learning\.tuned"):
        read(write(whole).replace("  seed:", "  tuned: []\n  seed:", 1))
