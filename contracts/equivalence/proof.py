"""A proof: the verdict of every clause of a contract, and the record that is kept of them.

The record is small and apart from the evidence: `task=verify` reads it alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.equivalence.case import Case
from contracts.equivalence.clause import Result, Status, Verdict
from contracts.equivalence.registry import items
from contracts.equivalence.sides import traceback_lines
from contracts.errors import (
    ConfigError,
    LeakError,
    LiaisonError,
    MissingExtraError,
    SideError,
    StateError,
)
from contracts.host.durable import write_file
from contracts.name import Name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from contracts.equivalence.registry import Item
    from contracts.equivalence.sides import Sides

#: Why a clause that fits both sides again is not run in the joint liaison.
ONE_LEARNER = (
    "fits both sides again, and in the joint liaison one learner fits both: they cannot differ"
)
FILE = "proof.json"
#: The shape of the record that this code writes, and the newest it reads. Format 1 called
#: ``statuses`` ``outcomes``.
FORMAT = 2


def judge_all(sides: Sides) -> tuple[Verdict, ...]:
    """Return the verdict of each of the contract's items, in the contract's order.

    Raises:
        LiaisonError: As `judge`, or a clause is unknown or does not take its tolerance.
    """
    return tuple(judge(item, sides) for item in items(sides.contract))


def judge(item: Item, sides: Sides) -> Verdict:
    """Return the verdict of one item. Its own errors become verdicts, so the other items still run.

    It is ``not_run`` if its pair cannot be compared, or if it fits both sides again and one learner
    fits both. It is ``different`` if the candidate fails, or predicts what no model may. If the
    reference fails, or there is nothing to judge by, or the clause itself fails, nothing is known
    of the candidate: it is ``inconclusive``.

    Raises:
        DataError: There are no rows to fit on, which every item needs.
        LeakError: The source returns an outcome that had not arrived.
        ConfigError: A side cannot be made.
        MissingExtraError: A side cannot be made here.
    """
    _ = sides.rows
    result = _result(item, sides)
    fields = msgspec.structs.asdict(result)
    return Verdict(clause=item.clause, part=item.part, pair=item.pair, **fields)


def _result(item: Item, sides: Sides) -> Result:
    try:
        reason = sides.why_not_comparable(item.pair)
        if reason:
            return Result(status="not_run", message=f"compares under {item.pair}, and {reason}")
        if item.refits and sides.joint:
            return Result(status="not_run", message=ONE_LEARNER)
        sides.progress(f"clause {item.name}")
        result: Result = item.judge(Case(sides, item.pair))
    except SideError as error:
        blamed = error.side == "candidate"
        return _failure(error.message, error.details, "different" if blamed else "inconclusive")
    except (LeakError, ConfigError, MissingExtraError):
        raise
    except LiaisonError as error:
        hint = error.hint and f"; {error.hint}"
        return _failure(f"cannot be judged: {error.message}{hint}", error.details)
    except Exception as error:  # noqa: BLE001 - a verdict of this clause, whatever it raises
        message = f"cannot be judged: the clause fails with {type(error).__name__}: {error}"
        return _failure(message, traceback_lines(error))
    return result


def _failure(message: str, details: Iterable[str], status: Status = "inconclusive") -> Result:
    lines = [*details]
    return Result(status=status, message=message, evidence={"details": lines} if lines else {})


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """The record of one proof. Unknown fields are ignored: a later version may record more.

    Attributes:
        format: The shape of the record.
        product: The product.
        version: The contract's version.
        digest: The digest of the contract's normative part; of a draft, its own.
        liaison: Whose code was the candidate: ``dual`` or ``joint``.
        candidate: What was proven, by its dotted name.
        code: The digest of the candidate's code and configuration; empty if not recorded.
        reference: What it was compared with, by its dotted name; empty if there was none.
        summary: The conclusion in words.
        statuses: The status of each item by its name, in the contract's order.
        at: When the proof ended, ISO 8601.
        libraries: Versions of the libraries that took part.
    """

    format: int = FORMAT
    product: Name
    version: Name
    digest: str
    liaison: str
    candidate: str = ""
    code: str = ""
    reference: str = ""
    summary: str
    statuses: dict[str, Status]
    at: str
    libraries: dict[str, str] = {}

    @property
    def proven(self) -> bool:
        """Whether it proves something, and nothing failed: see `proven`."""
        return proven(self.statuses.values())

    @property
    def not_run(self) -> tuple[str, ...]:
        """The items that were not run: nothing is known of them."""
        return tuple(name for name, status in self.statuses.items() if status == "not_run")


def proven(statuses: Iterable[Status]) -> bool:
    """Return whether statuses prove something: one equivalent, none different or inconclusive.

    >>> proven(["equivalent", "not_run", "reported"]), proven(["reported"]), proven([])
    (True, False, False)
    """
    present = {*statuses}
    return "equivalent" in present and not {"different", "inconclusive"} & present


def write(folder: Path, proof: Proof) -> Path:
    """Write a proof's record into a folder atomically, and return the file."""
    path = folder / FILE
    write_file(path, msgspec.json.format(msgspec.json.encode(proof), indent=2) + b"\n")
    return path


def read(folder: Path) -> Proof | None:
    """Return the record in a folder; None if there is none.

    Raises:
        StateError: The file is not such a record, or is of a newer format.
    """
    path = folder / FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    again = "python -m contracts task=prove writes it anew"
    try:
        fields = msgspec.json.decode(content, type=dict)
        number = msgspec.convert(fields.get("format"), int)
        if number > FORMAT:
            raise StateError(
                f"{path}: a proof of format {number}, this code reads up to {FORMAT}",
                hint=f"install a newer version, or {again}",
            )
        if number == 1 and "outcomes" in fields:
            fields |= {"format": FORMAT, "statuses": fields.pop("outcomes")}
        return msgspec.convert(fields, Proof)
    except msgspec.MsgspecError as error:
        raise StateError(f"{path}: not the record of a proof: {error}", hint=again) from error
