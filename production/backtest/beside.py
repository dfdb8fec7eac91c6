"""Runs of one comparison beside each other, each in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joblib import Parallel, cpu_count, delayed

from contracts.report.terminal import Screen
from production.assembly.product import open_product
from production.assembly.proof import is_proven, proof_key, prove
from production.backtest.history import read_history
from production.backtest.run import run_and_score
from production.backtest.state import STATE
from production.settings import Production

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from contracts.config.entry import Request
    from production.assembly.proof import RunProof
    from production.backtest.result import RunResult
    from production.backtest.score import Scoring


def run_beside(
    requests: Mapping[str, Request],
    output: Path,
    scoring: Scoring,
    *,
    processes: int | None,
    screen: Console,
) -> dict[str, RunResult]:
    """Run each request in a folder of its own, several at a time, and score it.

    What has to be proven is proven first, once for all runs that share it. An error of one run ends
    the others; the same command resumes them.

    Args:
        requests: Requests by name, which is the name of the folder too.
        output: The folder around theirs.
        scoring: How they are scored.
        processes: How many run at a time; None for as many as there are cores.
        screen: Where to show how many are done; each says on standard error how far it is.
    """
    jobs = min(processes or cpu_count(), len(requests))
    with Parallel(n_jobs=jobs, return_as="generator") as parallel:
        with screen.status("equivalence"):
            proofs = dict(parallel(delayed(_prove)(each) for each in _unproven(requests, output)))
        results: dict[str, RunResult] = {}
        runs = parallel(
            delayed(_run)(name, each, output / name, scoring, proofs)
            for name, each in requests.items()
        )
        with screen.status("running") as status:
            for name, result in zip(requests, runs, strict=True):
                results[name] = result
                status.update(f"{len(results)} of {len(requests)} are done")
    return results


def _unproven(requests: Mapping[str, Request], output: Path) -> list[Request]:
    """Return one request for each liaison of which no run has left a proof in its state."""
    liaisons = {
        each.settings(Production).liaison.name: each
        for name, each in requests.items()
        if not is_proven(output / name / STATE)
    }
    return list(liaisons.values())


def _prove(request: Request) -> tuple[bytes, RunProof]:
    """Return a proof by its key."""
    config = request.settings(Production)
    contract, liaison = open_product(config).contract, config.liaison.name
    proof = prove(config.product, contract, liaison=liaison, progress=lambda _: None)
    return proof_key(config.product, contract, liaison), proof


def _run(
    name: str, request: Request, output: Path, scoring: Scoring, proofs: dict[bytes, RunProof]
) -> RunResult:
    """Return one run, which says how far it is by lines on standard error."""
    config = request.settings(Production)
    return run_and_score(
        request,
        config,
        read_history(config),
        output,
        scoring=scoring,
        screen=Screen(stderr=True, markup=False, force_terminal=False),
        proofs=proofs,
        name=name,
    )
