"""Runs a server in this process: its event loop, and its orderly end."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from typing import TYPE_CHECKING

import pyarrow as pa

from contracts.config import instantiate
from production.service.application import seconds
from production.service.servers.port import Patience

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from production.service.application import Application
    from production.service.place import Place
    from production.service.servers.port import Server
    from production.serving.engine import Engine
    from production.settings import Production

#: Seconds that a process waits for another one to take its place.
PATIENCE = 15.0
#: What servers say of single requests would fill a log from outside.
TALKATIVE = ("uvicorn.error", "uvicorn.access", "_granian", "granian.access")


def run_server(config: Production, application: Application, place: Place) -> None:
    """Serve until SIGTERM or SIGINT, then answer the requests that were taken.

    Args:
        config: The configuration.
        application: What answers.
        place: Where, and who is told.

    Raises:
        MissingExtraError: The server is not installed.
    """
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    server: Server = instantiate(config.server, "server")
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_serve(config, application, server, place))


class _NoPandas:
    """An import finder that reports pandas as not installed."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:  # noqa: ARG004
        """Raise for pandas alone."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


def hide_pandas() -> None:
    """Let Arrow find no pandas, which it would import for its own sake: 100 MiB and a second.

    It looks once, at the first array it makes. To be called before, in a process that only serves.
    """
    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(_NoPandas)


async def _serve(
    config: Production, application: Application, server: Server, place: Place
) -> None:
    stop, limits = asyncio.Event(), config.serving.limits
    loop = asyncio.get_running_loop()
    line = _line(config, application, place.socket)

    def end() -> None:
        application.drain()
        stop.set()

    def end_soon() -> None:
        loop.call_soon_threadsafe(end)

    def begin_to_end() -> None:
        application.files.peers.close()
        place.hand_over(end_soon)
        loop.call_later(PATIENCE, end)

    gc.collect()
    gc.freeze()  # what was loaded stays: a collection looks only at what came since
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, begin_to_end)
    await server.serve(
        application.asgi,
        socket=place.socket,
        patience=Patience(
            headers=seconds(limits.headers),
            idle=seconds(limits.idle),
            drain=seconds(limits.drain),
        ),
        started=lambda: place.started(line),
        stop=stop,
    )


def _line(config: Production, application: Application, bound: socket.socket) -> str:
    """Return what is printed when the server accepts connections."""
    host, port = bound.getsockname()[:2]
    address = f"[{host}]" if ":" in host else host
    return (
        f"{config.product.name} at http://{address}:{port} · {_deployed(application.engine)} · "
        f"{config.server['name']}"
    )


def _deployed(engine: Engine) -> str:
    """Return what serves, in words."""
    if not engine.is_deployed:
        return "nothing can serve; the log says why"
    deployed = engine.deployed
    champion = deployed.manifest.champion
    return f"{champion.release}/{champion.generation} by manifest {deployed.revision}"


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """Return what makes event loops: uvloop where it is installed."""
    try:
        import uvloop  # noqa: PLC0415 - optional: there is none for Windows
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop
