"""What a field of a tolerance may be: ranges that no number beyond use passes, NaN included."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec

MAX = sys.float_info.max

#: A number that is one.
Finite = Annotated[float, msgspec.Meta(ge=-MAX, le=MAX)]
#: How far apart, how wide, how many times: none or more.
Size = Annotated[float, msgspec.Meta(ge=0, le=MAX)]
#: A share of rows, none and all included.
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
#: A share of rows that must be some.
Most = Annotated[float, msgspec.Meta(gt=0, le=1)]
#: What a ratio may at most be.
Ratio = Annotated[float, msgspec.Meta(gt=0, le=MAX)]
#: How many rows, seeds or rounds are tried.
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
