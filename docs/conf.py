"""Sphinx's configuration: the documentation as a site, by ``tox -e site``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Liaison"
html_title = "Liaison"
html_theme = "furo"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "configuration_tree",
    "lifecycle_page",
    "exit_codes",
]
exclude_patterns = ["_ext", "decisions/README.md"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
autodoc_typehints = "none"  # docstrings have the types that a reader needs in words
autodoc_member_order = "bysource"
napoleon_use_ivar = True
# Pages are read offline: nothing is fetched from another host.
html_show_sphinx = False
html_copy_source = False

#: Files that links name, and what they are in the site.
PAGES = {
    "../README.md": "index.md",
    "CHANGELOG.md": "docs/changelog.md",
    "docs/decisions/README.md": "docs/decisions/index.md",
}


def setup(app: Sphinx) -> None:
    """Let links name the README and the changelog as the repository does."""
    app.connect("source-read", lambda _app, _page, content: _link(content))
    app.connect("include-read", lambda _app, _file, _page, content: _link(content))


def _link(content: list[str]) -> None:
    """Replace the links of a page to files that are pages of other names in the site."""
    for file, page in PAGES.items():
        content[0] = content[0].replace(f"]({file}", f"]({page}")
