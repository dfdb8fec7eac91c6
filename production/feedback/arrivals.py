"""Outcomes as they come in, whoever hands them over."""

from __future__ import annotations

import msgspec

from contracts.ports import Instants


class Arrivals(msgspec.Struct, frozen=True, kw_only=True):
    """Outcomes in order of arrival: parallel columns.

    Attributes:
        ids: Event ids.
        values: Outcomes as Python values.
        arrived: When each arrived, microseconds; outcomes of a replay occur as they arrive.
    """

    ids: list[str]
    values: list[object]
    arrived: Instants
