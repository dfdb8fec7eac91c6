"""The input schema of flights: the columns of a flight to predict, their meaning, their limits.

Closed sets are those of the published schedule, known long before the first departure. Bounds are
what physics and aircraft allow, not what one winter had: the heat of a summer is valid.
"""

from __future__ import annotations

from typing import Any

import pandera.pandas as pa

import contracts.schema.pandera  # noqa: F401 - registers the check `finite`

CARRIERS = "9E AA AS B6 DL EV F9 FL HA MQ OO UA US VX WN YV"
ORIGINS = "EWR JFK LGA"
DESTINATIONS = """
ABQ ACK ALB ANC ATL AUS AVL BDL BGR BHM BNA BOS BQN BTV BUF BUR BWI BZN CAE CAK CHO CHS CLE CLT CMH
CRW CVG DAY DCA DEN DFW DSM DTW EGE EYW FLL GRR GSO GSP HDN HNL HOU IAD IAH ILM IND JAC JAX LAS LAX
LEX LGA LGB MCI MCO MDW MEM MHT MIA MKE MSN MSP MSY MTJ MVY MYR OAK OKC OMA ORD ORF PBI PDX PHL PHX
PIT PSE PSP PVD PWM RDU RIC ROC RSW SAN SAT SAV SBN SDF SEA SFO SJC SJU SLC SMF SNA SRQ STL STT SYR
TPA TUL TVC TYS XNA
"""


def inputs() -> pa.DataFrameSchema:
    """Return the schema of a frame of flights to predict, its columns in the contract's order."""
    return pa.DataFrameSchema(
        {
            "carrier": one_of(CARRIERS, "airline, two-letter code"),
            "origin": one_of(ORIGINS, "airport of departure"),
            "dest": one_of(DESTINATIONS, "airport of arrival"),
            "minute": whole(0, 1439, "scheduled departure, local minute of the day"),
            "weekday": whole(0, 6, "local weekday of the departure, 0 is Monday"),
            # Half the Earth's girth is 12,450 miles; no scheduled flight takes a day.
            "distance": real(0, 12_450, "miles", nullable=False),
            "elapsed": real(0, 1440, "scheduled minutes from gate to gate", nullable=False),
            "seats": real(1, 1000, "of the plane; null if the plane is unknown"),
            "built": real(1950, 2100, "year of the plane; null if unknown"),
            "engines": real(1, 8, "of the plane; null if the plane is unknown"),
            # Weather is the last report known at the scheduled departure.
            "temp": real(-130, 140, "°F at the origin"),
            "humid": real(0, 100, "relative humidity, percent"),
            "wind_dir": real(0, 360, "degrees; null in calm or shifting wind"),
            "wind_speed": real(0, 253, "miles an hour; 253 is the record"),
            "precip": real(0, 20, "inches in the hour; 12 is the record"),
            "pressure": real(850, 1090, "millibar at sea level"),
            "visib": real(0, 100, "miles"),
        },
        strict=True,
        ordered=True,
    )


def inputs_with_delays() -> pa.DataFrameSchema:
    """Return the schema of flights with what was lately known of delays: see `StoredFeature`."""
    lately = "mean delay of the flights that landed in the last three hours, minutes, null if none"
    return inputs().add_columns(
        {
            # A month is more than any delay on record; what a day has is not what another may have.
            "origin_delay": real(-1_440, 43_200, f"of the origin: {lately}"),
            "carrier_delay": real(-1_440, 43_200, f"of the carrier at the origin: {lately}"),
        }
    )


def one_of(values: str, description: str) -> pa.Column:
    """Return a column of text out of a closed set, never null."""
    return pa.Column("str", pa.Check.isin(values.split()), description=description)


def whole(low: int, high: int, description: str) -> pa.Column:
    """Return a column of whole numbers between bounds, never null."""
    return pa.Column("int64", between(low, high), description=description)


def real(low: float, high: float, description: str, *, nullable: bool = True) -> pa.Column:
    """Return a column of finite numbers between bounds, null where unknown."""
    checks = [pa.Check.finite(), *between(low, high)]
    return pa.Column("float64", checks, nullable=nullable, description=description)


def between(low: float, high: float) -> list[Any]:
    """Return the checks that hold a number between bounds, both included."""
    return [pa.Check.ge(low), pa.Check.le(high)]
