"""Proves a candidate against a contract: every clause, one verdict each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.equivalence.item import items
from contracts.equivalence.trace import trace
from contracts.equivalence.verdict import Status, Verdict
from contracts.errors import ConfigError, LeakError, LiaisonError, MissingExtraError, SideError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.equivalence.item import Item
    from contracts.equivalence.sides import Sides

#: Why a clause that fits anew is not run in joint.
ALIKE = "fits both sides anew, and in joint one learner makes both: nothing would part them"


def judge_all(sides: Sides) -> tuple[Verdict, ...]:
    """Return the verdict of each of the contract's items, in the contract's order.

    Raises:
        LiaisonError: As `judge`, or a clause is unknown or does not take its tolerance.
    """
    return tuple(judge(item, sides) for item in items(sides.contract))


def judge(item: Item, sides: Sides) -> Verdict:
    """Return one item's verdict: nothing that goes wrong in it keeps the others from theirs.

    It is ``not_run`` where its pair cannot be compared, or where it fits both sides anew and one
    learner makes both, and ``different`` where the candidate
    fails, or predicts what no model may. Where the reference does, or there is nothing to judge by,
    or the clause itself fails, nothing is known of the candidate: that is ``inconclusive``.

    Raises:
        DataError: There is nothing to fit on, which every item needs.
        LeakError: The source hands over an outcome that had not arrived.
        ConfigError: A side cannot be made.
        MissingExtraError: A side cannot be made here.
    """
    _ = sides.rows
    try:
        lacking = sides.lacking(item.pair)
        if lacking:
            return _verdict(item, "not_run", f"compares under {item.pair}, and {lacking}")
        if item.refits and sides.joint:
            return _verdict(item, "not_run", ALIKE)
        sides.progress(f"clause {item.name}")
        found: Verdict = item.clause(sides.under(item.pair))
    except SideError as error:
        status: Status = "different" if error.side == "candidate" else "inconclusive"
        return _verdict(item, status, error.message, error.details)
    except (LeakError, ConfigError, MissingExtraError):
        raise
    except LiaisonError as error:
        said = f"cannot be judged: {error.message}{error.hint and f'; {error.hint}'}"
        return _verdict(item, "inconclusive", said, error.details)
    except Exception as error:  # noqa: BLE001 - whatever a clause raises is said of that clause
        said = f"cannot be judged: the clause fails with {type(error).__name__}: {error}"
        return _verdict(item, "inconclusive", said, trace(error))
    return msgspec.structs.replace(found, part=item.part)


def _verdict(item: Item, status: Status, message: str, details: Iterable[str] = ()) -> Verdict:
    listed = [*details]
    return Verdict(
        clause=item.clause.name,
        part=item.part,
        pair=item.pair,
        status=status,
        message=message,
        evidence={"details": listed} if listed else {},
    )
