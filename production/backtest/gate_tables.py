"""What the gate decided in a run: in a line, and every rule's finding with its figures."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from contracts.report.table import Heading, Table, text_headings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from contracts.report.table import Tone
    from production.registry.trainings import Training

#: How the verdicts of findings are coloured.
TONES: dict[str, Tone] = {"passed": "good", "failed": "bad", "alarmed": "bad", "undecided": "open"}
#: How many trainings a terminal shows of those that were held back.
SHOWN = 5


def gate_summary(trainings: Sequence[Training]) -> str | None:
    """Return what a gate decided, in a line; None where no rule judged anything."""
    judged = [each for each in trainings if each.detail.get("findings")]
    if not judged:
        return None
    promoted = [each for each in judged if each.verdict == "promoted"]
    serves = Counter(str(each.detail["serves"]) for each in promoted)
    held = Counter(f"{each.verdict} by {rule}" for each in judged if (rule := decisive_rule(each)))
    parts = [f"{len(promoted)} of {len(judged)} promoted"]
    parts += [f"{count} as refitted to all that was known" for count in [serves["refit"]] if count]
    parts += [f"{name} {count}" for name, count in held.items()]
    return f"the gate: {', '.join(parts)}"


def held_back(trainings: Iterable[Training]) -> Iterator[str]:
    """Yield a line for each training that a gate held back, and why."""
    for each in trainings:
        if each.verdict not in {"promoted", "failed"}:
            yield f"{asked(each)} {each.verdict}: {each.detail['why']}"


def folded(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the first of some lines, and how many more there are in the report."""
    every = tuple(lines)
    rest = len(every) - SHOWN
    return every if rest <= 0 else (*every[:SHOWN], f"… and {rest} more in the report")


def findings_table(trainings: Iterable[Training]) -> Table:
    """Return what each rule found of each training, with its figures in words."""
    return Table(
        headings=(
            Heading(name="asked", kind="name"),
            Heading(name="rule", kind="name"),
            Heading(name="verdict", kind="badge"),
            *text_headings("finding"),
        ),
        rows=tuple(
            (asked(each), finding["rule"], _badge(finding), finding["why"])
            for each in trainings
            for finding in each.detail.get("findings", ())
        ),
        caption="Every rule of the gate, at every training, with the figures that it judged by.",
    )


def asked(training: Training) -> str:
    """Return the day on which a training was asked for."""
    return str(np.datetime64(training.requested_at, "us").astype("datetime64[D]"))


def decisive_rule(training: Training) -> str | None:
    """Return the rule that held a training back; none where it was promoted."""
    if training.verdict == "promoted":
        return None
    verdicts = {"failed", "alarmed"} if training.verdict != "undecided" else {"undecided"}
    rules = (f["rule"] for f in training.detail.get("findings", ()) if f["verdict"] in verdicts)
    return next(rules, None)


def _badge(finding: Mapping[str, Any]) -> tuple[str, Tone]:
    verdict = str(finding["verdict"])
    return verdict, TONES.get(verdict, "quiet")
