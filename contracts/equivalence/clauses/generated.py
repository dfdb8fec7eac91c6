"""The clause `generated`: inputs nobody thought of, made from the schema, part the sides nowhere.

What once parted them is kept and replayed before anything new is tried.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from contracts.contract.provenance import libraries
from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.fields import Count, Size
from contracts.equivalence.probes.counterexample import Counterexample, keep
from contracts.equivalence.probes.differential import Answers, together
from contracts.equivalence.probes.replay import Replay, replay
from contracts.equivalence.probes.search import Space, draw, edges, shrink
from contracts.equivalence.verdict import Status, Verdict
from contracts.errors import MissingExtraError
from contracts.score.tolerance import Tolerance

if TYPE_CHECKING:
    from contracts.equivalence.case import Case

    Record = dict[str, Any]

#: How many records are tried on the way to a simple one.
TRIES = 500
#: Whose versions a counterexample tells.
LIBRARIES = ("hypothesis", "numpy", "onnxruntime", "pyarrow", "scikit-learn")


class Generated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On every record the contract accepts the candidate predicts what the reference does.

    Each edge of the input schema is tried: every boundary and category, and null. Further records
    are drawn from the schema by the contract's seed, some fields taken from the golden rows. One on
    which the sides part is shrunk to a simple one and kept as a counterexample.

    Attributes:
        absolute: Largest difference allowed, in the prediction's unit.
        relative: Largest difference allowed as a share of the reference's, added to it.
        examples: How many records are drawn, beside the edges.
    """

    absolute: Size = 0.0
    relative: Size = 0.0
    examples: Count = 200

    name: ClassVar[str] = "generated"
    pairs: ClassVar[tuple[Pair, ...]] = ("same_state", "same_data")
    eases: ClassVar[Mapping[str, Ease]] = {"absolute": "up", "relative": "up", "examples": "down"}

    def __call__(self, case: Case) -> Verdict:
        """Replay what once parted the sides, then draw records and compare the answers."""
        history = replay(case, self._tolerance)
        if history.parted:
            path, record, answers = history.parted
            message = f"{path}, kept as a counterexample, {self._apart(record, answers)}"
            evidence = _evidence(record, answers) | {"file": path.name}
            return self._verdict(case, "different", message, history, evidence, parted=1)
        case.progress(f"generating {self.examples:,} records")
        space = self._space(case)
        try:
            drawn = draw(space)
        except MissingExtraError as error:  # hypothesis; a side may lack none
            return self._verdict(case, "not_run", f"{error}{history.told}", history, {})
        return self._search(case, history, space, edges(space) + drawn)

    def _search(self, case: Case, history: Replay, space: Space, records: list[Record]) -> Verdict:
        found = dict(zip(map(_key, records), together(case, records), strict=True))
        parted = {key: found[key] for key in found if found[key].parted(self._tolerance)}
        counts = {"records": len(found), "parted": len(parted)}
        if not parted:
            message = f"{len(found):,} generated records part by no more than {self._allowed}"
            return self._verdict(
                case, "equivalent", message + history.told, history, counts, parted=0
            )
        case.progress("looking for the simplest record on which the sides part")
        record = self._simplest(case, space, agreed=found.keys() - parted.keys(), parted=[*parted])
        message = f"{len(parted):,} of {len(found):,} generated records part by more than "
        message += f"{self._allowed}; "
        if record is None:
            key, answers = next(iter(parted.items()))
            told, evidence = self._crowd(json.loads(key), answers)
        else:
            told, evidence = self._kept(case, record)
        return self._verdict(
            case, "different", message + told, history, counts | evidence, parted=len(parted)
        )

    def _space(self, case: Case) -> Space:
        return Space(
            columns=case.contract.input_columns,
            known=tuple(map(msgspec.to_builtins, case.golden.rows.to_pylist())),
            count=self.examples,
            seed=case.contract.learning.seed,
        )

    def _simplest(
        self, case: Case, space: Space, *, agreed: set[str], parted: list[str]
    ) -> Record | None:
        """Return a simple record on which the sides part when asked for it alone, if any."""
        seen = dict.fromkeys(agreed, False)

        def faulty(record: Record) -> bool:
            key = _key(record)
            if key not in seen:
                # Enough is tried to be simple enough: the reference may cost milliseconds a row.
                if len(seen) >= len(agreed) + TRIES:
                    return False
                seen[key] = bool(together(case, [record])[0].parted(self._tolerance))
            return seen[key]

        simplest = shrink(space, faulty)
        drawn = (record for record in map(json.loads, parted) if faulty(record))
        return next(drawn, None) if simplest is None else simplest

    def _kept(self, case: Case, record: Record) -> tuple[str, dict[str, Any]]:
        """Keep the simplest record; return what to tell of it, and the evidence."""
        (answers,) = together(case, [record])
        counterexample = Counterexample(
            product=case.contract.product,
            contract=case.contract.digest,
            pair=case.pair,
            record=record,
            expected=answers.expected,
            predicted=answers.predicted,
            absolute=self.absolute,
            relative=self.relative,
            libraries=libraries(LIBRARIES),
        )
        path = case.counterexamples / counterexample.file
        kept = keep(case.counterexamples, counterexample)
        told = f"kept as {path}" if kept else f"save the counterexample below as {path}"
        return f"the simplest {self._apart(record, answers)}; {told}", {
            **_evidence(record, answers),
            "file": counterexample.file,
            "counterexample": msgspec.to_builtins(counterexample),
        }

    def _crowd(self, record: Record, answers: Answers) -> tuple[str, dict[str, Any]]:
        """Return what to tell of a record that parts the sides only among others."""
        told = f"none does alone, so the batch decides: {self._apart(record, answers)}"
        return told, _evidence(record, answers)

    def _apart(self, record: Record, answers: Answers) -> str:
        way = answers.parted(self._tolerance)
        return (
            f"{_key(record)} gives {answers.predicted[way]} {way}, the reference {answers.expected}"
        )

    @property
    def _tolerance(self) -> Tolerance:
        return Tolerance(absolute=self.absolute, relative=self.relative)

    @property
    def _allowed(self) -> str:
        return f"{self.absolute:g}" + (f" + {self.relative:g} of it" if self.relative else "")

    def _verdict(
        self,
        case: Case,
        status: Status,
        message: str,
        history: Replay,
        evidence: dict[str, Any],
        *,
        parted: int | None = None,
    ) -> Verdict:
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status=status,
            message=message,
            observed=parted,
            limit=None if parted is None else 0.0,
            evidence={**history.evidence, **evidence},
        )


def _key(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False)


def _evidence(record: Record, answers: Answers) -> dict[str, Any]:
    return {"record": record, "expected": answers.expected, "predicted": answers.predicted}
