"""What the gate costs and catches: ``python benchmarks/gate.py [--short] [key=value …]``.

Trains each product week by week as the training agent does, with the gate's own rules and records
(`shifted`: flights, half a week later). Then breaks single refreshes, each at random: what the
source hands over is damaged, or the learner is broken. The gate judges that refresh beside the
honest ones before it. A break that passes is harmful if what it brings into service is 1 % worse
over the next week than the honest refresh. Then the holdout's outcomes alone are damaged: the alarm
should go off. Last, for comparison, the same breaks inside the training code, after the rows were
checked, where nothing but the other rules can see them.

Ends with 1 unless at most one honest refresh is refused of each product, at most 1.5 % of breaks
pass, none of them harmful, and 85 % of damaged holdouts are alarmed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.breaks import HOLDOUT, LEARNER, SOURCE  # noqa: E402 - found once the path above is
from benchmarks.gate_products import flights, jumpy, steady  # noqa: E402
from benchmarks.gate_weeks import WEEK, Weeks  # noqa: E402
from contracts.moment import iso  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.agents.records import TrainingResult

PASS, HARM, ALARM, REFUSED = 0.015, 0.01, 0.85, 1
#: Refreshes before the first break: three make a history of steps, eight one of the champion.
BEFORE, BEFORE_ALARM = 4, 9


def print_honest(weeks: Weeks) -> int:
    """Print what the gate did to honest refreshes; return how many it refused."""
    verdicts = Counter(week.result.verdict for week in weeks.weeks)
    serves = Counter(
        week.result.serves for week in weeks.weeks if week.result.verdict == "promoted"
    )
    weights = [len(week.rows) for week in weeks.weeks]
    score = np.average([week.score for week in weeks.weeks], weights=weights)
    print(f"\n{weeks.name}: {len(weeks.weeks)} honest refreshes, {dict(verdicts)}")
    print(f"  {dict(serves)} serve")
    print(f"  {weeks.metric.name} {score:.4f} over the weeks")
    for week in weeks.weeks:
        if week.result.verdict != "promoted":
            print(f"  {iso(week.moment)[:10]} {week.result.verdict}: {week.result.why}")
    return verdicts["refused"] + verdicts["failed"]


def try_breaks(
    weeks: Weeks, kinds: Sequence[str], count: int, *, inside: bool = False, first: int = BEFORE
) -> list[tuple[str, str, float]]:
    """Return the kind, the rule that decided and the harm of each break; print them."""
    rng, results = np.random.default_rng(len(kinds) + inside), []
    for number in range(count):
        kind, at = kinds[number % len(kinds)], int(rng.integers(first, len(weeks.weeks)))
        result, worse = weeks.broken(kind, at, seed=number, inside=inside)
        rule = _rule(result)
        results.append((kind, rule, worse))
        day = iso(weeks.weeks[at].moment)[:10]
        line = f"  {number + 1:4} {day} {kind}: {rule}"
        if rule == "passed":
            line += f", {worse:+.2%} next week; {result.why}"
        print(line, flush=True)
    return results


def _rule(result: TrainingResult) -> str:
    """Return the rule that held a refresh back, or that it passed."""
    if result.verdict == "promoted":
        return "passed"
    return next((f.rule for f in result.findings if f.verdict != "passed"), result.verdict)


def print_rules(title: str, results: Sequence[tuple[str, str, float]]) -> tuple[float, int]:
    """Print which rule held back which break; return the share that passed, and how many harm."""
    kinds = dict.fromkeys(kind for kind, _, _ in results)
    print(f"  {title}: {len(results)}")
    for kind in kinds:
        rules = Counter(rule for each, rule, _ in results if each == kind)
        print(
            f"    {kind:24} {', '.join(f'{rule} {count}' for rule, count in rules.most_common())}"
        )
    passed = [worse for _, rule, worse in results if rule == "passed"]
    harmful = sum(worse > HARM for worse in passed)
    share = len(passed) / len(results)
    print(f"    passed {len(passed)} ({share:.1%}), harmful {harmful}", flush=True)
    return share, harmful


def judge(weeks: Weeks, breaks: int) -> bool:
    """Train a product, break it, print all of it; return whether the gate is as it should be."""
    watch = perf_counter()
    weeks.train()
    refused = print_honest(weeks)
    sound = refused <= REFUSED
    if breaks:
        passed, harmful = print_rules("breaks", try_breaks(weeks, [*SOURCE, *LEARNER], breaks))
        alarms = try_breaks(weeks, [*HOLDOUT], max(8, breaks // 5), first=BEFORE_ALARM)
        print_rules("holdouts damaged alone", alarms)
        alarmed = sum(rule == "alarm" for _, rule, _ in alarms) / len(alarms)
        inside = try_breaks(weeks, [*SOURCE], breaks // 5, inside=True)
        print_rules("the same inside the training code, not counted", inside)
        print(f"  alarmed {alarmed:.0%} of holdouts damaged alone")
        sound = sound and passed <= PASS and not harmful and alarmed >= ALARM
    print(f"  {perf_counter() - watch:.0f} s", flush=True)
    return sound


def main(names: Sequence[str], breaks: int, words: list[str]) -> int:
    """Judge each product; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        sound = []
        for name in names:
            if name in {"flights", "shifted"}:
                shift = WEEK // 2 if name == "shifted" else 0
                weeks = Weeks(name, flights(words), words, shift)
                sound.append(judge(weeks, 0 if shift else breaks))
            else:
                product = {"steady": steady, "jumpy": jumpy}[name](Path(folder))
                sound.append(judge(Weeks(name, product, words), breaks))
    return int(not all(sound))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--breaks", type=int, default=200, help="how many of each product")
    parser.add_argument("--short", action="store_true", help="a tenth of them, without flights")
    parser.add_argument("--products", nargs="*", default=["flights", "shifted", "steady", "jumpy"])
    parser.add_argument("words", nargs="*", help="overrides, such as gate.step=2")
    given = parser.parse_args()
    synthetic = [name for name in given.products if name in {"steady", "jumpy"}]
    chosen = synthetic if given.short else given.products
    sys.exit(main(chosen, 20 if given.short else given.breaks, given.words))
