"""Runs of one comparison beside each other, each in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.compute.port import call
from contracts.host.loading import loading
from contracts.report.terminal import Screen, say
from contracts.report.verbosity import say_step
from production.assembly.proof import is_proven, proof_key, prove
from production.backtest.history import History, read_history
from production.backtest.preflight import preflight
from production.backtest.run import run_and_score
from production.backtest.state import STATE
from production.settings import Production

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from contracts.compute.port import Compute
    from contracts.config.entry import Request
    from production.assembly.proof import RunProof
    from production.backtest.result import RunResult
    from production.backtest.score import Scoring

#: The last history that this process read, by what it depends on.
HISTORIES: dict[bytes, History] = {}


def run_beside(
    requests: Mapping[str, Request],
    output: Path,
    scoring: Scoring,
    *,
    compute: Compute,
    screen: Console,
    shared_fits: Mapping[str, Path],
) -> dict[str, RunResult]:
    """Run each request in a folder of its own, several at a time, and score it.

    Each is checked first, then what has to be proven is proven, once for all runs that share it.
    Runs that refresh their model start first: they take longest. An error of one run ends the
    others; the same command resumes them.

    Args:
        requests: Requests by name, which is the name of the folder too.
        output: The folder around theirs.
        scoring: How they are scored.
        compute: Where they run.
        screen: Where to show what is checked; each says on standard error how far it is.
        shared_fits: By name, the folder of the fits that a run shares; those without share none.
    """
    with compute.workers(len(requests)) as parallel:
        with screen.status("preflight"):
            checks = parallel(call(_check, each) for each in requests.values())
            for name, line in zip(requests, checks, strict=True):
                say(screen, f"{name}: {line}", style="dim")
        with screen.status("equivalence"):
            proofs = dict(parallel(call(_prove, each) for each in _unproven(requests, output)))
        results: dict[str, RunResult] = {}
        order = sorted(requests, key=lambda name: not _refreshes(requests[name]))
        runs = parallel(
            call(
                _run,
                name,
                requests[name],
                output / name,
                scoring,
                proofs=proofs,
                shared_fits=shared_fits.get(name),
            )
            for name in order
        )
        say_step("running")  # each says how far it is: no spinner may stand in its lines
        for name, result in zip(order, runs, strict=True):
            results[name] = result
            say_step(f"{len(results)} of {len(requests)} are done")
    return {name: results[name] for name in requests}


def _refreshes(request: Request) -> bool:
    updating = request.settings(Production).model_updating
    return updating.name == "autonomous" or updating.release_every is not None


def _check(request: Request) -> str:
    """Return what was checked of a run, in a line."""
    config = request.settings(Production)
    with loading():  # the first in its process: most of what runs need is loaded on the way
        return preflight(config, _history(config))


def _history(config: Production) -> History:
    """Return a run's history, which each process reads once: most variants have the same."""
    key = msgspec.json.encode((config.product, config.paths, config.signing))
    if key not in HISTORIES:
        HISTORIES.clear()
        HISTORIES[key] = read_history(config)
    return HISTORIES[key]


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
    product, liaison = _history(config).product, config.liaison.name
    contract = product.contract
    proof = prove(
        config.product, contract, source=product.source, liaison=liaison, progress=lambda _: None
    )
    return proof_key(config.product, contract, liaison), proof


def _run(
    name: str,
    request: Request,
    output: Path,
    scoring: Scoring,
    *,
    proofs: dict[bytes, RunProof],
    shared_fits: Path | None,
) -> RunResult:
    """Return one run, which says how far it is by lines on standard error."""
    config = request.settings(Production)
    return run_and_score(
        request,
        config,
        _history(config),
        output,
        scoring=scoring,
        screen=Screen(stderr=True, markup=False, force_terminal=False),
        proofs=proofs,
        name=name,
        shared_fits=shared_fits,
    )
