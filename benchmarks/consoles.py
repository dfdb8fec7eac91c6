"""What open consoles cost a serving process: ``python benchmarks/consoles.py PID [--consoles 10]``.

Asks a running server for the console's fragments as so many browsers do, each as often as the page
says, and prints the CPU seconds that the process took meanwhile, and their share of a core, beside
those of the same time without a console.
"""

from __future__ import annotations

import argparse
import http.client
import os
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from time import sleep

from production.service.page.fragments import FRAGMENTS


def cpu(process: int) -> float:
    """Return the CPU seconds that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def look(port: int, name: str, every: float, over: Event) -> None:
    """Ask for a fragment every so many seconds."""
    while not over.is_set():
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
            client.request("GET", f"/console/{name}")
            answer = client.getresponse()
            answer.read()
        assert answer.status == 200, answer.status
        over.wait(every)


def main(process: int, *, port: int, consoles: int, seconds: float) -> None:
    """Print the CPU seconds without consoles, then with them."""
    for count in (0, consoles):
        over, before = Event(), cpu(process)
        threads = [
            Thread(target=look, args=(port, name, every, over))
            for _ in range(count)
            for name, every in FRAGMENTS.items()
        ]
        for thread in threads:
            thread.start()
        sleep(seconds)
        took = cpu(process) - before
        over.set()
        for thread in threads:
            thread.join()
        share = took / seconds
        print(f"{count:>3} consoles: {took:.2f} CPU s in {seconds:g} s, {share:.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("process", type=int, help="the serving process")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--consoles", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=30.0)
    chosen = parser.parse_args()
    main(chosen.process, port=chosen.port, consoles=chosen.consoles, seconds=chosen.seconds)
