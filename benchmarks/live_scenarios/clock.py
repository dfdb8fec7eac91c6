"""The machine's clock jumps: no lease is ever held by two, and agents go on."""

from __future__ import annotations

import random
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from benchmarks.live_scenarios.product import make_product
from benchmarks.serving_scenarios.findings import Findings
from contracts.errors import LeaseError
from contracts.host.clock import WallClock
from contracts.moment import DAY, MINUTE, SECOND
from production.database.database import Database
from production.operating.run_agent import open_agent
from production.operating.training_worker import TrainingWorker
from production.registry.leases import Leases
from tests.suites.leases import SettableClock

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.live_scenarios.product import LiveProduct
    from production.registry.leases import Lease

LASTS, PROCESSES, SEEDS = 10 * SECOND, 3, 5
JUMPS = (10 * MINUTE, -10 * MINUTE, DAY, -DAY)


def clock(folder: Path, *words: str, jumps: int = 2_000) -> Findings:
    """Let the clock jump at random under several holders, and under an agent.

    Args:
        folder: Where everything is.
        words: Overrides of the product's configuration.
        jumps: How often it does under the holders.
    """
    findings = Findings("the machine's clock jumps by 10 minutes and by a day, both ways")
    product = make_product(folder, *words)
    written, refused, twice, longest = 0, 0, 0, 0
    for seed in range(SEEDS):
        holders = Holders(product, seed)
        with holders.stack:
            for _ in range(jumps // SEEDS):
                holders.turn()
        written, refused = written + holders.written, refused + holders.refused
        twice, longest = twice + holders.twice, max(longest, holders.longest)
    findings.claim(
        f"{jumps:,} jumps under {PROCESSES} processes: {twice} times a lease was held by two",
        holds=not twice,
    )
    findings.note(f"{written:,} writes under a lease, {refused:,} refused: it was lost")
    words_of = f"a lease was had again within {longest / SECOND:g} s"
    findings.claim(words_of, holds=longest <= LASTS)
    acted = sum(_goes_on(product, jump) for jump in JUMPS)
    findings.claim(f"an agent acts after {acted} of {len(JUMPS)} jumps", holds=acted == len(JUMPS))
    return findings


class Holders:
    """Several processes that want one lease, on one machine whose clock jumps.

    Args:
        product: The product.
        seed: Decides what happens.

    Attributes:
        stack: Closes their databases.
        written: How often one wrote under the lease.
        refused: How often one that believed to hold it was refused.
        twice: How often more than one could have written.
        longest: The longest time, without a jump, that nobody could have it, microseconds.
    """

    def __init__(self, product: LiveProduct, seed: int) -> None:
        self._draw, self.stack = random.Random(seed), ExitStack()  # noqa: S311 - what happens
        self._clock = SettableClock(WallClock().now())
        self._databases = [
            self.stack.enter_context(closing(Database(product.state.database)))
            for _ in range(PROCESSES)
        ]
        self._leases = [Leases(each, clock=self._clock, lasts=LASTS) for each in self._databases]
        self._held: list[Lease | None] = [None] * PROCESSES
        self._name = f"work-{seed}"
        self.written = self.refused = self.twice = self.longest = self._without = 0

    def turn(self) -> None:
        """Let the clock jump, or go on; then each process does something, in any order."""
        passed = self._draw.choice((0, SECOND, LASTS // 2, LASTS))
        jump = self._draw.choice((*JUMPS, 0))
        self._clock.set(self._clock.now() + passed + jump)
        for at in self._draw.sample(range(PROCESSES), PROCESSES):
            if self._draw.random() < 0.5:
                self._go_on(at)
        holding = [at for at in range(PROCESSES) if self._may_write(at)]
        self.twice += len(holding) > 1
        self._without = 0 if holding else self._without + passed
        if not holding and any(self._acquire(at) for at in range(PROCESSES)):
            self.longest, self._without = max(self.longest, self._without), 0

    def _go_on(self, at: int) -> None:
        """Renew the lease; get it if there is none, or it was lost."""
        lease = self._held[at]
        if lease is None:
            self._acquire(at)
            return
        try:
            self._held[at] = self._leases[at].renew(lease)
        except LeaseError:
            self._held[at] = None
            self.refused += 1

    def _acquire(self, at: int) -> bool:
        self._held[at] = self._leases[at].acquire("toy", self._name, f"process-{at}")
        return self._held[at] is not None

    def _may_write(self, at: int) -> bool:
        """Return whether a process's transaction would be let through."""
        lease = self._held[at]
        if lease is None:
            return False
        try:
            with self._databases[at].transaction() as connection:
                self._leases[at].fence(lambda: lease)(connection)
        except LeaseError:
            self.refused += 1
            return False
        self.written += 1
        return True


def _goes_on(product: LiveProduct, jump: int) -> bool:
    """Return whether an agent whose clock jumped writes nothing, then acts under a new lease."""
    machine, config = SettableClock(WallClock().now()), product.config
    worker = TrainingWorker(machine)
    try:
        with open_agent(config, "outcomes", worker, machine=machine) as opened:
            assert opened is not None
            opened[0].tick()
            machine.set(machine.now() + jump)
            opened[0].tick()
    except LeaseError:
        before = WallClock().now()
        with open_agent(config, "outcomes", worker, machine=machine) as opened:
            return opened is not None and opened[0].tick() >= before
    return False
