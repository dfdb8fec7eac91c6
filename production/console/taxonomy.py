"""The table of all 32 combinations on the terminal: verdict, name, and what speaks against each."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Text

from contracts.lifecycle import ATTRIBUTES, PATTERNS, all_lifecycles, classify, pattern_name
from production.console.describe import STYLES, WIDTH, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from contracts.lifecycle import Lifecycle

ORDER = tuple(WORDS)
#: The columns of the verdict, then of each attribute: the longest option and a gap.
VERDICT = 14
COLUMNS = {
    attribute.name: 1
    + max(len(attribute.name), *(len(option.name) for option in attribute.options))
    for attribute in ATTRIBUTES.values()
}


def render(console: Console) -> None:
    """Print the table in 100 columns: the same text with colour, without, and piped."""
    for line in lines():
        console.print(line, soft_wrap=True, highlight=False)


def lines() -> Iterator[Text]:
    """Yield the table's lines: the coherent combinations first, the refused last."""
    heads = "".join(f"{head:{width}}" for head, width in COLUMNS.items())
    yield Text(f"{'verdict':{VERDICT}}{heads}name or nearest", style="bold")
    ranked = sorted(all_lifecycles(), key=_rank)
    for _, rows in groupby(ranked, key=_rank):
        yield Text("─" * WIDTH, style="dim")
        for lifecycle in rows:
            yield from _row(lifecycle)
    yield Text("─" * WIDTH, style="dim")
    yield Text(_count(ranked))


def _rank(lifecycle: Lifecycle) -> int:
    return ORDER.index(classify(lifecycle).verdict)


def _row(lifecycle: Lifecycle) -> Iterator[Text]:
    """Yield the combination, and below it the first reason against it."""
    classification = classify(lifecycle)
    style = STYLES[classification.verdict]
    called = pattern_name(lifecycle)
    row = Text(f"{WORDS[classification.verdict]:{VERDICT}}", style=style)
    for attribute, width in COLUMNS.items():
        row.append(f"{lifecycle.choice(attribute):{width}}", style="not bold")
    # Beside the five options there is no room for "unnamed, " within 100 columns.
    yield row.append(
        called.removeprefix("unnamed, "), style="bold" if called in PATTERNS else "dim"
    )
    for reason in classification.reasons[:1]:
        yield Text(f"{'':{VERDICT}}{reason.why}", style="dim")


def _count(ranked: list[Lifecycle]) -> str:
    verdicts: list[str] = [classify(lifecycle).verdict for lifecycle in ranked]
    return f"{len(verdicts)} combinations: " + ", ".join(
        f"{verdicts.count(verdict)} {word}" for verdict, word in WORDS.items()
    )
