"""The list of what a skops file may hold, held to the libraries that are installed."""

from __future__ import annotations

from importlib import import_module
from pkgutil import resolve_name

import pytest
from skops.io._audit import NODE_TYPE_MAPPING

from research.export.allowed import ALLOWED, LOADERS, REFUSED, SOURCES

#: Types that fitted estimators hold in versions of scikit-learn before the one that is locked.
EARLIER = {"sklearn.compose._column_transformer._RemainderColsList"}


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_is_a_module(source: str) -> None:
    """A module that is there: once it was moved, nothing of it would be taken."""
    assert source.endswith(".")
    assert import_module(source.removesuffix("."))


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_within_a_source(name: str) -> None:
    """It is there: once it was moved, it would be let through by its new name."""
    assert name.startswith(SOURCES)
    assert resolve_name(name.removesuffix("."))


@pytest.mark.parametrize("name", sorted(ALLOWED - EARLIER))
def test_what_is_allowed_is_a_type_or_a_function(name: str) -> None:
    """It is there by the name that a file gives it, and is not refused by another line."""
    assert callable(resolve_name(name))
    assert not name.startswith(REFUSED)


def test_loaders_are_those_of_skops() -> None:
    """A reader of another name would read what is refused."""
    assert {loader for loader, _ in NODE_TYPE_MAPPING} >= LOADERS
