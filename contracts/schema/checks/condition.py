"""What a check is made of, so that a frame, a record and a generator of inputs read it alike.

A check is known by its members: a frozen `msgspec.Struct` that forbids unknown fields; its own are
its arguments, named as they stand in the schema's YAML. A package adds one under the entry-point
group of `contracts.schema.checks.registry`; its name is then a method of pandera's ``Check`` too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Condition(Protocol):
    """A condition on every value of a column that is not null.

    A value comes as the record holds it: a datetime is aware, in UTC. Edges are JSON's types.

    Besides these a condition may have, each optional:

    - ``rows(series)``: what `holds` returns for each value of a pandas Series without nulls, at
      once. Publication compares the two: see `contracts.schema.readings`.
    - ``fault(kind)``: why its arguments do not suit a column of a kind, empty if they do.
    - ``limits(kind)``: what bounds the values, so that inputs are drawn where the condition holds:
      ``ge gt le lt`` (JSON's types), ``min_length max_length``, ``pattern part`` (for Python's
      ``re``), ``prefix suffix``, ``values`` (all there are), ``without`` (left out). Those of a
      built-in check say all that it says: the record type and the comparison of two versions
      are made from them.

    Attributes:
        name: As it stands in a contract.
        kinds: The kinds of column it fits.
    """

    name: ClassVar[str]
    kinds: ClassVar[frozenset[str]]

    def holds(self, value: Any, /) -> bool:
        """Return whether the condition holds for one value."""

    def inside(self, kind: str, /) -> Sequence[Any]:
        """Return the outermost values for which it holds."""

    def outside(self, kind: str, /) -> Sequence[Any]:
        """Return values for which it just does not hold, one at least."""


class Typed(Protocol):
    """What a check between columns may know of a column."""

    @property
    def kind(self) -> str:
        """One of ``int float bool str datetime category``."""

    @property
    def nullable(self) -> bool:
        """Whether null is a value."""


class RowCondition(Protocol):
    """A condition between the columns of one row; it holds where one of them is null.

    It may have ``rows(*series)`` as well, over Series without nulls.

    Attributes:
        name: As it stands in a contract.
    """

    name: ClassVar[str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is about."""

    def fault(self, columns: Mapping[str, Typed], /) -> str:
        """Return why it cannot stand between these columns, empty if it can."""

    def holds(self, *values: Any) -> bool:
        """Return whether it holds for one value of each of its columns, in their order."""


def limits(conditions: Iterable[Any], kind: str) -> dict[str, Any]:
    """Return what bounds the values of a column; where two state one limit, the first counts."""
    merged: dict[str, Any] = {}
    for condition in conditions:
        own = condition.limits(kind) if hasattr(condition, "limits") else {}
        merged = {**own, **merged}
    return merged
