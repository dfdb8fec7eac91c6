"""The trigger and the selector on the page about a product's pieces: they work as written there."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.config import components
from contracts.config.compose import compose
from contracts.config.instantiate import instantiate
from contracts.errors import ConfigError, UnknownNameError
from contracts.moment import DAY
from production.generation.description import Candidate
from production.selectors.port import Choice
from tests.suites.trigger import EMPTY, TriggerSuite, moment, scored_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.metrics import ScoredWindow

PAGE = (Path(__file__).parents[1] / "docs" / "parts.md").read_text("utf-8")
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
#: The page's files of operation; its other ones are of a product.
PORTS = ("trigger", "selector")
METRIC = "trigger.metric=log_loss"
ARMS = {
    name: Candidate(release="1.0.0", generation=at, artifact="a")
    for at, name in enumerate(("champion", "candidate"), start=1)
}


@pytest.fixture
def conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the page's options; the package that they name is installed."""
    for name, text in FILE.findall(PAGE):
        if any(port in name for port in PORTS):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    (tmp_path / "parcels" / "__init__.py").touch()
    block = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    points = tomllib.loads(block[1])["project"]["entry-points"][components.GROUP]
    metadata = tmp_path / "parcels-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: parcels\nVersion: 1.0\n")
    lines = [f"[{components.GROUP}]", *(f"{port} = {points[port]}" for port in PORTS)]
    (metadata / "entry_points.txt").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    modules = ("parcels", *(f"parcels.{port}s" for port in PORTS))
    for name in modules:
        monkeypatch.delitem(sys.modules, name, raising=False)
    components._others.cache_clear()
    yield tmp_path / "conf"
    for name in modules:
        sys.modules.pop(name, None)
    components._others.cache_clear()


def made(port: str, conf: Path, *words: str) -> Any:
    """Return what the page's option of a port makes."""
    option = {path.parent.name: path.stem for path in conf.glob("*/*.yaml")}[port]
    config = compose("production", [f"{port}={option}", *words], config_dir=conf)
    return instantiate(config[port], port)


class TestTrigger(TriggerSuite):
    """The page's trigger does what every trigger does."""

    @pytest.fixture
    def trigger(self, conf: Path) -> Any:
        """Make it."""
        return made("trigger", conf, METRIC)

    @pytest.mark.parametrize(("worse", "due"), [(2, False), (3, True), (5, True)])
    def test_it_counts_the_last_windows(self, trigger: Any, *, worse: int, due: bool) -> None:
        """Of windows before one that was better, or before the last refresh, none counts."""
        windows = self._windows(4, worse)
        runtime = moment(len(windows) * DAY, windows=windows)
        assert (trigger.due(runtime) is not None) == due
        refreshed = msgspec.structs.replace(runtime, since=(len(windows) - 2) * DAY)
        assert trigger.due(refreshed) is None

    @staticmethod
    def _windows(better: int, worse: int) -> tuple[ScoredWindow, ...]:
        skills = [0.3] * better + [-0.1] * worse
        return tuple(scored_day(at, skill=skill) for at, skill in enumerate(skills))


def test_the_selector_of_the_page_ends_its_trial(conf: Path) -> None:
    """Its arm has the share until it served enough; an arm that is not there is refused."""
    selector, choice = made("selector", conf, "selector.share=0.25"), Choice(arms=ARMS)
    shared = {"champion": 0.75, "candidate": 0.25}
    served = [
        None,
        msgspec.structs.replace(EMPTY, events={"candidate": 9_999}),
        msgspec.structs.replace(EMPTY, events={"candidate": 10_000}),
    ]
    shares = [selector(choice, each).shares for each in served]
    assert shares == [shared, shared, {"champion": 1.0}]
    with pytest.raises(UnknownNameError, match="no arm 'candidate'"):
        selector(Choice(arms={"champion": ARMS["champion"]}), None)


def test_a_share_out_of_range_is_refused(conf: Path) -> None:
    """By the annotation of the page's own class."""
    with pytest.raises(ConfigError, match=r"selector\.share"):
        made("selector", conf, "selector.share=1.5")
