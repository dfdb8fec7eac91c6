"""A property made once: what comes of it is kept, and so is its failure."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

from contracts.errors import SideError

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T")


class once(cached_property[T]):  # noqa: N801 - a decorator, as the one it is made from
    """A cached property whose failure by a side is raised again, not tried again.

    Every clause asks for the same fits: one that fails after minutes is not begun anew for each.
    """

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...

    def __get__(self, instance: object, owner: type[Any] | None = None) -> Self | T:
        """Return what was made, or raise what it failed at."""
        if instance is None:
            return self
        failed = instance.__dict__.setdefault("failed", {})
        if self.attrname in failed:
            raise failed[self.attrname]
        try:
            return super().__get__(instance, owner)
        except SideError as error:
            failed[self.attrname] = error
            raise
