"""The directive ``lifecycle``: what a pattern is, its flow and its limits, from the taxonomy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.util.docutils import SphinxDirective

from contracts.lifecycle import PATTERNS, describe

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


class LifecyclePattern(SphinxDirective):
    """Writes a pattern's summary, attributes, flow and limits; its argument is the name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the text."""
        description = describe(PATTERNS[self.arguments[0]].preset)
        rows = (
            f"| `{name}` | `{getattr(description.lifecycle, name)}` |"
            for name in description.lifecycle.__struct_fields__
        )
        parts = (
            f"{description.summary[0].upper()}{description.summary[1:]}.\n",
            "| attribute | option |\n|---|---|",
            *rows,
            *(f"\n- It cannot: {each}." for each in description.cannot),
            *(f"\n- An anti-pattern: {each}." for each in description.warnings),
            f"\n```text\n{description.text}\n```",
        )
        return self.parse_text_to_nodes("\n".join(parts))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("lifecycle", LifecyclePattern)
    return {"parallel_read_safe": True}
