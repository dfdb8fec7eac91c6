"""The list of what a skops file may hold agrees with the installed libraries."""

from __future__ import annotations

from importlib import import_module
from pkgutil import resolve_name

import pytest
from skops.io._audit import NODE_TYPE_MAPPING

from research.export.allowed import ALLOWED, REFUSED, REFUSED_LOADERS, SOURCES

#: Types that fitted estimators hold in versions of scikit-learn before the one that is locked.
EARLIER = {"sklearn.compose._column_transformer._RemainderColsList"}


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_is_a_module(source: str) -> None:
    """It can be imported: if a library moved it, its types would all be refused."""
    assert source.endswith(".")
    assert import_module(source.removesuffix("."))


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_name_is_within_a_source(name: str) -> None:
    """It exists: if a library moved it, its new name would be let through."""
    assert name.startswith(SOURCES)
    assert resolve_name(name.removesuffix("."))


@pytest.mark.parametrize("name", sorted(ALLOWED - EARLIER))
def test_an_allowed_name_is_a_type_or_a_function(name: str) -> None:
    """It exists under the name that a file gives it, and no other line refuses it."""
    assert callable(resolve_name(name))
    assert not name.startswith(REFUSED)


def test_loaders_are_those_of_skops() -> None:
    """If skops renamed one, the new name would read what is refused."""
    assert {loader for loader, _ in NODE_TYPE_MAPPING} >= REFUSED_LOADERS
