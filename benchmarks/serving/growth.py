"""What a request costs in this process: with more generations, longer batches, other selectors.

The application answers without a socket, and the processor time of its thread is taken, so that
neither the machine's other work nor the network counts. Variants take turns.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from itertools import cycle, islice
from statistics import median
from time import process_time_ns, thread_time_ns
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from benchmarks.serving.configured import configured
from contracts.contract import golden
from contracts.host.clock import WallClock
from production.assembly.serving import deployed_contract, open_serving
from production.service.application import open_application
from production.service.folder import live_state
from production.service.http import HttpRequest, HttpResponse
from production.service.process import hide_pandas
from production.serving.manifest import Manifest, ordered, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.serving.ours import Deployed
    from production.generation.description import Candidate
    from production.service.application import Application

#: How many generations are loaded, and how many of them share the traffic.
LOADED = ((1, 1), (10, 1), (100, 1), (100, 100))
BATCHES = (1, 10, 100, 1_000, 10_000)
#: What each selector is configured with, beside its defaults; all have the arm ``candidate``.
SELECTORS: Mapping[str, tuple[str, ...]] = {
    "champion": (),
    "single": (),
    "latest": (),
    "explicit": ("selector.arm=candidate",),
    "ab_test": (),
    "canary": (),
    "epsilon_greedy": (),
    "thompson": (),
    "ucb": (),
    "contextual": ("selector.column=origin", "+selector.arms.JFK=candidate"),
    "fallback": (),
    "cold_start": ("selector.column=origin", "+selector.arms.JFK=candidate"),
    "shadow": (),
}
#: Requests of a variant before the next one takes its turn.
BLOCK = 500


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What one request, or one record of a batch, costs.

    Attributes:
        variant: The variant.
        microseconds: The median of the blocks' processor time for each.
        fallbacks: How often its selector failed, so that the champion stood in.
    """

    variant: str
    microseconds: float
    fallbacks: int = 0


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """The three tables.

    Attributes:
        loaded: By how many generations are loaded.
        batches: By the records of a request.
        selectors: By the selector.
    """

    loaded: list[Cost]
    batches: list[Cost]
    selectors: list[Cost]


def growth(deployed: Deployed, *, work: Path, rounds: int) -> Growth:
    """Return what requests cost as each of the three grows."""
    hide_pandas()
    return Growth(
        loaded=_of_single(
            {_loaded_name(*each): _with_generations(*each) for each in LOADED},
            deployed,
            work / "growth" / "loaded",
            rounds,
        ),
        batches=_of_batches(deployed, work / "growth" / "batches", rounds),
        selectors=_of_single(
            {name: _with_selector(name, words) for name, words in SELECTORS.items()},
            deployed,
            work / "growth" / "selectors",
            rounds,
        ),
    )


def _of_single(
    variants: Mapping[str, Callable[[Manifest], Manifest]],
    deployed: Deployed,
    folder: Path,
    rounds: int,
) -> list[Cost]:
    """Return what one record costs with each variant of the manifest."""
    with ExitStack() as stack:
        applications = {
            name: stack.enter_context(_application(deployed, folder / str(at), change))
            for at, (name, change) in enumerate(variants.items())
        }
        requests = _requests(deployed)
        blocks: dict[str, list[float]] = {name: [] for name in applications}
        for number in range(rounds + 1):
            for name, application in applications.items():
                took = _block(application, list(islice(requests, BLOCK)))
                if number:
                    blocks[name].append(took)
        return [
            Cost(
                variant=name,
                microseconds=median(blocks[name]),
                fallbacks=application.engine.fallbacks,
            )
            for name, application in applications.items()
        ]


