"""How a process learns that it is to end."""

from __future__ import annotations

import signal
from queue import SimpleQueue
from threading import Event, Thread


def told_to_end() -> Event:
    """Return an event that is set once a signal tells this process to end.

    A handler interrupts the main thread wherever it is, also where that holds the event's own lock:
    to set the event there would wait for ever. So it hands the signal on to a thread, by the one
    queue whose ``put`` may interrupt whatever its own thread is doing.
    """
    told, received = Event(), SimpleQueue[int]()

    def hand_on(number: int, _frame: object) -> None:
        received.put(number)

    def wait() -> None:
        received.get()
        told.set()

    Thread(target=wait, name="told-to-end", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hand_on)
    return told
