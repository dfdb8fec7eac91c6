"""Which columns are inputs, of what kind, and what is doubtful of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from contracts.schema.declared import Declared
from research.new.asked import typed
from research.new.power import power

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.ports import Floats
    from contracts.schema.columns import Kind

#: How the names of columns end that name things.
NAMING = re.compile(r"(^|[^a-z])(id|ids|uuid|guid|key|nr|no|number|code)$|#$", re.IGNORECASE)
#: The share of the outcome's variance from which a column gives it away, or may.
KNOWS, MAY_KNOW = 0.98, 0.85
KNOWING = "knows the outcome"
#: The roles of columns that can be inputs too, where a person says so.
BOTH = frozenset({"id", "key"})
#: How many texts are many, and the share of rows from which texts name rows.
MANY, NAMES_ROWS = 1000, 0.5


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of a column.

    Attributes:
        column: Its name in the data.
        role: ``input``, ``target``, ``time``, ``arrived``, ``id``, ``key``, or ``left out``.
        type: What the data hold.
        distinct: How many values are different; none of lists and the like.
        missing: The share of rows that are null.
        doubt: What is doubtful of it, or why it is left out; empty if nothing is.
        declared: Its entry in the product's schema; none unless it is an input, too.
    """

    column: str
    role: str
    type: str
    distinct: int | None
    missing: float
    doubt: str = ""
    declared: Declared | None = None


def kind_of(column: pa.ChunkedArray) -> Kind | None:
    """Return the kind of a column in a contract; none where it can be no input."""
    if pa.types.is_boolean(column.type):
        return "bool"
    if pa.types.is_integer(column.type):
        # Beside nulls, and beyond int64, whole numbers are floats.
        whole = not column.null_count and not pa.types.is_uint64(column.type)
        return "int" if whole else "float"
    if pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
        return "float"
    return "str" if pa.types.is_string(column.type) else None


def seen(
    name: str,
    column: pa.ChunkedArray,
    *,
    roles: Mapping[str, str],
    called: str,
    kept: bool,
    dropped: bool,
    outcomes: tuple[pa.ChunkedArray, Floats],
) -> Seen:
    """Return what is seen of a column, and whether it is an input.

    Args:
        name: The column's.
        column: Its values.
        roles: The columns that have another role, by name.
        called: What an input of it is called.
        kept: Whether a person wants it as an input whatever is found.
        dropped: Whether a person wants it as none.
        outcomes: Which rows have an outcome, and their outcomes as numbers.
    """
    missing = column.null_count / len(column)
    of = {"column": name, "type": str(column.type), "missing": missing}
    if pa.types.is_nested(column.type):
        what = str(column.type).partition("<")[0]
        doubt = "drop" if dropped else f"{what}: derive a number or a text of it"
        return Seen(role="left out", distinct=None, doubt=doubt, **of)
    distinct = pc.count_distinct(column, mode="only_valid").as_py()
    of["distinct"] = distinct
    if name in roles and not (kept and roles[name] in BOTH):
        few = roles[name] == "key" and distinct <= MANY
        return Seen(
            role=roles[name], doubt=f"no input, unless {typed('keep', name)}" if few else "", **of
        )
    infinite = _infinite(column)
    if infinite:
        column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    kind = kind_of(column)
    why = "drop" if dropped else _why_not(name, column, kind, distinct)
    doubt = why or _doubt(name, column, distinct, outcomes)
    doubt = doubt or (f"{infinite:,} infinite numbers are read as null" if infinite else "")
    if kind is None or dropped or (doubt.startswith("!") and not kept) or (why and not kept):
        return Seen(role=roles.get(name, "left out"), doubt=doubt.lstrip("!"), **of)
    entry = Declared(
        name=called,
        column=name if name != called else None,
        kind=kind,
        nullable=bool(column.null_count),
    )
    role = roles.get(name, "input")
    return Seen(role=role, doubt=doubt.lstrip("!"), declared=entry, **of)


def _infinite(column: pa.ChunkedArray) -> int:
    """Return how many numbers of a column are infinite: a source reads them as null."""
    if not pa.types.is_floating(column.type):
        return 0
    return pc.sum(pc.is_inf(column)).as_py() or 0


def _why_not(name: str, column: pa.ChunkedArray, kind: str | None, distinct: int) -> str:
    """Return why a column is no input by itself, empty if it may be one."""
    if not distinct:
        return "null in every row"
    if distinct == 1 and not column.null_count:
        return "constant"
    if kind is None:
        return f"{column.type}: derive a number or a text of it"
    if kind == "str" and distinct > max(NAMES_ROWS * len(column), MANY / 10):
        return "names rows: almost every text is another"
    if kind == "int" and distinct == len(column) and (NAMING.search(name) or _counts(column)):
        return "names rows: a different number in each"
    return ""


def _counts(column: pa.ChunkedArray) -> bool:
    """Return whether whole numbers, all different, are consecutive."""
    span = pc.min_max(column)
    return bool(span["max"].as_py() - span["min"].as_py() == len(column) - 1)


def _doubt(
    name: str, column: pa.ChunkedArray, distinct: int, outcomes: tuple[pa.ChunkedArray, Floats]
) -> str:
    """Return what is doubtful of an input; it begins with ``!`` where it should be none."""
    settled, numbers = outcomes
    explained = power(column.filter(settled), numbers)
    if explained >= KNOWS:
        return f"!{KNOWING}: alone explains {explained:.0%} of it"
    if explained >= MAY_KNOW:
        return f"may know the outcome: alone explains {explained:.0%} of it; {typed('drop', name)}?"
    if pa.types.is_string(column.type) and distinct > MANY:
        return f"{distinct:,} different texts"
    return ""
