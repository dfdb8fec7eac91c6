"""Renders the console from its state: a page, its fragments, and the same as one file.

Jinja is imported with the first page, so that a process that shows none neither waits for it nor
keeps it in memory. Whatever a record holds is escaped.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import MissingExtraError
from contracts.moment import iso
from production.service.page import words

if TYPE_CHECKING:
    from jinja2 import Environment

    from production.service.page.assets import Assets
    from production.service.page.state import ConsoleState

TEMPLATES = Path(__file__).with_name("templates")
#: The fragments in their order on the page, by the seconds after which each is renewed.
FRAGMENTS = {
    "alarms": 3,
    "facts": 3,
    "flow": 5,
    "metric": 15,
    "serving": 5,
    "workers": 5,
    "decisions": 10,
    "generations": 15,
}
#: What each place of a page may do: nothing from another host, nothing that is written into it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SCRIPTS, STYLES = ("uPlot.iife.min.js", "console.js"), ("uPlot.min.css", "console.css")
FILTERS = (
    words.moment,
    words.day,
    words.clock,
    words.span,
    words.brief,
    words.seconds,
    words.number,
    words.count,
    words.percent,
    words.score,
    words.short,
)


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """What a page needs to stand alone.

    Attributes:
        styles: Its styles.
        scripts: Its scripts.
        policy: What a browser lets it do: run these, and ask nobody for anything.
    """

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    policy: str


class Fragments:
    """Renders the console.

    Args:
        assets: The files of the page.
    """

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    def page(self, state: ConsoleState) -> str:
        """Return the whole page, which renews its fragments."""
        return self._page(state, None)

    def frozen(self, state: ConsoleState) -> str:
        """Return the page as one file that needs no server."""
        styles = tuple(self._assets.text(name) for name in STYLES)
        scripts = tuple(self._assets.text(name) for name in SCRIPTS)
        policy = (
            f"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
            f"style-src {_digests(styles)}; script-src {_digests(scripts)}"
        )
        return self._page(state, Frozen(styles=styles, scripts=scripts, policy=policy))

    def fragment(self, name: str, state: ConsoleState) -> str:
        """Return one of `FRAGMENTS`."""
        return self._environment.get_template(f"{name}.html").render(state=state)

    def _page(self, state: ConsoleState, frozen: Frozen | None) -> str:
        template = self._environment.get_template("page.html")
        return template.render(state=state, frozen=frozen, fragments=FRAGMENTS)

    @cached_property
    def _environment(self) -> Environment:
        try:
            from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415
        except ImportError as error:
            raise MissingExtraError("jinja2", extra="production", purpose="the console") from error
        made = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=words.shown,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        made.filters |= {each.__name__: each for each in FILTERS}
        made.filters |= {"iso": iso, "json": words.as_json}
        made.globals["asset"] = self._assets.address
        return made


def _digests(texts: tuple[str, ...]) -> str:
    """Return the sources of a Content-Security-Policy that allow these texts."""
    made = (b64encode(sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{each}'" for each in made)
