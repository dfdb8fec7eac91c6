"""The console in a real browser, of a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.production.service.page.browser import CHROMIUM, opened_browser
from tests.production.service.running import servers

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract
    from tests.production.conftest import Operation

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium: apt-get install chromium"),
]

#: What has the focus, as a person would name it.
FOCUSED = """(() => { const at = document.activeElement;
    return at.name || at.id || at.textContent.trim(); })()"""


def test_a_browser_shows_it_and_keys_reach_all_of_it(
    deployed: tuple[Operation, Path], contract: Contract, tmp_path: Path
) -> None:
    """The chart is drawn, fragments are renewed, and no other host is asked for anything."""
    with servers(deployed, contract, tmp_path) as start, start() as server:
        with opened_browser(tmp_path / "profile") as browser:
            browser.open(f"http://127.0.0.1:{server.port}/")
            browser.wait("document.querySelector('#chart').dataset.drawn === 'log_loss'")
            assert browser.evaluate("document.querySelectorAll('#chart canvas').length") == 1
            order = []
            while "JSON" not in (order[-1] if order else ""):
                browser.press("Tab")
                order.append(browser.evaluate(FOCUSED))
                assert len(order) < 50
            assert order[:4] == ["Skip to what needs attention", "metric", "range", "chart"]
            assert any(each.startswith("s-") for each in order)
            browser.evaluate("document.querySelector('#chart').focus()")
            browser.press("ArrowLeft")
            assert "log_loss" in browser.evaluate("document.querySelector('#readout').textContent")
            browser.evaluate("document.querySelector('.generation').open = true")
            browser.evaluate("htmx.trigger('#generations', 'refresh')")
            browser.wait("document.querySelector('#generations').dataset.open")
            browser.wait("document.querySelector('.generation').open")
            asked = {urlsplit(each).netloc for each in browser.requests if each[:5] != "data:"}
            assert asked == {f"127.0.0.1:{server.port}"}
            assert any("/console/generations" in each for each in browser.requests)
            assert browser.complaints == []
        server.end()
