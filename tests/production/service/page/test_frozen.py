"""The console as one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import ConfigError, StateError
from contracts.host.clock import VirtualClock
from production.service.page import frozen as module
from production.service.page.frozen import write_frozen
from tests.production.service.conftest import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLOCK = VirtualClock(NOW)
pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture
def deployed(live: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The small product in service."""
    case = live("gate=open")
    monkeypatch.setattr(module, "deployed_contract", lambda _: case.product.contract)
    case.deploy()
    return case


def test_it_shows_what_serves_and_is_written_anew(deployed: Any, tmp_path: Path) -> None:
    """An earlier report of ours may be replaced; no process is asked."""
    file = tmp_path / "status.html"
    for _ in range(2):
        write_frozen(deployed.config, deployed.state, file, clock=CLOCK)
    text = file.read_text()
    assert "1.0.0/1" in text
    assert "it is ready" in text
    assert "no process was asked" in text


def test_what_is_not_ours_stays(deployed: Any, tmp_path: Path) -> None:
    """Nor is a folder made by a slip in its name."""
    other = tmp_path / "index.html"
    other.write_text("<html>mine</html>")
    with pytest.raises(ConfigError, match="something else than a report"):
        write_frozen(deployed.config, deployed.state, other, clock=CLOCK)
    assert other.read_text() == "<html>mine</html>"
    with pytest.raises(StateError, match="there is no folder"):
        write_frozen(deployed.config, deployed.state, tmp_path / "no" / "status.html", clock=CLOCK)
