"""Records on which the two sides differ: found, kept beside the golden set, and asked again.

The reference is asked in a batch, the candidate in a batch and one record at a time.

Counterexamples are not part of what a contract promises, and not of its digest. A later version of
the same major asks again for those whose records it accepts.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
import pyarrow as pa

from contracts.contract.terms import Pair
from contracts.errors import DataError, SideError, StateError
from contracts.host.durable import write_file
from contracts.host.regular import read_regular
from contracts.name import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.equivalence.case import Case
    from contracts.ports import Floats
    from contracts.score.tolerance import Tolerance

    Record = dict[str, Any]

#: The most bytes of a file: a record with long texts.
LARGEST = 4 * 2**20
#: The k figures that a side predicts for a record, or why it does not.
Prediction = list[float] | str


class Predictions(msgspec.Struct, frozen=True, kw_only=True):
    """What the two sides predict for one record.

    Attributes:
        expected: What the reference predicts.
        predicted: What the candidate predicts, by the way it is asked.
    """

    expected: Prediction
    predicted: dict[str, Prediction]

    def differing_way(self, tolerance: Tolerance) -> str:
        """Return the way in which the candidate differs most beyond a tolerance; empty for none.

        Two sides that both refuse a record agree on it.
        """
        excess = {way: _excess(self.expected, p, tolerance) for way, p in self.predicted.items()}
        worst = max(excess, key=lambda way: excess[way])
        return worst if excess[worst] > 0 else ""


def ask_both(case: Case, records: Sequence[Record]) -> list[Predictions]:
    """Return what the sides predict for records in one batch; one by one if a side fails.

    Raises:
        DataError: A record is not one of the contract.
    """
    rows = record_table(case, records)
    ways: dict[str, Callable[[], Floats]] = {
        "in a batch": lambda: case.predict(case.candidate, rows),
        "one by one": lambda: case.predict_each(case.candidate, rows),
    }
    try:
        expected = case.predict(case.reference, rows)
        predicted = {way: ask() for way, ask in ways.items()}
    except SideError:
        if len(records) > 1:
            return [answers for record in records for answers in ask_both(case, [record])]
        one = _prediction(lambda: case.predict(case.reference, rows))
        each = {way: _prediction(ask) for way, ask in ways.items()}
        return [Predictions(expected=one, predicted=each)]
    return [
        Predictions(
            expected=expected[at].tolist(),
            predicted={way: answers[at].tolist() for way, answers in predicted.items()},
        )
        for at in range(len(records))
    ]


def record_table(case: Case, records: Sequence[Record]) -> pa.Table:
    """Return records as rows of the contract's inputs, typed as the golden rows are."""
    rows = [msgspec.structs.asdict(record) for record in case.records(records)]
    return pa.Table.from_pylist(rows, schema=case.golden.rows.schema)


class Counterexample(msgspec.Struct, frozen=True, kw_only=True):
    """A record on which the sides differed, and where that was.

    Unknown fields are ignored: a later version may write more.

    Attributes:
        format: The shape of the file.
        product: The product.
        contract: The digest of the contract's normative part.
        pair: What was compared.
        record: The input, in JSON's types.
        expected: What the reference predicted.
        predicted: What the candidate predicted, by the way it was asked.
        absolute: The tolerance that was exceeded, in the prediction's unit.
        relative: The same, as a share of what was expected.
        libraries: The versions of the libraries that took part.
    """

    format: Literal[1] = 1
    product: Name
    contract: str
    pair: Pair
    record: dict[str, Any]
    expected: Prediction
    predicted: dict[str, Prediction]
    absolute: float
    relative: float
    libraries: dict[str, str]

    @property
    def file(self) -> str:
        """The name of its file: one record, one file."""
        encoded = msgspec.json.encode(self.record, order="deterministic")
        return f"{hashlib.sha256(encoded).hexdigest()[:12]}.json"


def write_counterexample(folder: Path, counterexample: Counterexample) -> Path | None:
    """Write a counterexample atomically, and return its file; None if the folder takes none."""
    path = folder / counterexample.file
    try:
        write_file(path, msgspec.json.format(msgspec.json.encode(counterexample), indent=2) + b"\n")
    except StateError:
        return None
    return path


def read_counterexamples(*folders: Path) -> dict[Path, Counterexample]:
    """Return the counterexamples in folders by their files; one of each record.

    Raises:
        StateError: A file is not as `write_counterexample` writes it.
    """
    files: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.json")):
            files.setdefault(path.name, path)
    return {path: _read(path) for path in files.values()}


class ReplayResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the sides predict now for the records of earlier counterexamples.

    Attributes:
        agreed: The files on whose record the sides agree now.
        refused: The files whose record this contract does not accept.
        differing: The first file on whose record they still differ, the record, the predictions.
    """

    agreed: tuple[str, ...]
    refused: tuple[str, ...]
    differing: tuple[Path, Record, Predictions] | None = None

    @property
    def note(self) -> str:
        """The counts, as the end of a sentence."""
        note = f"; {len(self.agreed)} earlier counterexamples agree now" if self.agreed else ""
        if self.refused:
            note += f"; {len(self.refused)} earlier ones are no records of this contract"
        return note

    @property
    def evidence(self) -> dict[str, Any]:
        """The files by what was found."""
        return {"agreed": [*self.agreed], "refused": [*self.refused]}


def replay(case: Case, tolerance: Tolerance) -> ReplayResult:
    """Ask both sides for each earlier counterexample, up to the first on which they still differ.

    Raises:
        StateError: A file is not a counterexample.
    """
    agreed: list[str] = []
    refused: list[str] = []
    differing = None
    for path, counterexample in read_counterexamples(*case.sides.replayed).items():
        try:
            (predictions,) = ask_both(case, [counterexample.record])
        except DataError:
            refused.append(path.name)
            continue
        if predictions.differing_way(tolerance):
            differing = (path, counterexample.record, predictions)
            break
        agreed.append(path.name)
    return ReplayResult(agreed=tuple(agreed), refused=tuple(refused), differing=differing)


def _prediction(ask: Callable[[], Floats]) -> Prediction:
    try:
        figures: list[float] = ask()[0].tolist()
    except SideError as error:
        return error.message
    return figures


def _excess(expected: Prediction, predicted: Prediction, tolerance: Tolerance) -> float:
    """Return the difference if it is beyond the tolerance, else 0; infinite if one side refuses."""
    if isinstance(expected, str) or isinstance(predicted, str):
        return 0.0 if isinstance(expected, str) and isinstance(predicted, str) else np.inf
    reference, candidate = np.array([expected]), np.array([predicted])
    if tolerance.mask(reference, candidate).all():
        return 0.0
    return float(np.abs(candidate - reference).max())


def _read(path: Path) -> Counterexample:
    try:
        return msgspec.json.decode(read_regular(path, largest=LARGEST), type=Counterexample)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise StateError(
            f"{path}: not a counterexample as this framework writes it: {error}",
            hint="restore the file, or remove it to forget what it showed",
        ) from error
