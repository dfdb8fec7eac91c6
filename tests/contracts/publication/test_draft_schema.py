"""The schemas of a draft: which are refused, and that checks reach the request path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from contracts.contract import golden
from contracts.contract.digest import GOLDEN
from contracts.errors import ContractError, DataError
from contracts.publication.draft import write_draft
from contracts.schema.columns import Column, Columns
from contracts.schema.record import RecordDecoder
from tests.suites import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract


@pytest.fixture
def redraft(write: Callable[..., Contract], tmp_path: Path) -> Callable[..., Contract]:
    """Writes the small product's draft into a folder, with other schemas."""
    first = write(tmp_path / "first")
    recorded = golden.read(first.folder / GOLDEN, first.input_columns, k=first.k)

    def make(folder: Path, **schemas: Columns) -> Contract:
        changed = msgspec.structs.replace(first, **schemas)
        return write_draft(folder, changed, recorded=recorded, origin=first.provenance)

    return make


@pytest.mark.parametrize("name", ["very late", "1", "__size"])
def test_an_input_name_that_python_cannot_use_is_refused(
    redraft: Callable[..., Contract], tmp_path: Path, name: str
) -> None:
    """Models read a record by column name; an output is named by a label, which may be any text."""
    odd = Columns([Column(name=name, kind="float", checks=(check.finite(),))])
    with pytest.raises(ContractError, match=re.escape(f"the input columns [{name!r}] have names")):
        redraft(tmp_path / "draft", input_columns=odd)
    assert not (tmp_path / "draft").exists()
    assert redraft(tmp_path / "draft", output_columns=odd).outputs == (name,)


def test_a_check_between_columns_reaches_the_request_path(
    redraft: Callable[..., Contract], tmp_path: Path
) -> None:
    """It is written, read with the contract, and refuses a JSON record."""
    count, most = (Column(name=name, kind="int") for name in ("count", "most"))
    inputs = Columns((count, most), row_checks=(check.ordered("count", "most"),))
    contract = redraft(tmp_path / "draft", input_columns=inputs)
    assert contract.input_columns == inputs
    decode = RecordDecoder(contract.input_columns).decode
    assert decode(b'{"count":1,"most":1}').most == 1
    with pytest.raises(DataError, match=r"ordered\(lower='count', upper='most'\)"):
        decode(b'{"count":2,"most":1}')
