"""What the gate costs and catches: ``python benchmarks/gate.py [--short] [key=value …]``.

Trains each product week by week as the training agent does, with the gate's own rules and records
(`shifted`: flights, half a week later; `daily`: a model of flights that is resumed every day), and
then once more without a gate. Then breaks single refreshes, each at random: what the source hands
over is damaged, or the learner is broken. The gate judges that refresh beside the honest ones
before it. A break that passes is harmful if what it brings into service is 1 % worse over the next
week than the honest refresh. Then the holdout's outcomes alone are damaged: the alarm should go
off, or history show it where they were known at the last refresh. Last, for comparison, the same
breaks inside the training code, after the rows were checked, where nothing but the other rules can
see them.

Standard output has the tables, and last one of all criteria with the limit of each; standard error
a line for each break. Ends with 1 if a criterion is missed: of each product at most one honest
refresh in 44 is refused, and what was served scores no more than .14 % worse than without a gate
(of the flights' log-loss .0007; on their own schedule it is also at most .4995); at most 1.5 % of
breaks pass, none of them harmful, and 85 % of damaged holdouts are held back.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.breaks import HOLDOUT, LEARNER, SOURCE  # noqa: E402 - found once the path above is
from benchmarks.gate_products import flights, jumpy, steady  # noqa: E402
from benchmarks.gate_weeks import WEEK, Weeks  # noqa: E402
from contracts.moment import DAY, iso  # noqa: E402
from contracts.report.table import Table, text_headings  # noqa: E402
from contracts.report.terminal import console, rich_table  # noqa: E402
from contracts.score.metric.port import improvement  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from production.agents.records import TrainingResult

REFUSED, COST, PASS, HARM, ALARM = 1 / 44, 0.0014, 0.015, 0.01, 0.85
#: What a product's own schedule has to reach.
SCORES = {"flights": 0.4995}
#: Refreshes before the first break: three make a history of steps, eight one of the champion.
BEFORE, BEFORE_ALARM = 4, 9


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """One thing asked of the gate.

    Attributes:
        product: Of which product.
        name: What is measured.
        measured: What came out.
        limit: What it may be.
        met: Whether it is.
    """

    product: str
    name: str
    measured: str
    limit: str
    met: bool


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one break.

    Attributes:
        kind: What was broken.
        rule: The rule that held the refresh back, or ``passed``.
        worse: If it passed, by how much worse it served over the next week, as a share.
    """

    kind: str
    rule: str
    worse: float

    @property
    def passed(self) -> bool:
        """Whether the gate let it pass."""
        return self.rule == "passed"


def try_honest(weeks: Weeks) -> Iterator[Criterion]:
    """Train every week, print what the gate did, and yield what that costs."""
    weeks.train()
    results = [week.result for week in weeks.weeks]
    verdicts = Counter(result.verdict for result in results)
    serves = Counter(result.serves for result in results if result.verdict == "promoted")
    print(f"\n{weeks.name}: {len(results)} honest refreshes: {_counts(verdicts)}")
    print(f"  what serves of those promoted: {_counts(serves)}")
    for result in results:
        if result.verdict != "promoted":
            print(f"  {iso(result.at)[:10]} {result.verdict}: {result.why}")
    refused = verdicts["refused"] + verdicts["failed"]
    most = max(1, int(REFUSED * len(results)))
    yield _criterion(weeks, "honest refreshes refused", f"{refused}", f"≤ {most}", refused <= most)
    yield from _scored(weeks)


def _scored(weeks: Weeks) -> Iterator[Criterion]:
    """Yield what was served beside what serves without a gate, and beside what is asked for."""
    name, score, without = weeks.metric.name, weeks.score, weeks.without_gate()
    worse = -improvement(weeks.metric, score, without) / abs(without)
    print(f"  {name} {score:.4f} over the weeks, {without:.4f} without a gate", flush=True)
    measured, limit = f"{score:.4f}, {worse:+.2%}", f"{without:.4f} + {COST:.2%}"
    yield _criterion(weeks, f"{name}, against no gate", measured, limit, worse <= COST)
    if asked := SCORES.get(weeks.name):
        yield _criterion(weeks, name, f"{score:.4f}", f"≤ {asked:.4f}", score <= asked)


