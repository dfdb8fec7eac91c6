"""The tasks that only say how things are: they load nothing but words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.lifecycle import ATTRIBUTES, all_lifecycles, classify, pattern_name
from contracts.lifecycle import describe as description
from contracts.report.page import Head
from contracts.report.terminal import console
from contracts.report.write import write_report
from production.console import describe as described
from production.console import page
from production.console import taxonomy as table
from production.declared import fixed, lifecycle, parts, read

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.lifecycle import Lifecycle
    from production.settings import Production


def describe(request: Request) -> None:
    """Print what a lifecycle is, why, and how it flows."""
    config = read(request)
    declared, screen = lifecycle(config), console()
    found = description(declared, fixed(request), warnings=_warnings(declared, config))
    described.render(found, screen)
    head = Head(product=config.product.name, task="describe", command=request.command)
    written = write_report(
        page.described(found, head), msgspec.to_builtins(found), Path(config.paths.output)
    )
    screen.print(f"\nreport: {written}", highlight=False, soft_wrap=True)


def taxonomy(request: Request) -> None:
    """Print what becomes of each of the 32 combinations."""
    config, screen = read(request), console()
    table.render(screen)
    head = Head(product=config.product.name, task="taxonomy", command=request.command)
    written = write_report(page.listed(head), _combinations(), Path(config.paths.output))
    screen.print(f"\nreport: {written}", highlight=False, soft_wrap=True)


def _warnings(declared: Lifecycle, config: Production) -> tuple[str, ...]:
    """Return what the parts are warned of; a refused combination has reasons enough."""
    if classify(declared).verdict == "refused":
        return ()
    return parts(declared, config)


def _combinations() -> dict[str, object]:
    return {
        "combinations": [
            {
                **{attribute: each.choice(attribute) for attribute in ATTRIBUTES},
                "name": pattern_name(each),
                "verdict": classify(each).verdict,
                "reasons": msgspec.to_builtins(classify(each).reasons),
            }
            for each in all_lifecycles()
        ]
    }
