"""What a product's model raises, as an error that names its generation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from contracts.errors import IntegrityError, MissingExtraError
from production.generation.description import Description
from production.generation.files import pack, unpack
from production.generation.guarded import GuardedModel

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract

INPUTS = ("colour", "size")
ABOUT = Description(product="toy", contract="1.0.0", inputs=INPUTS, k=1)
ERRORS = [ZeroDivisionError("x"), MemoryError(), RecursionError(), StopIteration(), OSError(5, "x")]


def fails(error: Exception) -> Any:
    """Return a function that raises an error, whatever it is called with."""

    def function(*_: Any, **__: Any) -> Any:
        raise error

    return function


@pytest.fixture
def rows(history: pa.Table) -> pa.Table:
    """Some rows to predict."""
    return history.slice(0, 30).select(list(INPUTS))


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_a_model_that_fails_names_its_generation(
    toy: Any, contract: Contract, rows: pa.Table, error: Exception
) -> None:
    """Many rows or one: whoever asks learns which generation failed, and of what."""
    model = toy.Rates(np.full(3, 0.5))
    model.predict = model.one = fails(error)
    guarded = GuardedModel(model, name="1.0.0/7", contract=contract, inputs=INPUTS)
    words = rf"^1\.0\.0/7: fails to predict: {type(error).__name__}"
    with pytest.raises(IntegrityError, match=words):
        guarded.predict(rows)
    with pytest.raises(IntegrityError, match=words):
        guarded.one(None)


@pytest.mark.parametrize(
    "predictions",
    [None, [[0.5]] * 30, np.full((30, 2), 0.5), np.full(30, 0.5), np.full((30, 1), np.nan)],
)
def test_predictions_that_no_model_may_return_are_refused(
    toy: Any, contract: Contract, rows: pa.Table, predictions: Any
) -> None:
    """None, a list, another width, or no numbers: not served as if they were predictions."""
    model = toy.Rates(np.full(3, 0.5))
    model.predict = lambda _: predictions
    guarded = GuardedModel(model, name="1.0.0/7", contract=contract, inputs=INPUTS)
    with pytest.raises(IntegrityError, match=r"1\.0\.0/7: fails to predict: expected f"):
        guarded.predict(rows)


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_a_model_that_fails_does_not_load(
    toy: Any, contract: Contract, rows: pa.Table, tmp_path: Path, error: Exception
) -> None:
    """Whatever its class raises while it is read and checked."""
    pack(tmp_path, toy.Rates(np.full(3, 0.5)), description=ABOUT, golden=rows)
    words = rf"^1\.0\.0/7: does not load: {type(error).__name__}"
    for method in ("predict", "one", "read"):
        kind = type("Fails", (toy.Rates,), {method: fails(error)})
        with pytest.raises(IntegrityError, match=words):
            unpack(tmp_path, kind, contract, name="1.0.0/7")


@pytest.mark.parametrize("method", ["predict", "write"])
def test_a_model_that_fails_is_not_packed(
    toy: Any, rows: pa.Table, tmp_path: Path, method: str
) -> None:
    """It is refused where it is written, not by a traceback."""
    model = toy.Rates(np.full(3, 0.5))
    setattr(model, method, fails(KeyError("x")))
    with pytest.raises(IntegrityError, match="cannot be packed: KeyError: 'x'"):
        pack(tmp_path, model, description=ABOUT, golden=rows)


def test_the_next_step_of_a_known_error_is_kept(
    toy: Any, contract: Contract, rows: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing package is installed; training anew would not help."""
    pack(tmp_path, toy.Rates(np.full(3, 0.5)), description=ABOUT, golden=rows)
    error = MissingExtraError("skops", extra="research", purpose="reading a state")
    monkeypatch.setattr(toy.Rates, "read", fails(error))
    with pytest.raises(IntegrityError, match="'skops', which is not installed") as refusal:
        unpack(tmp_path, toy.Rates, contract)
    assert refusal.value.hint == error.hint


def test_a_long_message_is_cut(toy: Any, contract: Contract, rows: pa.Table) -> None:
    """A runtime's own message may fill a page."""
    model = toy.Rates(np.full(3, 0.5))
    model.predict = fails(ValueError("x\n" * 5_000))
    guarded = GuardedModel(model, name="1.0.0/7", contract=contract, inputs=INPUTS)
    with pytest.raises(IntegrityError) as failure:
        guarded.predict(rows)
    assert len(failure.value.message) < 400
    assert "\n" not in failure.value.message
