"""A check with two readings is held to say the same by both, before it is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from unittest import mock

import msgspec
import pandera.pandas as pandera
import pytest

from contracts.errors import ContractError
from contracts.schema import pandera as schema
from contracts.schema.check import Check
from contracts.schema.checks import registry
from contracts.schema.column import Column
from contracts.schema.registration import register
from contracts.schema.sides import disagreements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Small(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whole numbers up to ``most``: a frame is read as one less, by mistake."""

    name: ClassVar[str] = "small"
    kinds: ClassVar[frozenset[str]] = frozenset({"int"})
    most: int

    def holds(self, value: int) -> bool:
        """Return whether the number is small."""
        return value <= self.most

    def rows(self, series: Any) -> Any:
        """Return where a number is smaller."""
        return series < self.most

    def inside(self, _kind: str) -> list[int]:
        """Return the greatest small number."""
        return [self.most]

    def outside(self, _kind: str) -> list[int]:
        """Return the least that is not."""
        return [self.most + 1]


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    """Have `Small` among the checks, and pandera's."""
    with (
        mock.patch.dict(registry.BUILT_IN, small=Small),
        mock.patch.dict(pandera.Check.REGISTERED_CUSTOM_CHECKS),
    ):
        registry.registered.cache_clear()
        register()
        yield
    registry.registered.cache_clear()


def test_a_check_that_reads_a_frame_otherwise_is_named() -> None:
    """Column, check and the value they part over."""
    column = Column(name="x", kind="int", checks=(Check(name="small", args={"most": 3}),))
    assert [*disagreements(column)] == ["column 'x': small(most=3) differs over {'x': 3}"]


def test_it_is_not_published(tmp_path: Path) -> None:
    """Nothing is written."""
    columns = {"x": pandera.Column("int64", pandera.Check.small(3))}
    given = pandera.DataFrameSchema(columns, strict=True, ordered=True)
    with pytest.raises(ContractError, match="reads a frame and a record differently"):
        schema.write(given, tmp_path / "input.yaml")
    assert not [*tmp_path.iterdir()]