def try_breaks(weeks: Weeks, count: int) -> Iterator[Criterion]:
    """Break refreshes, print which rule held back which, and yield how many passed."""
    breaks = _broken(weeks, [*SOURCE, *LEARNER], count)
    _print_rules("breaks", breaks)
    passed = [each for each in breaks if each.passed]
    harmful, share = sum(each.worse > HARM for each in passed), len(passed) / len(breaks)
    measured = f"{len(passed)} of {len(breaks)}, {share:.1%}"
    yield _criterion(weeks, "breaks that pass", measured, f"≤ {PASS:.1%}", share <= PASS)
    yield _criterion(weeks, "harmful ones among them", f"{harmful}", "0", not harmful)
    holdouts = _broken(weeks, [*HOLDOUT], max(8, count // 5), first=BEFORE_ALARM)
    _print_rules("holdouts damaged alone", holdouts)
    alarmed = sum(each.rule in {"alarm", "history"} for each in holdouts)
    share, measured = alarmed / len(holdouts), f"{alarmed} of {len(holdouts)}"
    yield _criterion(weeks, "holdouts held back", measured, f"≥ {ALARM:.0%}", share >= ALARM)
    inside = _broken(weeks, [*SOURCE], max(8, count // 5), inside=True)
    _print_rules("the same inside the training code, not counted", inside)


def _broken(
    weeks: Weeks, kinds: Sequence[str], count: int, *, inside: bool = False, first: int = BEFORE
) -> list[Break]:
    """Return what comes of breaks at random refreshes, each kind as often as any other."""
    rng, breaks = np.random.default_rng(len(kinds) + inside), []
    for number in range(count):
        kind, at = kinds[number % len(kinds)], int(rng.integers(first, len(weeks.weeks)))
        result, worse = weeks.broken(kind, at, seed=number, inside=inside)
        breaks.append(Break(kind=kind, rule=_rule(result), worse=worse))
        line = f"{weeks.name} {number + 1:4} {iso(weeks.weeks[at].moment)[:10]} {kind}"
        print(f"{line}: {breaks[-1].rule}; {result.why}", file=sys.stderr, flush=True)
    return breaks


def _rule(result: TrainingResult) -> str:
    """Return the rule that held a refresh back, or that it passed."""
    if result.verdict == "promoted":
        return "passed"
    return next((f.rule for f in result.findings if f.verdict != "passed"), result.verdict)


def _print_rules(title: str, breaks: Sequence[Break]) -> None:
    """Print which rule held back which kind of break, and how harmful those are that passed."""
    print(f"  {title}: {len(breaks)}")
    for kind in dict.fromkeys(each.kind for each in breaks):
        these = [each for each in breaks if each.kind == kind]
        harm = ", ".join(f"{each.worse:+.2%}" for each in these if each.passed)
        words = f"; those that passed, over the next week: {harm}" if harm else ""
        print(f"    {kind:24} {_counts(Counter(each.rule for each in these))}{words}", flush=True)


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())


def _criterion(weeks: Weeks, name: str, measured: str, limit: str, met: bool) -> Criterion:  # noqa: FBT001
    return Criterion(product=weeks.name, name=name, measured=measured, limit=limit, met=met)


def measure(weeks: Weeks, breaks: int) -> list[Criterion]:
    """Return what is asked of the gate on one product, and print what it did."""
    watch = perf_counter()
    criteria = [*try_honest(weeks), *(try_breaks(weeks, breaks) if weeks.name != "shifted" else ())]
    print(f"  {perf_counter() - watch:.0f} s", flush=True)
    return criteria


def _weeks(name: str, folder: Path, words: list[str]) -> Weeks:
    """Return the refreshes of a product that are to be trained."""
    if name == "daily":
        words = ["strategy=incremental", *words]
        return Weeks(name, flights(words, "flights_online"), words, every=DAY)
    makes = {"steady": steady, "jumpy": jumpy}
    product = makes[name](folder) if name in makes else flights(words)
    return Weeks(name, product, words, shift=WEEK // 2 if name == "shifted" else 0)


def main(names: Sequence[str], breaks: int, words: list[str]) -> int:
    """Measure each product, print all criteria, and return the exit code."""
    criteria = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            criteria += measure(_weeks(name, Path(folder), words), breaks)
    rows = tuple(
        (each.product, each.name, each.measured, each.limit, "met" if each.met else "MISSED")
        for each in criteria
    )
    headings = text_headings("product", "criterion", "measured", "limit", "")
    console().print(rich_table(Table(headings=headings, rows=rows)))
    return int(not all(each.met for each in criteria))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--breaks", type=int, default=200, help="how many of each product")
    parser.add_argument("--short", action="store_true", help="a tenth of them, without flights")
    every = ["flights", "shifted", "daily", "steady", "jumpy"]
    parser.add_argument("--products", nargs="*", default=every)
    parser.add_argument("words", nargs="*", help="overrides, such as gate.step=2")
    given = parser.parse_args()
    synthetic = [name for name in given.products if name in {"steady", "jumpy"}]
    chosen = synthetic if given.short else given.products
    sys.exit(main(chosen, 20 if given.short else given.breaks, given.words))
