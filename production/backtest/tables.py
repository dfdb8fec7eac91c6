"""The tables of a backtest: one run month by month, and lifecycles side by side."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.data.calendar import months
from contracts.report.table import NOTHING, Heading, Table, cell_text, score_digits, text_headings
from production.backtest.score import NAIVE, SIDES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from contracts.score.bootstrap import Interval
    from production.backtest.comparison import ComparedRun, LifecycleComparison
    from production.backtest.result import RunResult
    from production.registry.trainings import Training

    #: A column of a run's months: its heading, its cells, and that of all months.
    Column = tuple[Heading, list[Any], Any]

#: The verdicts on a training whose model does not serve, in the order in which they are shown.
UNPROMOTED = ("refused", "alarmed", "undecided", "failed")
#: What the columns of a ranking are, and that of recovery where there is one.
RANKING = (
    "Behind the best, paired by day, with 95% day-block bootstrap intervals; seconds of training; "
    "the age of the newest data that what served had learned from, in days."
)
RECOVERED = " Recovered: days from when a first generation fell behind to a week better than that."


def monthly_table(result: RunResult) -> Table:
    """Return a run month by month, with all months in the last row.

    The first metric is shown for what was served, for the first generation and for the naive
    baseline; the other metrics for what was served. Invalid requests, and outcomes that the
    contract does not list, are counted where there were any.
    """
    columns: list[Column] = [
        (Heading(name="month"), [month.month for month in result.months], "all"),
        *_count_columns(result),
        *_score_columns(result),
        *_training_columns(result),
    ]
    headings, values, totals = zip(*columns, strict=True)
    return Table(
        headings=headings,
        rows=(*zip(*values, strict=True), totals),
        caption=(
            f"{result.metrics[0]} of what was served, of a static first generation, and of the "
            "naive baseline. scored_by: report, with the full history."
        ),
        total=True,
    )


def digits_of(result: RunResult, metric: str) -> int:
    """Return how many digits after the point show a run's scores by a metric."""
    return score_digits(*(result.overall[side][metric].value for side in SIDES))


def _count_columns(result: RunResult) -> list[Column]:
    """Return the columns of counts with their totals; the last two only where there are any."""
    names = ["events", "outcomes"]
    if result.run.invalid.checks:
        names.insert(1, "invalid")
    if any(month.unlisted for month in result.months):
        names.append("unlisted")
    values = {name: [getattr(month, name) for month in result.months] for name in names}
    return [
        (Heading(name=name, kind="count", spare=int(name != "events")), each, sum(each))
        for name, each in values.items()
    ]


def _score_columns(result: RunResult) -> Iterator[Column]:
    """Yield the first metric of each side, then the other metrics of what was served."""
    main, *others = result.metrics
    sides = [*zip((main, "static", "naive"), SIDES, (main,) * len(SIDES), strict=True)]
    for title, side, metric in (*sides, *((name, "served", name) for name in others)):
        spare = 2 if metric in others else 0
        yield (
            Heading(name=title, kind="number", digits=digits_of(result, metric), spare=spare),
            [month.metrics[side][metric] for month in result.months],
            result.overall[side][metric].value,
        )


def _training_columns(result: RunResult) -> Iterator[Column]:
    """Yield how many trainings were promoted, then what caused them and what came of them."""
    trainings, by_month = result.run.trainings, _trainings_by_month(result)
    promoted, refreshes = Heading(name="promoted", kind="count"), Heading(name="refreshes")
    yield promoted, [_promoted(those) for those in by_month], _promoted(trainings)
    yield refreshes, [_refreshes(those) for those in by_month], _refreshes(trainings)


def _trainings_by_month(result: RunResult) -> list[list[Training]]:
    """Return the trainings that were asked for in each month of a run."""
    by_month: dict[str, list[Training]] = {month.month: [] for month in result.months}
    for training in result.run.trainings:
        (requested,) = months(np.array([training.requested_at]), result.offset)
        by_month.setdefault(str(requested), []).append(training)
    return [by_month[month.month] for month in result.months]


def _promoted(trainings: Sequence[Training]) -> int:
    return sum(each.verdict == "promoted" for each in trainings)


def _refreshes(trainings: Sequence[Training]) -> str:
    """Return what caused trainings, and what came of them: ``schedule 4, refused 1, failed 2``."""
    counts = Counter(training.reason.partition(":")[0] for training in trainings)
    counts += verdicts(trainings)
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def verdicts(trainings: Sequence[Training]) -> Counter[str]:
    """Return how many trainings were held back by the gate, by verdict, and how many failed."""
    counts = Counter[str](training.verdict for training in trainings)
    return Counter({name: counts[name] for name in UNPROMOTED if counts[name]})


