"""What is rendered: whatever a record holds, it is shown and never obeyed."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec.structs import replace

from production.service.page.assets import Assets
from production.service.page.fragments import FRAGMENTS, SCRIPTS, STYLES, Fragments
from production.service.page.state import ConsoleState
from production.service.page.workers import Worker
from tests.production.service.page.conftest import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

#: What names something in the code's own words, so that nobody else writes it.
OURS = {"tone", "kind", "side", "direction", "verdict"}


class Elements(HTMLParser):
    """Collects the names of elements, and the names of their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.open = set[str](), set[str](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in {"meta", "link", "br", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Take an element's end."""
        assert self.open.pop() == tag


@pytest.fixture
def fragments() -> Fragments:
    """What renders the console."""
    return Fragments(Assets())


def hostile(value: Any, *, name: str = "") -> Any:
    """Return a state's JSON with every text that someone else writes made hostile."""
    if isinstance(value, dict):
        return {key: hostile(each, name=key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [hostile(each, name=name) for each in value]
    return HOSTILE if isinstance(value, str) and name not in OURS else value


def test_texts_of_others_are_escaped_everywhere(
    state: Callable[[], ConsoleState], fragments: Fragments
) -> None:
    """Names of products, generations and people, their reasons, parameters, verdicts."""
    shown = state()
    worker = Worker(name="a", tone="bad", word="b", holder="c", error="d")
    filled = replace(shown, workers=(worker,), parity={"a": "b"})
    changed = msgspec.convert(hostile(msgspec.to_builtins(filled)), ConsoleState)
    pages = [fragments.fragment(name, changed) for name in FRAGMENTS]
    for page in (*pages, fragments.page(changed)):
        elements = Elements(page)
        assert elements.open == []
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert "style" not in elements.attributes
        assert not {each for each in elements.attributes if each.startswith("on")}
    assert "&lt;script&gt;" in fragments.fragment("generations", changed)


def test_before_anything_is_deployed_each_part_says_so(
    state: Callable[[], ConsoleState], fragments: Fragments
) -> None:
    """And what comes next."""
    shown = state()
    nothing = replace(
        shown,
        serves=None,
        alarms=(),
        workers=(),
        decisions=(),
        generations=(),
        traffic=None,
        history=replace(shown.history, ends=(), rows=(), series=(), marks=()),
        returned=replace(shown.returned, quantiles=(), last_event=None, last_outcome=None),
    )
    page = fragments.page(nothing)
    for text in ("No alarm", "task=deploy", "No evaluation window", "No decision", "No training"):
        assert text in page


def test_a_frozen_page_stands_alone(
    state: Callable[[], ConsoleState], fragments: Fragments
) -> None:
    """Its styles and scripts are in it, allowed by their digests; it renews nothing."""
    page = fragments.frozen(state())
    assert 'hx-get="' not in page
    assert "static/" not in page
    assert "default-src &#39;none&#39;" in page
    assert page.count("<script>") == page.count("</script>") == len(SCRIPTS)
    assert page.count("<style>") == len(STYLES)
