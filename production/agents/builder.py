"""Builds models: the rows known at a moment, a fit, a check, and a published artifact."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from contracts.data.labelled import LabelledRows, labelled_rows
from contracts.data.predictions import predict
from contracts.errors import DataError, LiaisonError
from contracts.moment import iso
from contracts.schema.record import RecordDecoder
from production.generation.description import Description, reader_name
from production.generation.files import MODEL, pack, unpack
from production.generation.guarded import failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.ports import Floats, Model, Source
    from contracts.schema.refusals import TableCheck
    from production.agents.fits import Fits, TrainedModel
    from production.generation.guarded import GuardedModel

    class Publishes(Protocol):
        """The part of an artifact store that building needs."""

        def publish(self, folder: Path) -> str:
            """Keep a folder for good and return its digest."""

        def open(self, digest: str) -> Path:
            """Return the verified folder of an artifact."""


class ModelBuilder:
    """Builds the models of one product.

    Args:
        source: Data on demand.
        fits: Fits the models.
        contract: Names the inputs, the parameters and the seed.
        check: The contract's input schema: nothing is learned from rows that it refuses.
        artifacts: Where models are published.
        kind: The class that reads a model back.
        golden: Rows in the contract's input schema that every generation is checked on.
        trust: Told the digest of what was packed here, and the model as it was read back: neither
            needs to be done again.
        data_start: The first moment of data; none of it is older.
        window: How far a training looks back, microseconds; none for all data.
    """

    def __init__(
        self,
        *,
        source: Source,
        fits: Fits,
        contract: Contract,
        check: TableCheck,
        artifacts: Publishes,
        kind: type[Model],
        golden: pa.Table,
        trust: Callable[[str, GuardedModel], None],
        data_start: int,
        window: int | None = None,
    ) -> None:
        self._source, self._fits, self._contract = source, fits, contract
        self._artifacts, self._kind, self._golden = artifacts, kind, golden
        self._check = check
        self._trust, self._data_start, self._window = trust, data_start, window

    def start(self, moment: int) -> int:
        """Return the first moment of the data that a training at a moment looks back on."""
        if self._window is None:
            return self._data_start
        return max(self._data_start, moment - self._window)

    def rows(self, moment: int) -> LabelledRows:
        """Return the valid events before a moment whose outcome had arrived by it.

        Raises:
            DataError: The source lacks a column.
            LeakError: The source handed over more than was known.
        """
        return self.rows_between(self.start(moment), moment, known_by=moment)

    def rows_between(self, start: int, end: int, *, known_by: int) -> LabelledRows:
        """Return the valid events of a window whose outcome had arrived before a moment.

        Raises:
            DataError: The source lacks a column.
            LeakError: The source handed over more than was known.
        """
        known = labelled_rows(
            self._source,
            start,
            end,
            known_by=known_by,
            target=self._contract,
            inputs=self._contract.inputs,
            may_be_empty=True,
        )
        valid = self._check.refusals(known.rows).valid
        return known if valid.all() else known.take(np.flatnonzero(valid))

    def require(self, rows: LabelledRows, moment: int, known_by: int) -> None:
        """Check that there are rows for a training at a moment, with outcomes that can be learned.

        Raises:
            DataError: There are none.
        """
        if len(rows) == rows.unlisted:
            longer = "a later product.start" if self._window is None else "a longer strategy.window"
            raise DataError(
                f"no outcome to train on: no event from {iso(self.start(moment))} to "
                f"{iso(moment)} had one by {iso(known_by)}",
                hint=f"{longer}, or a shorter gate.holdout",
            )

    @property
    def params(self) -> Mapping[str, Any]:
        """The contract's parameters."""
        return self._contract.learning.params

    def fit(self, rows: LabelledRows, *, params: Mapping[str, Any] | None = None) -> TrainedModel:
        """Return a model fitted to rows with an outcome that the contract lists, one at least.

        Args:
            rows: The rows.
            params: The parameters; none for the contract's.
        """
        given, seed = self.params if params is None else params, self._contract.learning.seed
        return self._fits.fit(rows.examples, params=given, seed=seed)

    def resume(self, model: Model, rows: LabelledRows) -> TrainedModel:
        """Return a model that has learned rows besides, in the order in which they arrived."""
        return self._fits.resume(model, rows.by_arrival.examples)

    def reopen(self, artifact: str) -> Model:
        """Return the model in an artifact, as the product's own class reads it.

        Raises:
            IntegrityError: The artifact is broken, or its model does not load.
            StateError: The store has no such artifact.
        """
        folder = self._artifacts.open(artifact) / MODEL
        try:
            return self._kind.read(folder)
        except Exception as error:
            raise failure(artifact, "does not load", error) from error

    def check(self, model: Model) -> None:
        """Check that a model's predictions of the golden rows fulfil the contract's output schema.

        Raises:
            DataError: They do not, or there are none.
        """
        rows = self._golden.select([*self._contract.inputs])
        check_output(self._contract, self.predict(model, rows))

    def predict(self, model: Model, rows: pa.Table) -> Floats:
        """Return a model's predictions for n rows, (n, k).

        Raises:
            DataError: They are not of that shape or not finite, or the model fails.
        """
        try:
            return predict(model, rows, self._contract)
        except LiaisonError:
            raise
        except Exception as error:
            raise DataError(
                f"the model fails to predict: {type(error).__name__}: {error}"
            ) from error

    def publish(self, model: Model) -> str:
        """Pack a model with its golden set, publish it, and return the artifact's digest.

        Raises:
            IntegrityError: The packed model does not read back as the model it was; nothing is
                published then.
        """
        contract = self._contract
        description = Description(
            product=contract.product,
            contract=contract.version,
            inputs=contract.inputs,
            k=contract.k,
            reader=reader_name(self._kind),
        )
        with tempfile.TemporaryDirectory(prefix="generation-") as temporary:
            # A name that is always the same: messages that quote it are equal in equal runs.
            folder = Path(temporary) / "generation"
            folder.mkdir()
            pack(folder, model, description=description, golden=self._golden, target=contract)
            packed = unpack(folder, self._kind, contract)
            digest = self._artifacts.publish(folder)
        self._trust(digest, packed)
        return digest


def check_output(contract: Contract, predictions: Floats) -> None:
    """Check predictions against a contract's output schema, without pandera.

    Args:
        contract: Its output columns.
        predictions: What a model predicted for n rows, (n, k).

    Raises:
        DataError: A value is out of its column's bounds.
    """
    convert = RecordDecoder(contract.output_columns).convert
    for row in predictions.tolist():
        try:
            convert(dict(zip(contract.outputs, row, strict=True)))
        except DataError as error:
            raise DataError(f"a prediction breaks the output schema: {error.message}") from error
