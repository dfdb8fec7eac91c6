"""The directive ``exit-codes``: the kinds of errors, with their exit codes and HTTP statuses."""

from __future__ import annotations

from inspect import getdoc
from typing import TYPE_CHECKING

from sphinx.util.docutils import SphinxDirective

from contracts.errors import KINDS

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


class ExitCodes(SphinxDirective):
    """Writes a table with a row for each kind of error."""

    def run(self) -> list[nodes.Node]:
        """Return the table, the lowest code first."""
        rows = (
            f"| {code} | {status} | `{kind.__name__}` | {(getdoc(kind) or '').splitlines()[0]} |"
            for kind, (code, status) in sorted(KINDS.items(), key=lambda each: each[1][0])
        )
        head = "| exit code | HTTP status | kind | what it means |\n|---|---|---|---|"
        return self.parse_text_to_nodes("\n".join((head, *rows)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("exit-codes", ExitCodes)
    return {"parallel_read_safe": True}
