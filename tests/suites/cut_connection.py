"""A way to a server that can be cut, as a network does it, and restored."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock, Thread


class CutConnection:
    """Passes on what connections to its port send, to a server and back, until it is cut.

    Args:
        target: The server's address.

    Attributes:
        port: Where it listens, on loopback.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self._target, self._lock = target, Lock()
        self._open: set[socket.socket] = set()
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]

    def restore(self) -> None:
        """Take connections again."""
        self._listener = self._listen(self.port)

    def cut(self) -> None:
        """End all connections, and refuse further ones."""
        with self._lock:
            for each in (self._listener, *self._open):
                with suppress(OSError):  # it ended already
                    each.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._open.clear()

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # it was cut
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self._target)
                with self._lock:
                    self._open |= {client, server}
                for source, sink in ((client, server), (server, client)):
                    Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(65_536):
                sink.sendall(part)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        with self._lock:
            self._open.discard(source)
        source.close()
