"""The task `taxonomy`: all 32 combinations, with verdict, name, and the reasons against each."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import msgspec
from rich.text import Text

from contracts.lifecycle import ATTRIBUTES, PATTERNS, all_lifecycles, classify, pattern_name
from contracts.report.page import Head, Page, Section
from contracts.report.table import Table, text_headings
from contracts.report.terminal import console
from production.console.describe import STYLES, WORDS, print_lines, save_report
from production.settings import Production

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.config.entry import Request
    from contracts.lifecycle import Lifecycle

ORDER = tuple(WORDS)
#: The width of the whole table; a narrower terminal is shown it in `NARROW` columns.
WIDTH, NARROW = 100, 80
#: The width of the verdict's column, then of each attribute's: the longest option and a gap.
VERDICT = 14
COLUMNS = {
    attribute.name: 1
    + max(len(attribute.name), *(len(option.name) for option in attribute.options))
    for attribute in ATTRIBUTES.values()
}


def taxonomy(request: Request) -> None:
    """Print how each of the 32 combinations is classified."""
    config, screen = request.settings(Production), console()
    print_lines(taxonomy_lines(screen.width), screen)
    head = Head(product=config.product.name, task="taxonomy", command=request.command)
    combinations = [
        {
            **{attribute: each.choice(attribute) for attribute in ATTRIBUTES},
            "name": pattern_name(each),
            "verdict": classify(each).verdict,
            "reasons": msgspec.to_builtins(classify(each).reasons),
        }
        for each in all_lifecycles()
    ]
    save_report(taxonomy_page(head), {"combinations": combinations}, config, screen)


def taxonomy_page(head: Head) -> Page:
    """Return the 32 combinations as a page."""
    table = Table(
        headings=text_headings("verdict", *ATTRIBUTES, "name", "because"),
        rows=tuple(
            (
                WORDS[classify(each).verdict],
                *(each.choice(attribute) for attribute in ATTRIBUTES),
                pattern_name(each),
                "; ".join(reason.why for reason in classify(each).reasons),
            )
            for each in all_lifecycles()
        ),
    )
    return Page(
        title="What becomes of each combination",
        head=head,
        sections=(Section(title="Combinations", parts=(table,)),),
    )


def taxonomy_lines(width: int = WIDTH) -> Iterator[Text]:
    """Yield the table's lines: the coherent combinations first, the refused last.

    Args:
        width: Columns of the terminal. Where there are too few the verdict stands above its
            combinations, and the nearest name of those without one in parentheses.
    """
    narrow = width < WIDTH
    rule = Text("─" * (NARROW if narrow else WIDTH), style="dim")
    heads = "".join(f"{head:{columns}}" for head, columns in COLUMNS.items())
    verdict, name = ("", "name (nearest)") if narrow else ("verdict", "name or nearest")
    yield Text(f"{verdict:{0 if narrow else VERDICT}}{heads}{name}", style="bold")
    ranked = sorted(all_lifecycles(), key=_rank)
    for rank, rows in groupby(ranked, key=_rank):
        yield rule
        if narrow:
            yield Text(WORDS[ORDER[rank]], style=STYLES[ORDER[rank]])
        for lifecycle in rows:
            yield from _row(lifecycle, narrow=narrow)
    yield rule
    verdicts: list[str] = [classify(lifecycle).verdict for lifecycle in ranked]
    counts = ", ".join(f"{verdicts.count(verdict)} {word}" for verdict, word in WORDS.items())
    yield Text(f"{len(verdicts)} combinations: {counts}")


def _rank(lifecycle: Lifecycle) -> int:
    return ORDER.index(classify(lifecycle).verdict)


def _row(lifecycle: Lifecycle, *, narrow: bool) -> Iterator[Text]:
    """Yield the combination, and below it the first reason against it."""
    classification, name = classify(lifecycle), pattern_name(lifecycle)
    verdict, indent = WORDS[classification.verdict], 2 if narrow else VERDICT
    row = Text("" if narrow else f"{verdict:{VERDICT}}", style=STYLES[classification.verdict])
    for attribute, width in COLUMNS.items():
        row.append(f"{lifecycle.choice(attribute):{width}}", style="not bold")
    # Beside the five options there is no room for "unnamed, " within 100 columns.
    shown = name.removeprefix("unnamed, ")
    if narrow and name not in PATTERNS:
        shown = f"({shown.removeprefix('nearest ')})"
    yield row.append(shown, style="bold" if name in PATTERNS else "dim")
    for reason in classification.reasons[:1]:
        yield Text(f"{'':{indent}}{reason.why}", style="dim")
