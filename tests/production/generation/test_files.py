from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather

from contracts.errors import IncompatibleError, IntegrityError
from contracts.schema.record import RecordDecoder
from production.generation.description import FILE as DESCRIPTION
from production.generation.description import Description, describe
from production.generation.files import GOLDEN, pack, unpack

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract

ABOUT = Description(product="toy", contract="1.0.0", inputs=("colour", "size"), k=1)


@pytest.fixture
def folder(tmp_path: Path, toy: Any, history: pa.Table) -> Path:
    """A generation."""
    golden = history.slice(0, 50).select(["colour", "size"])
    pack(tmp_path, toy.Rates(np.array([0.1, 0.5, 0.9])), description=ABOUT, golden=golden)
    return tmp_path


def test_a_generation_reads_back_as_the_model_it_was(
    folder: Path, toy: Any, history: pa.Table, contract: Contract
) -> None:
    """From its files alone, which include its own predictions of the golden inputs."""
    model = unpack(folder, toy.Rates, contract)
    golden = feather.read_table(str(folder / GOLDEN))
    assert np.array_equal(model.predict(golden)[:, 0], golden["expected_0"].to_numpy())
    assert describe(folder) == ABOUT
    assert set(history.schema.names) >= set(ABOUT.inputs)


@pytest.mark.parametrize("off", [1e-3, float("nan")])
def test_a_model_that_predicts_something_else_is_refused(
    folder: Path, toy: Any, contract: Contract, off: float
) -> None:
    """Also if the difference is not a number."""
    golden = feather.read_table(str(folder / GOLDEN))
    expected = golden["expected_0"].to_numpy().copy()
    expected[7] += off
    changed = golden.set_column(2, "expected_0", pa.array(expected))
    feather.write_feather(changed, str(folder / GOLDEN), compression="uncompressed")
    with pytest.raises(IntegrityError, match="golden set is"):
        unpack(folder, toy.Rates, contract)


def test_a_generation_is_broken_if_its_model_raises_anything_while_loading(
    folder: Path, toy: Any, contract: Contract
) -> None:
    """A product's own code may raise anything; the message names it."""
    with pytest.raises(IntegrityError, match="does not load: ZeroDivisionError"):
        unpack(folder, toy.Unreadable, contract)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (msgspec.json.encode({**msgspec.to_builtins(ABOUT), "format": 3}), "format 3 is newer"),
        (b'{"format": 3, "of_another_time": true}', "format 3 is newer"),
        (b"{", "not a generation"),
        (None, "not a generation"),
    ],
)
def test_a_folder_that_this_code_cannot_read_is_refused(
    folder: Path, toy: Any, contract: Contract, content: bytes | None, message: str
) -> None:
    """Of a newer format, or not a generation at all."""
    (folder / DESCRIPTION).unlink()
    if content is not None:
        (folder / DESCRIPTION).write_bytes(content)
    newer = IncompatibleError if "newer" in message else IntegrityError
    with pytest.raises(newer, match=message):
        unpack(folder, toy.Rates, contract)


def test_a_model_that_differs_row_by_row_is_refused(
    folder: Path, toy: Any, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch may be right where single records are wrong, and requests are single records."""
    monkeypatch.setattr(toy.Rates, "one", lambda self, _: (float(self.rates[0]),))
    with pytest.raises(IntegrityError, match=r"golden set, row by row, is 0\.8 off"):
        unpack(folder, toy.Rates, contract)


def test_a_model_with_too_many_values_for_one_record_is_refused(
    folder: Path, toy: Any, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One record too has as many values as the contract has output columns."""
    monkeypatch.setattr(toy.Rates, "one", lambda *_: (0.1, 0.9))
    with pytest.raises(IntegrityError, match="expected 1 figures for a record, got 2"):
        unpack(folder, toy.Rates, contract)


def test_a_record_has_its_fields_in_the_order_of_the_generation(
    tmp_path: Path, toy: Any, history: pa.Table, contract: Contract
) -> None:
    """A model may read the fields of a record by position."""

    class First(toy.Rates):  # type: ignore[misc]
        def one(self, record: Any) -> tuple[float, ...]:
            size, _ = msgspec.structs.astuple(record)
            return (0.1 if size is None else 0.5,)

        def predict(self, rows: pa.Table) -> Any:
            return np.where(rows["size"].is_null().to_numpy(), 0.1, 0.5)[:, None]

    about = Description(product="toy", contract="1.0.0", inputs=("size", "colour"), k=1)
    pack(tmp_path, First(np.ones(3)), description=about, golden=history.slice(0, 50))
    model = unpack(tmp_path, First, contract)
    record = RecordDecoder(contract.input_columns).convert({"colour": "red", "size": None})
    assert model.one(record) == (0.1,)
