"""A request's record as Pydantic validates it, for the peers that take such types."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """One record of flights: its columns, and nothing else."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    carrier: str
    origin: Literal["EWR", "JFK", "LGA"]
    dest: str
    minute: int
    weekday: int
    distance: float
    elapsed: float
    seats: float | None
    built: float | None
    engines: float | None
    temp: float | None
    humid: float | None
    wind_dir: float | None
    wind_speed: float | None
    precip: float | None
    pressure: float | None
    visib: float | None
