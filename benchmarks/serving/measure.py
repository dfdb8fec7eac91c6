"""Rounds of load: every server in turn, so that all of them meet the same machine."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from benchmarks.serving.load import Load, ask
from benchmarks.serving.running import Running

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.serving.contender import Contender

MANY, ONE = 16, 1


class Rounds(msgspec.Struct, frozen=True, kw_only=True):
    """How long each server is loaded.

    Attributes:
        count: How many rounds.
        seconds: How long each of their two parts takes.
        warm: How long each server is loaded before the first one.
        pinned: Whether servers have one core and the load has another one.
    """

    count: int
    seconds: int
    warm: int
    pinned: bool


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What the rounds showed of one server.

    Attributes:
        name: Its name.
        start: The seconds to its first answer.
        memory: Its resident memory after the load, MiB.
        many: The rounds over 16 connections.
        one: The rounds over one connection.
        missing: Why it was not measured.
    """

    name: str
    start: float = 0.0
    memory: float = 0.0
    many: tuple[Load, ...] = ()
    one: tuple[Load, ...] = ()
    missing: str = ""

    @property
    def rate(self) -> float:
        """The median of the rounds' requests a second over 16 connections."""
        return median(load.rate for load in self.many)

    @property
    def p50(self) -> float:
        """The median of the rounds' p50 over 16 connections, ms."""
        return median(load.p50 for load in self.many)

    @property
    def p99(self) -> float:
        """The median of the rounds' p99 over 16 connections, ms."""
        return median(load.p99 for load in self.many)

    @property
    def p50_alone(self) -> float:
        """The median of the rounds' p50 over one connection, ms."""
        return median(load.p50 for load in self.one)

    @property
    def p99_alone(self) -> float:
        """The median of the rounds' p99 over one connection, ms."""
        return median(load.p99 for load in self.one)

    @property
    def busy(self) -> float:
        """The median of the rounds' processor time for a request over 16 connections, µs."""
        return median(load.busy for load in self.many)

    @property
    def failed(self) -> int:
        """How many requests failed."""
        return sum(load.failed for load in (*self.many, *self.one))


def measure(
    contenders: Sequence[Contender],
    expected: Mapping[str, float],
    *,
    rounds: Rounds,
    work: Path,
) -> list[Measured]:
    """Return what rounds of load show of each contender.

    Args:
        contenders: The servers.
        expected: The probability that each of them must answer with, by name.
        rounds: How long each is loaded.
        work: The folder for logs and bodies.
    """
    (work / "logs").mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        started: dict[str, Running] = {}
        missing = {each.name: each.missing for each in contenders if each.missing}
        for at, each in enumerate(contenders):
            if each.missing:
                continue
            _progress(f"start {each.name}")
            (work / "logs" / f"{at}.json").write_bytes(each.question.body)
            log = work / "logs" / f"{at}.log"
            try:
                running = _started(each, log, pinned=rounds.pinned, expected=expected[each.name])
            except RuntimeError as error:
                missing[each.name] = str(error)
                continue
            stack.callback(running.stop)
            started[each.name] = running
        bodies = {each.name: work / "logs" / f"{at}.json" for at, each in enumerate(contenders)}
        loads = _rounds(started, bodies, rounds)
        return [
            Measured(name=each.name, missing=missing[each.name])
            if each.name in missing
            else Measured(
                name=each.name,
                start=started[each.name].start,
                memory=started[each.name].memory,
                many=tuple(loads[each.name, MANY]),
                one=tuple(loads[each.name, ONE]),
            )
            for each in contenders
        ]


def _started(contender: Contender, log: Path, *, pinned: bool, expected: float) -> Running:
    """Start a server, a second time if need be: some take ports that are no longer free."""
    try:
        return Running(contender, log, pinned=pinned, expected=expected)
    except RuntimeError:
        return Running(contender, log, pinned=pinned, expected=expected)


def _rounds(
    started: Mapping[str, Running], bodies: Mapping[str, Path], rounds: Rounds
) -> dict[tuple[str, int], list[Load]]:
    loads: dict[tuple[str, int], list[Load]] = {
        (name, connections): [] for name in started for connections in (MANY, ONE)
    }
    for number in range(rounds.count + 1):
        _progress(f"round {number} of {rounds.count}" if number else "warm up")
        for name, running in started.items():
            for connections in (MANY, ONE) if number else (MANY,):
                load = ask(
                    running,
                    bodies[name],
                    connections=connections,
                    seconds=rounds.seconds if number else rounds.warm,
                    pinned=rounds.pinned,
                )
                if number:
                    loads[name, connections].append(load)
    return loads


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
