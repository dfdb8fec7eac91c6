"""Holds servers to their OpenAPI document: ``python benchmarks/openapi_cases.py [--cases 10000]``.

Brings ``flights`` into service in a folder of its own, starts each server on it in turn, and lets
schemathesis send it requests made from the document, valid and not, with a token of all scopes: no
answer may have a status from 500 on, and each must have a status, headers, a media type and a body
that the document declares. Prints a line for each server, then what was found; ends with 1 if
anything was, or if fewer cases were sent than asked for.

What is valid by the document must be accepted, unless no document can say what is: that the tensors
of the Open Inference Protocol fit each other, and that a selector is one that is declared.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from served import CONTRACT, ROOT, SERVERS, deploy, golden_record, new_token, serving

from production.client import Client, PredictionRequest

#: Cases of a batch; batches with other seeds follow until there are enough.
EACH = 60
CONFIG = """
[[operations]]
include-path-regex = ".*/infer"
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "422"]

[[operations]]
include-path = "/admin/select"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "404", "409"]
"""


def main(servers: tuple[str, ...], *, cases: int, live: Path) -> int:
    """Print a line for each server; return the exit code."""
    deploy(live)
    token, failed = new_token(live), False
    for server in servers:
        start = perf_counter()
        with serving(live, server) as address:
            sent, findings = _cases(address, token, live, cases=cases)
        seconds = perf_counter() - start
        failed = failed or bool(findings) or sent < cases
        verdict = "NOT as declared" if findings else "as declared"
        print(f"{server:<8} {sent:>7,} cases {seconds:>6.0f} s  {verdict}", flush=True)
        print("".join(findings), end="", flush=True)
    return 1 if failed else 0


def _cases(address: str, token: str, live: Path, *, cases: int) -> tuple[int, list[str]]:
    """Return how many requests were sent, and what schemathesis found, in its words."""
    with Client(address) as client:
        client.predict(PredictionRequest(record=golden_record(), id="known"))
    sent, seed, findings = 0, 0, list[str]()
    while sent < cases and not findings:
        report, text = batch(address, token, live, seed=seed)
        sent, seed = sent + report["test_cases"]["generated"], seed + 1
        if report["failures"] or report["errors"] or not report["complete"]:
            findings.append(text.partition(" FAILURES ")[2].partition(" WARNINGS ")[0] or text)
    return sent, findings


def batch(
    address: str,
    token: str,
    live: Path,
    *,
    seed: int = 0,
    phases: str = "examples,coverage,fuzzing,stateful",
    contract: Path = CONTRACT,
) -> tuple[dict[str, Any], str]:
    """Return schemathesis' report of some cases, and what it printed.

    Args:
        address: The server.
        token: A token of all scopes.
        live: A folder for its files.
        seed: What the cases are drawn by.
        phases: What kinds of cases are sent.
        contract: The folder of the contract that is deployed.
    """
    (live / "schemathesis.toml").write_text(CONFIG)
    report = live / "report.json"
    report.unlink(missing_ok=True)
    words = ["run", f"{address}/openapi.json", "--header", f"Authorization: Bearer {token}"]
    words += [
        "--checks",
        "all",
        "--max-examples",
        str(EACH),
        "--phases",
        phases,
        "--seed",
        str(seed),
        "--workers",
        "2",
    ]
    words += ["--continue-on-failure", "--report", "json", "--report-json-path", str(report)]
    path = os.pathsep.join(map(str, (ROOT, ROOT / "benchmarks")))
    own = {"CONTRACT": str(contract), "SCHEMATHESIS_HOOKS": "openapi_hooks", "PYTHONPATH": path}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("schemathesis")), *words],
        cwd=live,
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if not report.exists():
        raise RuntimeError(done.stdout)
    value: dict[str, Any] = json.loads(report.read_bytes())
    return value, done.stdout


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=10_000, help="requests to each server")
    parser.add_argument("--servers", nargs="+", default=SERVERS, choices=SERVERS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="openapi-") as folder:
        sys.exit(main(tuple(chosen.servers), cases=chosen.cases, live=Path(folder)))
