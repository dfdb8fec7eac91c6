"""What one record's validation costs: ``python benchmarks/wire.py [--records N]``.

Times, in turns, the compiled decoder on a record's bytes and pandera on the record's one-row frame,
made by the contract's own `frame`; then compares the two verdicts on N generated records, many of
them faulty. Ends with 1 if the decoder is not at least 2,000 times faster, or a verdict differs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from hypothesis import HealthCheck, Phase, given, settings

from contracts.contract import golden, latest
from contracts.errors import DataError
from contracts.schema import generate
from contracts.schema.edges import wire
from contracts.schema.frame import frame
from contracts.schema.record import RecordDecoder
from contracts.schema.validation import validator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.contract import Contract

RATIO = 2_000
#: Records asked of pandera, and how many times as many of the decoder.
ASKED, TIMES = 200, 50


def main(published: Path, product: str, *, records: int) -> int:
    """Print both times, their ratio and the verdicts; return the exit code."""
    contract = latest(published, product)
    taken = measure(contract)
    print(f"{'one record of ' + product + ' ' + contract.version:<34}{'p50 µs':>10}{'p99 µs':>10}")
    for name, times in taken.items():
        low, high = np.percentile(times, [50, 99]) / 1e3
        print(f"{name:<34}{low:>10.2f}{high:>10.2f}")
    slow, fast = (float(np.median(times)) for times in taken.values())
    print(f"\npandera / decoder: {slow / fast:,.0f} (at least {RATIO:,})")
    accepted, refused, differing = compare(contract, records=records)
    print(f"verdicts: {accepted:,} accepted, {refused:,} refused, {differing:,} differ")
    return 0 if slow >= RATIO * fast and not differing else 1


def measure(contract: Contract) -> dict[str, list[float]]:
    """Return nanoseconds of each validation; the two take turns and meet the same machine."""
    columns = contract.input_columns
    decode, validate = RecordDecoder(columns).decode, validator(columns)
    rows = golden.read(contract.folder / "golden.parquet", columns, k=contract.k).rows
    texts = [msgspec.json.encode(row) for row in rows.to_pylist()]
    taken: dict[str, list[float]] = {"frame and pandera": [], "compiled decoder": []}
    for turn in range(ASKED):
        text = texts[turn % len(texts)]
        start = perf_counter_ns()
        validate(frame(columns, msgspec.json.decode(text)))
        taken["frame and pandera"].append(perf_counter_ns() - start)
        taken["compiled decoder"] += one_by_one(decode, texts)
    return taken


def one_by_one(decode: Callable[[bytes], Any], texts: Sequence[bytes]) -> list[float]:
    """Return nanoseconds of one record in each round over some; the clock would weigh as much."""
    found = []
    for start in range(0, TIMES, 10):
        some = [texts[(start + index) % len(texts)] for index in range(10)]
        decode(some[0])  # the first after pandera finds cold caches
        begin = perf_counter_ns()
        for text in some:
            decode(text)
        found.append((perf_counter_ns() - begin) / len(some))
    return found


def compare(contract: Contract, *, records: int) -> tuple[int, int, int]:
    """Return how many generated records both sides accept, both refuse, and they differ over."""
    columns = contract.input_columns
    decode, validate = RecordDecoder(columns).decode, validator(columns)
    counted = {(True, True): 0, (False, False): 0, (True, False): 0, (False, True): 0}

    @settings(
        max_examples=records,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=[*HealthCheck],
    )
    @given(generate.records(columns))
    def verdict(record: dict[str, Any]) -> None:
        on_wire = accepts(lambda: decode(wire(record)))
        in_frame = accepts(lambda: validate(frame(columns, record)))
        counted[on_wire, in_frame] += 1

    verdict()
    accepted, refused = counted.pop((True, True)), counted.pop((False, False))
    return accepted, refused, sum(counted.values())


def accepts(validate: Callable[[], Any]) -> bool:
    """Return whether a validation lets its record pass."""
    try:
        validate()
    except DataError:
        return False
    return True


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--published", type=Path, default=Path("contracts/published"))
    parser.add_argument("--product", default="flights")
    parser.add_argument("--records", type=int, default=10_000, help="generated, to be compared")
    asked = parser.parse_args()
    sys.exit(main(asked.published, asked.product, records=asked.records))
