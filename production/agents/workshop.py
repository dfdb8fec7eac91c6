"""The workshop: where agents get rows as they were known, fit, and pack what they made."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
import pyarrow.compute as pc

from contracts.data.labelled import labelled_rows
from contracts.data.predictions import predict
from contracts.data.rows import arrived_before
from contracts.errors import DataError
from contracts.host.clock import Stopwatch
from contracts.moment import iso
from contracts.ports import OUTCOME, Model
from production.agents.output import conform
from production.generation.description import Description
from production.generation.files import pack, unpack

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.ports import Learner, Source

    class Publishes(Protocol):
        """The part of an artifact store the workshop needs."""

        def publish(self, folder: Path) -> str:
            """Keep a folder for good and return its digest."""


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """A fitted model, the rows it saw and the seconds that took."""

    model: Model
    rows: int
    seconds: float


class Workshop:
    """Makes models of one product.

    Args:
        source: Data on demand.
        learner: What fits.
        contract: Names the inputs, the parameters and the seed.
        artifacts: Where what was made is kept.
        kind: The class that reads back what its models write.
        golden: Rows in the contract's input schema that every generation is checked on.
        history: The first moment of data; none of it is older.
        window: How far a training looks back, microseconds; on all history if none.
    """

    def __init__(
        self,
        *,
        source: Source,
        learner: Learner,
        contract: Contract,
        artifacts: Publishes,
        kind: type[Model],
        golden: pa.Table,
        history: int,
        window: int | None = None,
    ) -> None:
        self._source, self._learner, self._contract = source, learner, contract
        self._artifacts, self._kind, self._golden = artifacts, kind, golden
        self._history, self._window = history, window

    def known(self, moment: int) -> pa.Table:
        """Return the events before a moment whose outcome had arrived by it.

        Raises:
            DataError: The source lacks a column.
            LeakError: The source handed over more than was known.
        """
        return labelled_rows(
            self._source,
            self.start(moment),
            moment,
            known_by=moment,
            inputs=self._contract.inputs,
            may_be_empty=True,
        ).events

    def start(self, moment: int) -> int:
        """Return the first moment of the data that a training at a moment looks back on."""
        if self._window is None:
            return self._history
        return max(self._history, moment - self._window)

    def fit(self, rows: pa.Table) -> Fitted:
        """Return a model fitted to rows with an outcome.

        Raises:
            DataError: There are none.
        """
        if not rows.num_rows:
            raise DataError(
                f"no outcome to train on since {iso(self._history)}",
                hint="start operation later, or shorten the gate's holdout",
            )
        watch = Stopwatch()
        model = self._learner.fit(
            rows.select([*self._contract.inputs, OUTCOME]),
            params=self._contract.learning.params,
            seed=self._contract.learning.seed,
        )
        return Fitted(model=model, rows=rows.num_rows, seconds=watch.seconds())

    def check(self, model: Model) -> None:
        """Check that what a model says of the golden rows keeps the contract's output schema.

        Raises:
            DataError: It does not.
        """
        rows = self._golden.select(list(self._contract.inputs))
        conform(self._contract, predict(model, rows, self._contract))

    def keep(self, model: Model) -> str:
        """Pack a model with its golden set, publish it, and return the artifact's digest.

        Raises:
            IntegrityError: What was packed does not read back as the model it was; nothing is
                published then.
        """
        contract = self._contract
        description = Description(
            product=contract.product,
            contract=contract.version,
            inputs=contract.inputs,
            k=contract.k,
        )
        with tempfile.TemporaryDirectory(prefix="generation-") as room:
            # A name that is always the same: messages that quote it are equal in equal runs.
            folder = Path(room) / "generation"
            folder.mkdir()
            pack(folder, model, description=description, golden=self._golden)
            unpack(folder, self._kind, contract)
            return self._artifacts.publish(folder)


def parted(rows: pa.Table, cut: int) -> tuple[pa.Table, pa.Table]:
    """Return the rows whose outcome had arrived before a moment, and the others."""
    early = arrived_before(rows, cut)
    return rows.filter(early), rows.filter(pc.invert(early))