def _of_batches(deployed: Deployed, folder: Path, rounds: int) -> list[Cost]:
    """Return what a record costs in requests of more and more records."""
    with _application(deployed, folder, lambda manifest: manifest) as application:
        records = list(islice(cycle(_golden(deployed)), max(BATCHES)))
        costs: dict[int, list[float]] = {size: [] for size in BATCHES}
        for number in range(min(rounds, 10) + 1):
            for size in BATCHES:
                batch = [{"record": record} for record in records[:size]]
                request = _request(msgspec.json.encode(batch if size > 1 else batch[0]))
                took = _settled(application, request, max(1, 1_000 // size))
                if number:
                    costs[size].append(took / size)
        return [
            Cost(variant=f"{size:,}", microseconds=median(each)) for size, each in costs.items()
        ]


def _loaded_name(loaded: int, serving: int) -> str:
    return f"{loaded} loaded, {serving} serving"


def _with_generations(loaded: int, serving: int) -> Callable[[Manifest], Manifest]:
    """Return what gives a manifest generations, of which some share the traffic."""

    def change(manifest: Manifest) -> Manifest:
        names = [f"arm-{number:03}" for number in range(2, loaded + 1)]
        if serving == 1:
            return _offering(manifest, names, configured().selector)
        weights = dict.fromkeys(["champion", *names][:serving], 1.0)
        return _offering(
            manifest, names, {**configured("selector=ab_test").selector, "weights": weights}
        )

    return change


def _with_selector(name: str, words: Sequence[str]) -> Callable[[Manifest], Manifest]:
    """Return what gives a manifest a selector, and a candidate beside the champion."""
    selector = configured(f"selector={name}", *words).selector
    names = [] if name == "single" else ["candidate"]
    return lambda manifest: _offering(manifest, names, selector)


def _offering(manifest: Manifest, names: Sequence[str], selector: Mapping[str, Any]) -> Manifest:
    """Return a manifest with further arms, each with a generation of its own, and a selector.

    They are the champion's files, loaded once for each generation.
    """
    arms: dict[str, Candidate] = {"champion": manifest.champion}
    for number, name in enumerate(names, start=2):
        arms[name] = replace(manifest.champion, generation=number)
    component = {name: value for name, value in selector.items() if name != "name"}
    return replace(manifest, arms=ordered(arms), selector=selector["name"], component=component)


@contextmanager
def _application(
    deployed: Deployed, live: Path, change: Callable[[Manifest], Manifest]
) -> Iterator[Application]:
    """Yield the application over a copy of the live state, by a changed manifest."""
    shutil.rmtree(live, ignore_errors=True)
    shutil.copytree(deployed.live, live)
    config = configured(*deployed.overrides(live))
    contract = deployed_contract(config)
    with open_serving(config, contract, state=live_state(config)) as serving:
        newest = serving.manifests.current(contract.product)
        assert newest is not None
        manifest = change(read(newest.document))
        serving.manifests.publish(
            contract.product,
            msgspec.to_builtins(manifest),
            revision=newest.revision,
            moment=WallClock().now(),
        )
        with open_application(config, serving, clock=WallClock()) as application:
            gc.collect()
            gc.freeze()  # as a process that serves does
            yield application


def _block(application: Application, requests: Sequence[HttpRequest]) -> float:
    """Return the microseconds of this thread for each request; then let its events be written."""
    answer = application.service.answer
    begin = thread_time_ns()
    replies = [answer(request) for request in requests]
    took = thread_time_ns() - begin
    application.writer.committed().result(timeout=60)
    _check(replies)
    return took / len(requests) / 1e3


def _settled(application: Application, request: HttpRequest, times: int) -> float:
    """Return the microseconds of all threads for a request, whose answer may come later."""

    async def ask() -> int:
        begin = process_time_ns()
        for _ in range(times):
            reply = application.service.answer(request)
            _check([reply if isinstance(reply, HttpResponse) else await reply])
        return process_time_ns() - begin

    took = asyncio.run(ask())
    application.writer.committed().result(timeout=60)
    return took / times / 1e3


def _check(replies: Sequence[Any]) -> None:
    """Raise if a request was not answered.

    Raises:
        RuntimeError: One was not.
    """
    for reply in replies:
        if reply.status != HTTPStatus.OK:
            raise RuntimeError(f"expected an answer, got {reply.status}: {reply.body[:300]!r}")


def _requests(deployed: Deployed) -> Iterator[HttpRequest]:
    """Yield requests for the contract's golden records, again and again."""
    bodies = [msgspec.json.encode({"record": each}) for each in _golden(deployed)]
    return cycle([_request(body) for body in bodies])


def _request(body: bytes) -> HttpRequest:
    headers = {b"host": b"localhost", b"content-type": b"application/json"}
    return HttpRequest(method="POST", path="/predict", headers=headers, body=body)


def _golden(deployed: Deployed) -> list[dict[str, Any]]:
    contract = deployed_contract(deployed.config)
    file = contract.folder / "golden.parquet"
    rows: list[dict[str, Any]] = golden.read(
        file, contract.input_columns, k=contract.k
    ).rows.to_pylist()
    return rows
