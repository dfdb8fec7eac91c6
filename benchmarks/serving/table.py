"""Prints what was measured, as tables and as targets that were reached or missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.serving.growth import Cost, Growth
    from benchmarks.serving.measure import Measured

FASTAPI, BARE = "FastAPI", "bare, "
#: The servers of which targets are stated.
FASTEST, DEFAULT = "direct", "uvicorn"
#: How many times FastAPI's requests a second ours answers at least, by liaison.
TIMES = {"dual": 100.0, "joint": 50.0}
HEADS = (
    "req/s",
    "p50 ms",
    "p99 ms",
    "p50 ms, 1",
    "p99 ms, 1",
    "µs/req",
    "MiB",
    "start s",
    "x FastAPI",
)


def print_servers(measured: Sequence[Measured]) -> None:
    """Print a line for each server."""
    width = max(len(each.name) for each in measured) + 2
    peer = _rate_of(measured, FASTAPI)
    print(f"\n{'':<{width}}" + "".join(f"{head:>11}" for head in HEADS))
    for each in measured:
        if each.missing:
            print(f"{each.name:<{width}}  {each.missing}")
            continue
        cells = (
            f"{each.rate:,.0f}",
            f"{each.p50:.2f}",
            f"{each.p99:.2f}",
            f"{each.p50_alone:.3f}",
            f"{each.p99_alone:.2f}",
            f"{each.busy:.0f}",
            f"{each.memory:.0f}",
            f"{each.start:.1f}",
            f"{each.rate / peer:.1f}" if peer else "",
        )
        failed = f"   {each.failed} failed" if each.failed else ""
        print(f"{each.name:<{width}}" + "".join(f"{cell:>11}" for cell in cells) + failed)


def print_growth(growth: Growth) -> None:
    """Print what a request costs as each of the three grows."""
    _print_costs("one record, by loaded generations", growth.loaded)
    _print_costs("each record, by the records of a request", growth.batches)
    _print_costs("one record, by selector", growth.selectors)


def print_targets(measured: Sequence[Measured], growth: Growth) -> int:
    """Print each target with what was measured; return how many were missed."""
    by_name = {each.name: each for each in measured if not each.missing}
    lines = [*_of_servers(by_name), *_of_growth(growth)]
    print("\ntargets")
    for text, reached in lines:
        print(f"  {'reached' if reached else 'MISSED '}  {text}")
    return sum(not reached for _, reached in lines)


def _of_servers(by_name: Mapping[str, Measured]) -> list[tuple[str, bool]]:
    lines = []
    peer = next((each for name, each in by_name.items() if name.startswith(FASTAPI)), None)
    ours = by_name[f"dual, {FASTEST}, queued"]
    if peer is not None:
        for liaison, least in TIMES.items():
            each = by_name[f"{liaison}, {FASTEST}, queued"]
            times, by_time = each.rate / peer.rate, peer.busy / each.busy
            text = f"{each.name}: {times:.0f} times FastAPI's requests a second"
            more = f"(at least {least:.0f}; by processor time {by_time:.0f})"
            lines.append((f"{text} {more}", times >= least))
        times = peer.p50_alone / ours.p50_alone
        text = f"{ours.name}: p50 over one connection 1/{times:.0f} of FastAPI's"
        lines.append((f"{text} (at most 1/30)", times >= 30))
    for server in (FASTEST, DEFAULT):
        each = by_name[f"dual, {server}, queued"]
        bare = by_name[f"{BARE}{server}"]
        share, by_time = each.rate / bare.rate, bare.busy / each.busy
        text = f"{each.name}: {share:.0%} of the bare server's requests a second"
        lines.append((f"{text} (at least 75%; by processor time {by_time:.0%})", share >= 0.75))
    return [
        *lines,
        (f"{ours.name}: p99 over 16 connections {ours.p99:.1f} ms (at most 5)", ours.p99 <= 5),
        (f"{ours.name}: {ours.memory:.0f} MiB (at most 150)", ours.memory <= 150),
        (f"{ours.name}: first answer after {ours.start:.1f} s (at most 2)", ours.start <= 2),
    ]


def _of_growth(growth: Growth) -> list[tuple[str, bool]]:
    one, *_, many = growth.loaded[:-1]
    rise = many.microseconds / one.microseconds - 1
    champion = growth.selectors[0].microseconds
    # A shadow is no choice: a second model predicts, and a second event is logged.
    choosing = [cost for cost in growth.selectors if cost.variant != "shadow"]
    dearest = max(choosing, key=lambda cost: cost.microseconds)
    more = dearest.microseconds / champion - 1
    return [
        (f"{many.variant}: {rise:+.0%} beside {one.variant} (at most 10%)", rise <= 0.10),
        (f"{dearest.variant}, the dearest selector: {more:+.0%} (at most 20%)", more <= 0.20),
    ]


def _print_costs(title: str, costs: Sequence[Cost]) -> None:
    print(f"\n{title:<44}{'µs':>8}{'ratio':>8}")
    for cost in costs:
        failed = f"   {cost.fallbacks} times the champion for it" if cost.fallbacks else ""
        ratio = cost.microseconds / costs[0].microseconds
        print(f"{cost.variant:<44}{cost.microseconds:>8.2f}{ratio:>8.2f}{failed}")


def _rate_of(measured: Sequence[Measured], prefix: str) -> float:
    return next((e.rate for e in measured if e.name.startswith(prefix) and not e.missing), 0.0)
