"""One loop for every lifecycle: wake, take what arrived, decide, serve until the next wake-up.

At one instant the order is: outcomes, evaluation, trigger, promotion, requests. All that a wake-up
writes is one transaction with the checkpoint that names the next one, so a process killed at any
moment goes on from the last wake-up that was completed, and nothing is written twice.
"""

from __future__ import annotations
