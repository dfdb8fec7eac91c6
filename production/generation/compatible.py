"""Whether a generation may stand for a contract, asked before it takes any traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from contracts.errors import IncompatibleError
from contracts.fulfilment.compatible import fit
from contracts.schema.record import record_type

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.ports import Floats, Model
    from contracts.schema.column import Column
    from production.generation.description import Description


def require(name: str, description: Description, contract: Contract) -> None:
    """Refuse a generation that does not fulfil what is deployed.

    An older minor version is let through: that is how one rolls back. It takes the same columns,
    since one that came or went is another major version; their order alone may be its own.

    Args:
        name: What messages call the generation.
        description: What it says it is of.
        contract: The contract that is deployed.

    Raises:
        IncompatibleError: It is of another product, of another major version of the contract, takes
            other inputs than the contract gives, or predicts another number of columns.
        ContractError: It names no version.
    """
    if description.product != contract.product:
        raise IncompatibleError(
            f"{name}: a generation of {description.product}, expected one of {contract.product}",
            hint=f"promote a generation of {contract.product}",
        )
    major(name, description.contract, contract.version)
    asked, taken = {*contract.inputs}, {*description.inputs}
    if asked != taken or description.k != contract.k:
        found = [
            *(f"takes {name}, which the contract does not give" for name in sorted(taken - asked)),
            *(f"does not take {name}" for name in sorted(asked - taken)),
        ]
        if description.k != contract.k:
            found.append(f"predicts {description.k} columns, expected {contract.k}")
        raise IncompatibleError(
            f"{name}: says that it fulfils {description.contract}, deployment serves "
            f"{contract.product} {contract.version}: it {'; '.join(found)}",
            hint=f"train a generation of {contract.version}",
        )


def major(name: str, found: str, asked: str) -> None:
    """Refuse what fulfils another major version of the contract than is deployed.

    Raises:
        IncompatibleError: The major versions differ.
        ContractError: One of the two is no version.
    """
    if fit(found, asked) == "other":
        raise IncompatibleError(
            f"{name}: fulfils contract {found}, deployment serves {asked}: another major version "
            "keeps other promises",
            hint=f"deploy it beside, as a product of its own, or train a generation of {asked}",
        )


class Reordered:
    """A model whose contract has its input columns in another order: it is handed that one.

    Args:
        model: The model.
        columns: Its input columns, in its order.
    """

    def __init__(self, model: Model, columns: Sequence[Column]) -> None:
        self._model, self._inputs = model, [column.name for column in columns]
        self._type = record_type(columns)

    def predict(self, rows: pa.Table) -> Floats:
        """Return predictions for rows whose columns stand in any order."""
        return self._model.predict(rows.select(self._inputs))

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the prediction for one record, whose fields stand in any order.

        A model may take the fields of a record by their places.
        """
        return self._model.one(self._type(**{name: getattr(record, name) for name in self._inputs}))

    def write(self, folder: Path) -> None:
        """Write the model's own state."""
        self._model.write(folder)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Refuse: only who knows the generation's inputs can reorder.

        Raises:
            IncompatibleError: Always.
        """
        raise IncompatibleError(f"{folder.name}: which inputs it takes, its generation says")
