"""Predicts one part of a table into a file of its own."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from contracts.contract.contract import load
from contracts.host.durable import disk_errors, staged
from contracts.ports import TIME, Model
from contracts.schema.refusals import TableCheck
from production.generation.files import unpack
from production.scoring.stored import StoredColumns
from production.scoring.table import read_part
from production.serving.failing import failing_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.ports import Floats
    from contracts.schema.columns import Columns
    from production.generation.guarded import GuardedModel
    from production.scoring.table import TablePart

#: The key of a part's scores in the metadata of its file.
KEY = "liaison"
#: So many rows are in memory at a time.
ROWS = 65_536


class Scorer(msgspec.Struct, frozen=True, kw_only=True):
    """What every part of a table is predicted by; it can be sent to another process.

    Attributes:
        contract: The folder of the published contract.
        generation: The verified folder of the generation.
        name: What messages call the generation.
        kind: The class that reads its model.
        keep: The columns of the table that are written beside the predictions, stored features
            that were looked up among them.
        stored: The stored features that the table lacks; none if it has all inputs.
    """

    contract: Path
    generation: Path
    name: str
    kind: type[Model]
    keep: tuple[str, ...]
    stored: StoredColumns | None = None

    def read(self, part: TablePart, columns: Columns) -> Iterator[pa.Table]:
        """Yield the rows of a part with all inputs of the contract, some rows at a time.

        Args:
            part: The part.
            columns: The contract's input columns.

        Raises:
            DataError: The table cannot be read, or what it lacks cannot be looked up.
        """
        if self.stored is None:
            yield from read_part(part, columns, extra=self.keep, rows=ROWS)
            return
        extra = [name for name in (*self.keep, TIME) if name not in self.stored.names]
        for rows in read_part(part, self.stored.asked(columns), extra=extra, rows=ROWS):
            filled = self.stored.filled(rows)
            yield filled.select(list(dict.fromkeys((*columns.names, *self.keep))))


class PartScores(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the rows of one part, or of all.

    Attributes:
        rows: How many there were.
        refused: How many have no prediction, by the check they break or how the model fails.
    """

    rows: int = 0
    refused: dict[str, int] = {}

    @property
    def predicted(self) -> int:
        """How many rows have a prediction."""
        return self.rows - sum(self.refused.values())


def summed(scores: Sequence[PartScores]) -> PartScores:
    """Return what became of the rows of several parts."""
    refused: Counter[str] = Counter()
    for each in scores:
        refused.update(each.refused)
    return PartScores(rows=sum(each.rows for each in scores), refused=dict(refused.most_common()))


def score_part(scorer: Scorer, part: TablePart, target: Path) -> PartScores:
    """Predict a part and write it: the columns kept, then the contract's output columns.

    A row that the contract's input schema refuses, or on which the model fails, has no prediction:
    its output columns are null.

    Args:
        scorer: What predicts.
        part: The rows.
        target: The Parquet file, which appears when it is complete.

    Raises:
        DataError: The table cannot be read.
        IntegrityError: The generation is broken.
        StateError: The file cannot be written.
    """
    contract = load(scorer.contract)
    model = unpack(scorer.generation, scorer.kind, contract, name=scorer.name)
    check, columns, scores = TableCheck(contract.input_columns), contract.input_columns, []
    with disk_errors(str(target)), staged(target) as file, ExitStack() as stack:
        writer = None
        for rows in scorer.read(part, columns):
            predictions, refused = _predict(model, rows, check, k=len(contract.outputs))
            table = _written(rows.select(scorer.keep), contract.outputs, predictions)
            if writer is None:
                writer = stack.enter_context(parquet.ParquetWriter(file, table.schema))
            writer.write_table(table)
            scores.append(PartScores(rows=rows.num_rows, refused=refused))
        if writer is not None:
            writer.add_key_value_metadata({KEY: msgspec.json.encode(summed(scores))})
    return summed(scores)


def read_scores(file: Path) -> PartScores | None:
    """Return what became of the rows of a part, from the file that was written of it.

    None if there is no such file.
    """
    try:
        content: bytes = parquet.read_metadata(file).metadata[KEY.encode()]
    except FileNotFoundError:
        return None
    return msgspec.json.decode(content, type=PartScores)


def _written(kept: pa.Table, outputs: Sequence[str], predictions: Floats) -> pa.Table:
    """Return the columns kept and the output columns, null where there is no prediction."""
    missing = np.isnan(predictions[:, 0])
    for place, name in enumerate(outputs):
        kept = kept.append_column(name, pa.array(predictions[:, place], mask=missing))
    return kept


def _predict(
    model: GuardedModel, rows: pa.Table, check: TableCheck, *, k: int
) -> tuple[Floats, dict[str, int]]:
    """Return the predictions of rows, NaN where there is none, and how many of those there are."""
    refusals = check.refusals(rows)
    predictions = np.full((rows.num_rows, k), np.nan)
    valid = rows.filter(pa.array(refusals.valid)) if refusals.checks else rows
    if not valid.num_rows:
        return predictions, refusals.checks
    predicted, reasons = _by_model(model, valid, k=k)
    predictions[refusals.valid] = predicted
    return predictions, refusals.checks | reasons


def _by_model(model: GuardedModel, rows: pa.Table, *, k: int) -> tuple[Floats, dict[str, int]]:
    """Return the predictions of rows, NaN where the model fails, and how often it does, by how."""
    with suppress(Exception):  # a model may raise anything: the rows it fails on are found next
        predicted = model.predict(rows)
        if np.isfinite(predicted).all():
            return predicted, {}
    failing = failing_rows(model.predict, rows)
    predicted = np.full((rows.num_rows, k), np.nan)
    sound = rows.filter(pa.array(~failing.rows))
    if sound.num_rows:
        predicted[~failing.rows] = model.predict(sound)
    return predicted, failing.reasons