def comparison_table(comparison: LifecycleComparison) -> Table:
    """Return a comparison as one table: a column for each lifecycle, a row for each criterion."""
    runs, main = comparison.lifecycles, comparison.metrics[0]
    one = next(iter(runs.values())).result
    digits = {metric: digits_of(one, metric) for metric in comparison.metrics}
    scores = [
        (
            metric,
            *(_interval(run.result.overall["served"][metric], each) for run in runs.values()),
            _interval(one.overall[NAIVE][metric], each),
        )
        for metric, each in digits.items()
    ]
    criteria: dict[str, Callable[[ComparedRun], str]] = {
        f"gain in {main}": lambda run: _interval(run.gain[main], digits[main]),
        "against": lambda run: run.against,
        f"{main} it knew of": lambda run: _number(run.result.known.get(main), digits[main]),
        "generations made": lambda run: f"{len(run.result.run.generations)}",
        "trainings": lambda run: f"{len(run.result.run.trainings)}",
        "of which not promoted": lambda run: _verdicts(run.result.run.trainings),
        "training seconds": lambda run: f"{run.result.run.training_seconds:.1f}",
        "anti-patterns": lambda run: _heads(run.result.anti_patterns),
        "does without": lambda run: _heads(run.result.cannot),
    }
    rows = [
        (name, *(cell(run) for run in runs.values()), NOTHING) for name, cell in criteria.items()
    ]
    return Table(
        headings=text_headings("", *runs, NAIVE),
        rows=(*scores, *rows),
        caption=(
            "Served over the whole period, with 95% day-block bootstrap intervals; the gain is "
            "paired by day. scored_by: report, with the full history."
        ),
    )


def ranking_table(comparison: LifecycleComparison) -> Table:
    """Return a row for each lifecycle, the best first, and one for the naive baseline."""
    main, ranking = comparison.metrics[0], comparison.ranking
    one = next(iter(comparison.lifecycles.values())).result
    digits = digits_of(one, main)
    cells: dict[Heading, Callable[[str], Any]] = {
        Heading(name=""): lambda name: f"{ranking[name].rank}",
        Heading(name="lifecycle", kind="name"): str,
        Heading(name=main, kind="number", digits=digits): lambda name: ranking[name].score.value,
        Heading(name="behind"): lambda name: _interval(ranking[name].regret, digits),
        Heading(name="trainings", kind="count", spare=1): lambda name: ranking[name].trainings,
        Heading(name="seconds", kind="number", digits=1): lambda name: ranking[name].seconds,
        Heading(name="age", kind="number", digits=1, spare=2): lambda name: (
            ranking[name].staleness_days
        ),
    }
    caption = RANKING
    if any(each.recovery_days is not None for each in ranking.values()):
        recovered = Heading(name="recovered", kind="number", digits=0, spare=3)
        cells[recovered] = lambda name: ranking[name].recovery_days
        caption += RECOVERED
    naive = (None, NAIVE, one.overall[NAIVE][main].value)
    return Table(
        headings=tuple(cells),
        rows=(
            *(tuple(cell(name) for cell in cells.values()) for name in ranking),
            (*naive, *(None,) * (len(cells) - len(naive))),
        ),
        caption=caption,
    )


def limits_table(comparison: LifecycleComparison) -> Table:
    """Return the anti-patterns of each lifecycle and what it cannot do, with the reasons.

    A lifecycle without either has no row.
    """
    rows = []
    for name, run in comparison.lifecycles.items():
        limits = [("anti-pattern", reason) for reason in run.result.anti_patterns]
        limits += [("cannot", reason) for reason in run.result.cannot]
        rows += [(name, *limit) for limit in limits]
    return Table(
        headings=text_headings("lifecycle", "what", "why"),
        rows=tuple(rows),
    )


def _interval(interval: Interval, digits: int) -> str:
    # A line break before the bounds and none inside: five columns fit a terminal of a hundred.
    cell = (interval.value, interval.low, interval.high)
    shown = cell_text(cell, Heading(name="", kind="interval", digits=digits))
    return shown.replace(" [", "\n[").replace(", ", ",\N{NO-BREAK SPACE}")


def _verdicts(trainings: Sequence[Training]) -> str:
    counts = verdicts(trainings).items()
    return ", ".join(f"{name} {count}" for name, count in counts) or NOTHING


def _number(value: float | None, digits: int) -> str:
    return cell_text(value, Heading(name="", kind="number", digits=digits))


def _heads(reasons: tuple[str, ...]) -> str:
    """Return what stands before each reason's colon: the reasons themselves are in the report."""
    heads = (reason.partition(":")[0].removeprefix("no ") for reason in reasons)
    return ", ".join(heads) or NOTHING
