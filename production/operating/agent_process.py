"""One agent in a process of its own.

    python -m production.operating.agent_process

reads an order, and acts until it is told to end by a signal, or until whoever gave the order is
gone.
"""

from __future__ import annotations

import logging
import sys

import msgspec

from contracts.errors import LiaisonError, exit_code
from contracts.host.controls import printable
from production.operating.ending import told_to_end
from production.operating.lifeline import take_order
from production.operating.run_agent import run_agent
from production.settings import AgentName, Production


class AgentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Which agent a process is.

    Attributes:
        config: The configuration.
        name: The agent.
        expected: The agents that are being started with it.
    """

    config: Production
    name: AgentName
    expected: tuple[str, ...] = ()


def main() -> int:
    """Act as ordered until told to end, and return the exit code."""
    stop = told_to_end()
    order = msgspec.json.decode(take_order(), type=AgentOrder)
    words = f"%(levelname)s {order.name}: %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=words)
    try:
        run_agent(order.config, order.name, stop, expected=order.expected)
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {printable(str(error))}\n")
        return exit_code(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
