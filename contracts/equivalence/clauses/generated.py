"""The clause `generated`: both sides predict the same for inputs generated from the schema.

Records on which they once differed are kept, and asked again before anything new is generated.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.equivalence.clause import Clause, Count, NonNegative, Result
from contracts.equivalence.probes.counterexample import (
    Counterexample,
    Predictions,
    ReplayResult,
    ask_both,
    replay,
    write_counterexample,
)
from contracts.equivalence.probes.differences import tolerance_text
from contracts.equivalence.probes.search import Space, draw, edges, shrink
from contracts.errors import MissingExtraError
from contracts.report.page import installed_versions
from contracts.score.tolerance import Tolerance

if TYPE_CHECKING:
    from contracts.equivalence.case import Case

    Record = dict[str, Any]

#: How many records are tried on the way to a simple one.
TRIES = 500
#: Whose versions a counterexample lists.
LIBRARIES = ("hypothesis", "numpy", "onnxruntime", "pyarrow", "scikit-learn")


class Generated(Clause, frozen=True, kw_only=True):
    """The candidate predicts what the reference does on every record that the contract accepts.

    Each edge of the input schema is tried: every boundary and category, and null. Further records
    are drawn from the schema by the contract's seed, some fields taken from the golden rows. One on
    which the sides differ is shrunk to a simple one and kept as a counterexample.

    Attributes:
        absolute: Largest difference allowed, in the prediction's unit.
        relative: Largest difference allowed as a share of the reference's, added to it.
        examples: How many records are drawn, beside the edges.
    """

    absolute: NonNegative = 0.0
    relative: NonNegative = 0.0
    examples: Count = 200

    name = "generated"
    pairs = ("same_state", "same_data")
    eases = {"absolute": "up", "relative": "up", "examples": "down"}

    def __call__(self, case: Case) -> Result:
        """Ask for earlier counterexamples again, then draw records and compare the predictions."""
        history = replay(case, self._tolerance)
        if history.differing:
            path, record, predictions = history.differing
            message = f"{path}, kept as a counterexample, {self._difference(record, predictions)}"
            evidence = {**_evidence(record, predictions), "file": path.name}
            return _different(message, history.evidence | evidence, count=1)
        case.progress(f"generating {self.examples:,} records")
        space = Space(
            columns=case.contract.input_columns,
            known=tuple(map(msgspec.to_builtins, case.golden.rows.to_pylist())),
            count=self.examples,
            seed=case.contract.learning.seed,
        )
        try:
            drawn = draw(space)
        except MissingExtraError as error:  # hypothesis; one that a side lacks is raised elsewhere
            message = f"{error}{history.note}"
            return Result(status="not_run", message=message, evidence=history.evidence)
        return self._compare(case, history, space, edges(space) + drawn)

    def _compare(
        self, case: Case, history: ReplayResult, space: Space, records: list[Record]
    ) -> Result:
        predictions = dict(zip(map(_key, records), ask_both(case, records), strict=True))
        allowed = tolerance_text(self.absolute, self.relative)
        differing = [
            key for key, each in predictions.items() if each.differing_way(self._tolerance)
        ]
        count = f"{len(predictions):,} generated records"
        evidence = history.evidence | {"records": len(predictions), "differing": len(differing)}
        if not differing:
            return Result(
                status="equivalent",
                message=f"{count} differ by no more than {allowed}{history.note}",
                observed=0.0,
                limit=0.0,
                evidence=evidence,
            )
        case.progress("looking for the simplest record on which the sides differ")
        agreed = predictions.keys() - {*differing}
        record = self._simplest(case, space, agreed=agreed, differing=differing)
        if record is None:
            key = differing[0]
            example = json.loads(key), predictions[key]
            text = f"none does alone, so the batch decides: {self._difference(*example)}"
            more = _evidence(*example)
        else:
            text, more = self._keep(case, record)
        message = f"{len(differing):,} of {count} differ by more than {allowed}; {text}"
        return _different(message, evidence | more, count=len(differing))

    def _simplest(
        self, case: Case, space: Space, *, agreed: set[str], differing: list[str]
    ) -> Record | None:
        """Return a simple record on which the sides differ when asked for it alone, if any."""
        seen = dict.fromkeys(agreed, False)

        def faulty(record: Record) -> bool:
            key = _key(record)
            if key not in seen:
                # After some tries it is simple enough: the reference may take milliseconds a row.
                if len(seen) >= len(agreed) + TRIES:
                    return False
                (predictions,) = ask_both(case, [record])
                seen[key] = bool(predictions.differing_way(self._tolerance))
            return seen[key]

        simplest = shrink(space, faulty)
        drawn = (record for record in map(json.loads, differing) if faulty(record))
        return next(drawn, None) if simplest is None else simplest

    def _keep(self, case: Case, record: Record) -> tuple[str, dict[str, Any]]:
        """Write the simplest record down; return the message and the evidence of it."""
        (predictions,) = ask_both(case, [record])
        counterexample = Counterexample(
            product=case.contract.product,
            contract=case.contract.digest,
            pair=case.pair,
            record=record,
            expected=predictions.expected,
            predicted=predictions.predicted,
            absolute=self.absolute,
            relative=self.relative,
            libraries=installed_versions(LIBRARIES),
        )
        folder = case.sides.counterexamples
        path, written = folder / counterexample.file, write_counterexample(folder, counterexample)
        next_step = f"kept as {path}" if written else f"save the counterexample below as {path}"
        return f"the simplest {self._difference(record, predictions)}; {next_step}", {
            **_evidence(record, predictions),
            "file": counterexample.file,
            "counterexample": msgspec.to_builtins(counterexample),
        }

    def _difference(self, record: Record, predictions: Predictions) -> str:
        way = predictions.differing_way(self._tolerance)
        candidate, reference = predictions.predicted[way], predictions.expected
        return f"{_key(record)} gives {candidate} {way}, the reference {reference}"

    @property
    def _tolerance(self) -> Tolerance:
        return Tolerance(absolute=self.absolute, relative=self.relative)


def _different(message: str, evidence: dict[str, Any], *, count: int) -> Result:
    return Result(
        status="different", message=message, observed=float(count), limit=0.0, evidence=evidence
    )


def _key(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False)


def _evidence(record: Record, predictions: Predictions) -> dict[str, Any]:
    return {"record": record, "expected": predictions.expected, "predicted": predictions.predicted}
