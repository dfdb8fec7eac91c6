"""The routes of the console: each may be read with the scope ``read``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.service.page.state import ConsoleState
from production.service.routes import get

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.service.page.console import Console
    from production.service.routes import Route

HTML = {"": "text/html"}
FILE = {kind: kind for kind in ("text/css", "text/javascript")}


def page_routes(console: Console) -> Iterator[Route]:
    """Yield the routes.

    Args:
        console: What answers them.
    """
    yield get("/", "read", console.page, "The console: the product's page.", kinds=HTML)
    summary = "What the console shows, as JSON."
    yield get("/console/state.json", "read", console.state, summary, gives=ConsoleState)
    summary = "A part of the console, as its page renews it."
    yield get("/console/{fragment}", "read", console.fragment, summary, kinds=HTML, problems=(404,))
    summary = "A file that the console takes."
    yield get("/static/{file}", "read", console.asset, summary, kinds=FILE, problems=(404,))
