"""A loaded model behind a guard: whatever a product's code raises names the generation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from contracts.data.predictions import placed_one, places, predict
from contracts.errors import IncompatibleError, IntegrityError, LiaisonError
from contracts.schema.columns import Columns
from contracts.schema.record import record_type

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.ports import Floats, Model

#: How many characters of another error's message are shown: those of a runtime may fill a page.
SHOWN = 300


class GuardedModel:
    """A generation's model, for rows and records of the deployed contract.

    Args:
        model: The model.
        name: What messages call the generation.
        contract: The contract that is deployed.
        inputs: The model's input columns in its order, which may be another than the contract's.
    """

    def __init__(
        self, model: Model, *, name: str, contract: Contract, inputs: tuple[str, ...]
    ) -> None:
        self._model, self._name, self._contract = model, name, contract
        self._inputs, self._one = inputs, model.one
        if inputs != contract.inputs:
            by_name = contract.input_columns.by_name
            self._type = record_type(Columns(by_name[each] for each in inputs))
            self._one = self._reordered
        at, ask = places(model, contract), self._one
        if at is not None:
            self._one = lambda record: placed_one(ask(record), at, contract)

    def predict(self, rows: pa.Table) -> Floats:
        """Return predictions for rows with the columns in any order, (n, k).

        Raises:
            IntegrityError: The model fails, or returns something else.
        """
        try:
            rows = rows.select(self._inputs)
            return predict(self._model, rows, self._contract)
        except Exception as error:
            raise failure(self._name, "fails to predict", error) from error

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the prediction for one record with the fields in any order.

        Raises:
            IntegrityError: The model fails.
        """
        try:
            return self._one(record)
        except Exception as error:
            raise failure(self._name, "fails to predict", error) from error

    def named(self, name: str) -> GuardedModel:
        """Return the model, called by another name in messages."""
        return GuardedModel(self._model, name=name, contract=self._contract, inputs=self._inputs)

    def write(self, folder: Path) -> None:
        """Write the model's own state."""
        self._model.write(folder)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raise: which model it is, and the order of its columns, only `files.unpack` knows.

        Raises:
            IncompatibleError: Always.
        """
        raise IncompatibleError(f"{folder.name}: the order of its input columns is not known here")

    def _reordered(self, record: Any) -> tuple[float, ...]:
        """Return the prediction for a record in the model's order: a model may go by position."""
        return self._model.one(self._type(**{name: getattr(record, name) for name in self._inputs}))


def failure(name: str, what: str, error: Exception) -> IntegrityError:
    """Return the error for a generation whose model, or whose product's code, raised another.

    Args:
        name: What messages call the generation.
        what: What it fails to do.
        error: What was raised.
    """
    known = error if isinstance(error, LiaisonError) else None
    words = " ".join((known.message if known else f"{type(error).__name__}: {error}").split())
    return IntegrityError(
        f"{name}: {what}: {words if len(words) <= SHOWN else f'{words[:SHOWN]}…'}",
        hint=(known and known.hint) or "it was written by other code or libraries; train it anew",
        details=known.details if known else (),
    )
