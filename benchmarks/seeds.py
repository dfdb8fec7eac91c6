"""Are honest re-trainings refused: ``python benchmarks/seeds.py [--seeds N] [key=value …]``.

Fits both sides of flights with one seed after the other, and judges them by the clauses of the
contract that compare two models. Research's side predicts the golden rows for each seed, as a
contract of that seed would record them. Ends with 1 if an honest re-training is refused.

Then fits the candidate alone with those seeds and compares it with the reference of the contract's
own seed. No contract requires that two random draws agree, so this is shown and decides nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.config import compose, settings
from contracts.contract import latest
from contracts.contract.terms import ClauseTerm
from contracts.equivalence.case import Case
from contracts.equivalence.configured import open_sides
from contracts.equivalence.proof import judge_all
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.contract import Contract
    from contracts.equivalence.clause import Verdict
    from contracts.equivalence.sides import Sides

FIRST = 101
#: These check inputs, not how two fits score; or fit many times for each seed.
LEFT_OUT = {"schema", "acceptance", "fit", "generated", "invariance", "latency", "noise_floor"}
POINTWISE = ClauseTerm(
    name="pointwise", pair="same_data", tolerance={"absolute": 1e-5, "fraction": 0.999}
)
ALONE = (
    ClauseTerm(name="metric", pair="same_data", tolerance={"margin": 0.01}),
    ClauseTerm(name="noise_floor", pair="same_data", tolerance={"times": 1.5}),
)
MARKS = {"equivalent": "✓", "different": "✗", "inconclusive": "?"}


def main(words: Sequence[str], *, seeds: int) -> int:
    """Print the verdict of each clause for each seed; return the exit code."""
    config = settings(compose("contracts", ["task=prove", *words]), Contracts)
    contract = latest(Path(config.paths.published), config.product.name)
    refused, tries = 0, range(FIRST, FIRST + seeds)
    alone: Counter[str] = Counter()
    with open_sides(config.product, contract) as own:
        print("both sides by each seed")
        for seed in tries:
            with open_sides(config.product, _of_seed(_comparing(contract), seed)) as sides:
                sides.made |= {"rows": own.rows, "sample": own.sample}
                refused += _print_line(seed, _judge_with_own_golden(sides), head=seed == FIRST)
        print("\nthe candidate alone by each seed")
        of_scores = msgspec.structs.replace(contract, clauses=ALONE)
        for seed in tries:
            with open_sides(config.product, of_scores) as sides:
                shared = {"rows": own.rows, "sample": own.sample, "reference": own.reference}
                sides.made |= shared
                sides.made["candidate"] = sides.refit("candidate", own.rows, seed=seed)
                verdicts = judge_all(sides)
                _print_line(seed, verdicts, head=seed == FIRST, why=False)
                alone.update(f"{verdict.clause} {verdict.status}" for verdict in verdicts)
    print(f"\n{seeds} honest re-trainings, {refused} refused")
    print(f"the candidate alone: {', '.join(f'{what} {n}' for what, n in sorted(alone.items()))}")
    return int(refused > 0)


def _comparing(contract: Contract) -> Contract:
    """Return a contract of the clauses that compare two models, `pointwise` among them."""
    terms = [term for term in contract.clauses if term.name not in LEFT_OUT]
    if all(term.name != POINTWISE.name for term in terms):
        terms.append(POINTWISE)
    return msgspec.structs.replace(contract, clauses=tuple(terms))


def _of_seed(contract: Contract, seed: int) -> Contract:
    learning = msgspec.structs.replace(contract.learning, seed=seed)
    return msgspec.structs.replace(contract, learning=learning)


def _judge_with_own_golden(sides: Sides) -> tuple[Verdict, ...]:
    rows = sides.golden.rows
    recorded = Case(sides, "same_data").predict(sides.reference, rows)
    sides.made["golden"] = msgspec.structs.replace(sides.golden, expected=recorded)
    return judge_all(sides)


def _print_line(seed: int, verdicts: Iterable[Verdict], *, head: bool, why: bool = True) -> bool:
    """Print a seed's line, and why it is refused; return whether it is."""
    verdicts = [verdict for verdict in verdicts if verdict.status in MARKS]
    if head:
        print("seed", *(f"{verdict.name:>14}" for verdict in verdicts))
    print(seed, "", *map(_cell, verdicts), flush=True)
    failed = [verdict for verdict in verdicts if verdict.failed]
    for verdict in failed if why else ():
        print(f"     {verdict.name}: {verdict.message}")
    return bool(failed)


def _cell(verdict: Verdict) -> str:
    figure = "" if verdict.observed is None else f" {verdict.observed:.4g}"
    return f"{MARKS[verdict.status] + figure:>14}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("words", nargs="*", help="overrides, such as paths.data=FOLDER")
    arguments = parser.parse_args()
    sys.exit(main(arguments.words, seeds=arguments.seeds))
