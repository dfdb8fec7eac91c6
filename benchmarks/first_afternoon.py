"""From a table of one's own to a comparison: ``python -m benchmarks.first_afternoon [NAME …]``.

Makes seven inputs by a seed: files of four kinds of outcome, a CSV as spreadsheets write them, a
table of PostgreSQL at 127.0.0.1:5432, and one for a package outside of any repository. For each it
runs `task=new`, then the command that this prints, as a person would who edits nothing. Prints the
commands, their seconds on the clock and of processors, how many lines a person wrote, and the
verdict; ends with 1 if a command fails, or if one input takes over five minutes
of processors.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.afternoon_tables import Afternoon, afternoons
from tests.suites.postgresql import SERVER, fresh_schema

ROWS, LIMIT = 50_000, 300
#: A person types the first command and copies the second: nothing here writes or edits a file.
LINES_WRITTEN = 0
NEXT = "next: "
#: What makes a process the parent of all that those it started leave behind: see prctl(2).
SUBREAPER = 36


class AfternoonResult(NamedTuple):
    """How an afternoon went: its commands, the seconds of each on the clock and of processors."""

    commands: list[str]
    seconds: list[tuple[float, float]]
    verdict: str


class AfternoonFailedError(Exception):
    """A command ended with an error."""


def main(rows: int, names: list[str], seed: int) -> int:
    """Run the inputs, all unless names are given; return how the process ends."""
    failed = []
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1)
    with fresh_schema() as url:
        schema = url.rpartition("%3D")[2]
        every = afternoons(SERVER, schema)
        for name in names or every:
            try:
                went = run(every[name], rows, seed)
            except AfternoonFailedError as error:
                print(f"{name}: {error}")
                failed.append(name)
                continue
            show(name, went)
            if sum(used for _, used in went.seconds) > LIMIT:
                failed.append(name)
    if failed:
        print(f"failed, or over {LIMIT} s of processors: {', '.join(failed)}")
    return bool(failed)


def run(
    afternoon: Afternoon, rows: int, seed: int, *, short: tuple[str, ...] = ()
) -> AfternoonResult:
    """Return how one afternoon goes, in a folder of its own.

    Args:
        afternoon: The input.
        rows: How many it has.
        seed: What draws them.
        short: What else the comparison is told, to take less time.

    Raises:
        AfternoonFailedError: A command failed, or did not say what comes next.
    """
    with tempfile.TemporaryDirectory(prefix="afternoon-") as name:
        folder = Path(name)
        afternoon.write(folder, rows, seed)
        first = shlex.join(
            ["python", "-m", "research", "task=new", "product=mine", *afternoon.words]
        )
        printed, seconds = timed(first, folder)
        following = [line[len(NEXT) :] for line in printed.splitlines() if line.startswith(NEXT)]
        if len(following) != 1:
            raise AfternoonFailedError(f"{first} did not say what comes next:\n{printed}")
        second = shlex.join(short)
        _, more = timed(f"{following[0]} {second}".strip(), folder)
        (report,) = folder.glob("**/outputs/compare/mine/report.json")
        verdict = msgspec.json.decode(report.read_bytes())["verdict"]["words"]
        return AfternoonResult([first, following[0]], [seconds, more], verdict)


def timed(command: str, folder: Path) -> tuple[str, tuple[float, float]]:
    """Return what a command prints, as a shell runs it, and its seconds: see `AfternoonResult`.

    Raises:
        AfternoonFailedError: It failed.
    """
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    began, used = perf_counter(), processor_seconds()
    with subprocess.Popen(
        ["/bin/bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            printed, _ = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise
    on_clock = perf_counter() - began
    # What workers are forked from ends after its command, and counts when it was waited for.
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-process.pid, 0)
    if process.returncode:
        raise AfternoonFailedError(f"{command}\nended with {process.returncode}\n{printed}")
    return printed, (on_clock, processor_seconds() - used)


def processor_seconds() -> float:
    """Return what all commands that have ended took of processors: a busy machine adds none."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def show(name: str, went: AfternoonResult) -> None:
    """Print how one afternoon went."""
    clock, used = map(sum, zip(*went.seconds, strict=True))
    print(
        f"{name}: {clock:.0f} s, {used:.0f} s of processors, {len(went.commands)} commands, "
        f"{LINES_WRITTEN} lines written"
    )
    for command, (on_clock, of_processors) in zip(went.commands, went.seconds, strict=True):
        print(f"  {on_clock:6.1f} s {of_processors:6.1f} s  {command}")
    print(f"  {went.verdict}\n", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="the inputs; all unless given")
    parser.add_argument("--rows", type=int, default=ROWS, help="how many rows each has")
    parser.add_argument("--seed", type=int, default=0, help="what draws them")
    given = parser.parse_args()
    raise SystemExit(main(given.rows, given.names, given.seed))
