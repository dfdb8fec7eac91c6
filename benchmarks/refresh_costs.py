"""What ways of refreshing cost on a product's history: ``python benchmarks/refresh_costs.py``.

Runs a backtest of each way and adds up what it cost at several prices of a second of training: what
its score exceeds the best of all, times the events, times what a unit of it is worth, and the
seconds. Plain schedules, CARA's thresholds (`trigger=staleness_cost`) and a forecast in the manner
of UPF (`trigger=forecast`) stand beside `strategy=auto`. The rules that have a price run at each:
CARA's and UPF's with that of a fit anew, as the schedule of 7 days measured it.

All run in one process, and share the fits that are equal; each is charged for them. Seconds are of
the processor, so what else the machine does counts little. What stands in the output folder already
is read, so that a measurement can go on. `--seconds` prints what refreshing every day takes,
resumed, beside fits anew every week.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.refresh_ways import (  # noqa: E402 - found once the path above is
    Measurement,
    ProcessorTime,
    Stretch,
    Way,
)
from contracts.report.table import Table, text_headings  # noqa: E402
from contracts.report.terminal import console, rich_table  # noqa: E402
from contracts.score.metric.port import improvement  # noqa: E402
from production.agents import fits  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

#: By how much the way that was chosen may cost more than the best in hindsight.
MOST = 0.05
WEEKLY, DAILY = "anew, every 7 days", "resumed, every day"
#: Schedules ask for no evaluation, so theirs need not be of each day.
SELDOM = "evaluation.every=28d"
SCHEDULES = {
    "never": ("trigger.every=10000d", SELDOM),
    **{f"anew, every {n} days": (f"trigger.every={n}d", SELDOM) for n in (7, 14, 28, 56)},
}
RESUMED = {DAILY: ("strategy=incremental", "trigger.every=1d", SELDOM)}


def priced(measurement: Measurement, price: float, unit: float) -> dict[str, Way]:
    """Return the ways that go by a price of a second."""
    weekly = measurement.way(WEEKLY, SCHEDULES[WEEKLY])
    total = weekly.over([each.month for each in weekly.months])
    units = f"{price * total.seconds / total.trainings / unit:.3g}"
    ways = {
        "auto": ("strategy=auto", "trigger.every=1d", f"strategy.unit={unit}"),
        "CARA, cumulative": ("trigger=staleness_cost", f"trigger.threshold={units}"),
        "UPF": ("trigger=forecast", f"trigger.price={units}"),
        "CARA, threshold": (
            "trigger=staleness_cost",
            "trigger.cumulative=false",
            f"trigger.threshold={units}",
        ),
    }
    ways["auto"] = (*ways["auto"], f"strategy.second={price}")
    return {
        name: measurement.way(f"{name} {price:g}", (*words, "evaluation.every=1d"))
        for name, words in ways.items()
    }


def table(
    ways: Mapping[str, Way],
    months: Sequence[str],
    score: Callable[[Stretch], float],
    worth: tuple[Callable[[Stretch], float], Callable[[Stretch], float]],
    heading: str,
) -> Table:
    """Return what each way cost in some months, the cheapest first."""
    money, excess = worth
    totals = sorted(
        ((name, way.over(months)) for name, way in ways.items()), key=lambda one: money(one[1])
    )
    best = totals[0][1]
    rows = tuple(
        (
            name,
            f"{score(each):.4f}",
            f"{each.trainings}",
            f"{each.seconds:.1f}",
            f"{excess(each):.2f}",
            f"{excess(each) / excess(best) - 1:+.1%}" if excess(best) else "",
            f"{money(each) / money(best) - 1:+.2%}",
        )
        for name, each in totals
    )
    columns = ("score", "trainings", "seconds", "excess cost", "of excess", "of whole")
    return Table(headings=text_headings(heading, *columns), rows=rows)


def costs(
    measurement: Measurement, prices: Iterable[float], unit: float, *, resumes: bool, seen: str
) -> None:
    """Measure all ways, and print what each cost at each price, before a month and from it on."""
    plain = SCHEDULES | (RESUMED if resumes else {})
    ways = {name: measurement.way(name, words) for name, words in plain.items()}
    more = {price: priced(measurement, price, unit) for price in prices}
    score = measurement.score
    every = [*ways.values(), *(way for each in more.values() for way in each.values())]
    months = [each.month for each in every[0].months]
    stretches = [months, [m for m in months if m < seen], [m for m in months if m >= seen]]
    for price, rules in more.items():
        for stretch in filter(None, stretches if seen in months[1:] else stretches[:1]):
            scores = [score(way.over(stretch)) for way in every]
            best = min(scores) if measurement.metric.direction == "lower" else max(scores)

            def excess(each: Stretch, best: float = best, price: float = price) -> float:
                worse = improvement(measurement.metric, best, score(each))
                return unit * each.outcomes * worse + price * each.seconds

            def money(each: Stretch, price: float = price) -> float:
                loss = improvement(measurement.metric, 0.0, score(each))
                return unit * each.outcomes * loss + price * each.seconds

            heading = f"{stretch[0]} to {stretch[-1]}, {price:g} a second"
            shown = {**ways, **rules}
            console().print(rich_table(table(shown, stretch, score, (money, excess), heading)))
            least = min(excess(way.over(stretch)) for way in shown.values())
            auto = rules["auto"].over(stretch)
            whole = money(auto) / min(money(way.over(stretch)) for way in shown.values()) - 1
            part = excess(auto) / least - 1 if least else 0.0
            words = [f"{'holds' if by <= MOST else 'missed'} ({by:+.1%})" for by in (whole, part)]
            print(f"auto within {MOST:.0%} of the best: whole {words[0]}, excess {words[1]}")


def seconds(folder: Path, until: str | None) -> None:
    """Print what refreshing flights every day takes, resumed, beside fits anew every week."""
    online = Measurement(("product=flights_online", "lifecycle=dual"), until, folder)
    trees = Measurement(("product=flights", "lifecycle=dual"), until, folder)
    ways = {
        "flights_online, resumed, every day": online.way(DAILY, RESUMED[DAILY]),
        "flights_online, anew, every 7 days": online.way(WEEKLY, SCHEDULES[WEEKLY]),
        "flights, anew, every 7 days": trees.way(WEEKLY, SCHEDULES[WEEKLY]),
    }
    totals = {name: way.over([each.month for each in way.months]) for name, way in ways.items()}
    score = online.score
    daily = next(iter(totals.values()))
    rows = tuple(
        (
            name,
            f"{score(each):.4f}",
            f"{each.trainings}",
            f"{each.seconds:.2f}",
            f"{daily.seconds / each.seconds:.1%}",
        )
        for name, each in totals.items()
    )
    headings = text_headings("way", "log-loss", "trainings", "seconds", "the first one's share")
    console().print(rich_table(Table(headings=headings, rows=rows)))


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=ROOT / "outputs" / "refresh_costs")
    parser.add_argument("--product", default="flights_online")
    parser.add_argument("--lifecycle", default="dual")
    parser.add_argument("--until", help="such as 2013-06-01T05:00:00Z; else the history's end")
    parser.add_argument("--prices", type=float, nargs="*", default=[0.0001, 0.5, 5.0])
    parser.add_argument("--unit", type=float, default=0.01, help="of one event's score, in money")
    parser.add_argument("--seen", default="2013-06", help="the first month that nobody tuned by")
    parser.add_argument("--anew", action="store_true", help="leave out what resumes a model")
    parser.add_argument("--seconds", action="store_true", help="daily beside weekly, and no more")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    fits.Stopwatch = ProcessorTime  # type: ignore[assignment,misc]
    import_module("sklearn.linear_model")  # no part of the first training
    if given.seconds:
        seconds(given.folder, given.until)
        return
    words = (f"product={given.product}", f"lifecycle={given.lifecycle}")
    measurement = Measurement(words, given.until, given.folder)
    resumes = not given.anew
    costs(measurement, given.prices, given.unit, resumes=resumes, seen=given.seen)


if __name__ == "__main__":
    main()
