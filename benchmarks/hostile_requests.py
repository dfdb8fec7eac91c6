"""Sends what no client sends: ``python benchmarks/hostile_requests.py [--requests N] [--seed N]``.

Brings ``flights`` into service in a folder of its own, starts each server on it in turn, and sends
it requests that are damaged in up to six places. Prints, for each server, how often each status was
answered, and the requests that it failed on: a status from 500 on, a connection that it left open,
an error in its log. Ends with 1 if there is any, or if a server does not answer afterwards.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from served import ROOT, SERVERS, deploy, golden_record, serving

from production.client import Client, PredictionRequest

sys.path.insert(0, str(ROOT))

from tests.suites.hostile_requests import damaged, results, statuses, whole

SHORT = tuple(f"serving.limits.{name}=1s" for name in ("headers", "receive", "idle"))
#: How many requests that a server failed on are printed.
SHOWN = 10


def main(servers: tuple[str, ...], *, requests: int, seed: int, live: Path) -> int:
    """Print what each server answers; return the exit code."""
    deploy(live)
    record, failed = golden_record(), False
    sent = [*damaged(whole(msgspec.json.encode(record)), requests, seed=seed)]
    for server in servers:
        with serving(live, server, *SHORT) as address, Client(address) as client:
            answers = results(urlsplit(address).port or 0, sent)
            client.predict(PredictionRequest(record=record))
        faults = [each for each in answers if each.is_fault]
        errors = (live / f"{server}.log").read_text().count("ERROR")
        failed = failed or bool(faults) or bool(errors)
        print(f"{server:<8} {statuses(answers)} {len(faults)} faults, {errors} errors", flush=True)
        for each in faults[:SHOWN]:
            print(f"  {each.sent!r} -> {each.statuses}, ended: {each.ended}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=10_000, help="requests to each server")
    parser.add_argument("--seed", type=int, default=0, help="what they are drawn by")
    parser.add_argument("--servers", nargs="+", default=SERVERS, choices=SERVERS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        code = main(
            tuple(chosen.servers),
            requests=chosen.requests,
            seed=chosen.seed,
            live=Path(folder),
        )
    sys.exit(code)
