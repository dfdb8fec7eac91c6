"""The directive ``configuration-tree``: every group and option of ``conf``, from its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.util.docutils import SphinxDirective

from contracts.config.compose import TREE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docutils import nodes
    from sphinx.application import Sphinx


class ConfigurationTree(SphinxDirective):
    """Writes a section for each group, with its options as their files have them."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        for file in TREE.glob("**/*.yaml"):
            self.env.note_dependency(str(file))
        return self.parse_text_to_nodes("\n".join(_sections()), allow_section_headings=True)


def _sections() -> Iterator[str]:
    for entry in sorted(TREE.glob("*.yaml")):
        yield f"\n## python -m {entry.stem}\n"
        yield from _option(entry, skip=0)
    for group in sorted(path for path in TREE.iterdir() if any(path.glob("*.yaml"))):
        yield f"\n## {group.name}\n"
        for option in sorted(group.glob("*.yaml")):
            yield f"\n### {group.name}={option.stem}\n"
            yield from _option(option, skip=1)


def _option(file: Path, *, skip: int) -> Iterator[str]:
    """Yield an option's command and description as text, and its keys as they stand in the file."""
    lines = [
        line for line in file.read_text("utf-8").splitlines() if not line.startswith("# @package")
    ]
    header = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    words = [line.removeprefix("#").strip() for line in lines[:header]]
    if skip:
        yield f"```text\n{words[0]}\n```\n"
    yield " ".join(words[skip:])
    yield "\n".join(("\n```yaml", *lines[header:], "```\n"))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("configuration-tree", ConfigurationTree)
    return {"parallel_read_safe": True}
