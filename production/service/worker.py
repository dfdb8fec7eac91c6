"""One of several processes that serve on one port: what `production.service.supervisor` starts.

    python -m production.service.worker CHANNEL

The channel is a socket to the supervisor. The process reads its order from it, and reports on it
when it serves, and when it was told to end: then it accepts connections until the supervisor lets
it go. If the supervisor is gone the channel ends, and so does the process, in order.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread

import msgspec

from contracts.errors import LiaisonError, exit_code
from contracts.host.controls import printable
from production.service.hand_over import HandOver
from production.service.live import serve_product
from production.service.place import Place
from production.service.worker_order import DRAINING, SERVING, WorkerOrder


def main(handle: int) -> int:
    """Serve as ordered until told to end, and return the exit code."""
    channel = socket.socket(fileno=handle)  # never closed: a thread reads it to the last
    order = b""
    while not order.endswith(b"\n"):
        part = channel.recv(65_536)
        if not part:
            return 0
        order += part
    return _serve(msgspec.json.decode(order, type=WorkerOrder), channel)


def _serve(order: WorkerOrder, channel: socket.socket) -> int:
    words = f"%(levelname)s worker {order.number}: %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=words)

    def report(word: str, text: str = "") -> None:
        with suppress(OSError):  # a supervisor that is gone reads nothing
            channel.sendall(f"{word} {text}\n".encode())

    hand_over = HandOver(lambda: report(DRAINING))
    Thread(target=_follow, args=(channel, hand_over), name="channel", daemon=True).start()
    place = Place(
        socket=socket.socket(fileno=order.socket),
        worker=order.number,
        folder=Path(order.folder),
        started=lambda text: report(SERVING, text),
        hand_over=hand_over,
    )
    try:
        serve_product(order.config, place)
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {printable(str(error))}\n")
        return exit_code(error)
    return 0


def _follow(channel: socket.socket, hand_over: HandOver) -> None:
    """Let the worker end when its supervisor says so; end it when there is no supervisor."""
    while channel.recv(1):
        hand_over.release()
    hand_over.release()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
