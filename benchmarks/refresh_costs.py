"""What ways of refreshing cost on a year of flights: ``python benchmarks/refresh_costs.py``.

Runs a backtest of each way and adds up what it cost at several prices of a second of training: what
its log-loss exceeds the lowest of all, times the events, times what a unit of it is worth, and the
seconds. Plain schedules, CARA's thresholds (`trigger=staleness_cost`) and a forecast in the manner
of UPF (`trigger=forecast`) stand beside `strategy=auto`. The rules that have a price run at each:
CARA's and UPF's with that of a fit anew, as the weekly schedule measured it.

Reports that stand in the output folder already are read, so that a measurement can go on.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from contracts.report.table import Table, text_headings  # noqa: E402 - found once the path above is
from contracts.report.terminal import console, rich_table  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

PRODUCT = ("product=flights_online", "lifecycle=dual")
#: What one unit of log-loss on one event is worth.
UNIT = 0.01
SCHEDULES = {
    "never": ("trigger.every=1000d",),
    "anew, every 30 days": ("trigger.every=30d",),
    "anew, every week": ("trigger.every=7d",),
    "anew, every day": ("trigger.every=1d",),
    "resumed, every week": ("strategy=incremental", "trigger.every=7d"),
    "resumed, every day": ("strategy=incremental", "trigger.every=1d"),
}
AUTO = ("strategy=auto", "trigger.every=1d", f"strategy.unit={UNIT}")


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What one way came to.

    Attributes:
        loss: The log-loss of what it served.
        outcomes: The events that have an outcome.
        trainings: Its refreshes, after the first generation.
        seconds: What all its trainings took.
    """

    loss: float
    outcomes: int
    trainings: int
    seconds: float

    def money(self, lowest: float, price: float) -> float:
        """Return what it cost at a price of a second, beside the lowest log-loss."""
        return UNIT * self.outcomes * (self.loss - lowest) + price * self.seconds


def measure(name: str, words: Sequence[str], folder: Path, until: str) -> Cost:
    """Return what a way came to; its report is read if it stands there."""
    here = folder / name.replace(" ", "_").replace(",", "")
    report = here / "report.json"
    if not report.exists():
        command = [sys.executable, "-m", "production", *PRODUCT, *words]
        command += [f"product.until={until}", f"paths.output={here}"]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    said = json.loads(report.read_bytes())
    trainings = [each for each in said["refreshes"] if each["reason"] != "initial"]
    cost = Cost(
        loss=said["metrics"]["log_loss"]["value"],
        outcomes=said["outcomes"],
        trainings=len(trainings),
        seconds=said["training_seconds"],
    )
    print(f"{name}: {cost}", file=sys.stderr, flush=True)
    return cost


def main(folder: Path, until: str, prices: Sequence[float]) -> None:
    """Measure all ways, and print what each cost at each price."""
    costs = {name: measure(name, words, folder, until) for name, words in SCHEDULES.items()}
    weekly = costs["anew, every week"]
    one = weekly.seconds / (weekly.trainings + 1)
    priced: dict[float, dict[str, Cost]] = {}
    for price in prices:
        units = f"{price * one / UNIT:.3g}"
        ways = {
            "auto": (*AUTO, f"strategy.second={price}"),
            "CARA, cumulative": ("trigger=staleness_cost", f"trigger.threshold={units}"),
            "CARA, threshold": (
                "trigger=staleness_cost",
                "trigger.cumulative=false",
                f"trigger.threshold={units}",
            ),
            "UPF": ("trigger=forecast", f"trigger.price={units}"),
        }
        priced[price] = {
            name: measure(f"{name} {price:g}", words, folder, until) for name, words in ways.items()
        }
    lowest = min(each.loss for all_of in (costs, *priced.values()) for each in all_of.values())
    for price, more in priced.items():
        every = {**costs, **more}
        best = min(each.money(lowest, price) for each in every.values())
        rows = tuple(
            (
                name,
                f"{each.loss:.4f}",
                f"{each.trainings}",
                f"{each.seconds:.1f}",
                f"{each.money(lowest, price):.2f}",
                f"{each.money(lowest, price) - best:+.2f}",
            )
            for name, each in sorted(every.items(), key=lambda one: one[1].money(lowest, price))
        )
        headings = text_headings(
            f"at {price:g} a second", "log-loss", "refreshes", "seconds", "cost", "over the best"
        )
        console().print(rich_table(Table(headings=headings, rows=rows)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=ROOT / "outputs" / "refresh_costs")
    parser.add_argument("--until", default="2014-01-01T05:00:00Z")
    parser.add_argument("--prices", type=float, nargs="*", default=[0.0001, 0.5, 5.0])
    given = parser.parse_args()
    main(given.folder, given.until, given.prices)
