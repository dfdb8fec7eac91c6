"""A product's history as its traffic: played from moment to moment, then settled."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from contracts.host.shared_clock import ClockSetter, SharedClock
from production.agents.progress import STAGES
from production.assembly.features import asked_columns
from production.backtest.history import read_history
from production.client import Client
from production.database.database import Database
from production.feedback.feed import Replay
from production.feedback_settings import SourceFeedback
from production.operating.lifecycle import allowed_agents
from production.operating.played import TrafficProgress, traffic_progress
from production.operating.player import Player
from production.operating.reports import Ended, Played, Progressed, report
from production.operating.sender import Sender
from production.operating.stops import Stops
from production.operating.summary import summary_lines
from production.service.evaluating import evaluate_live
from production.service.fetching import fetch_outcomes
from production.service.folder import live_state
from production.service.window_end import window_end
from production.settings import AcceleratedClockSettings, ReplayTraffic

if TYPE_CHECKING:
    from threading import Event

    from production.backtest.history import History
    from production.settings import Production

#: How often a request is sent again while the engine is away, and the seconds between.
RETRIES, PATIENCE = 1_200, 0.5


def play_history(config: Production, settling: Event) -> None:
    """Play a product's history to its end, from where an earlier process stopped.

    Args:
        config: The configuration.
        settling: Set once the agents have ended: then the last outcomes are taken.

    Raises:
        DataError: There is no history.
        StateError: The engine does not answer.
    """
    history, state = read_history(config), live_state(config)
    serving = config.serving
    address = f"http://{serving.host}:{serving.port}"
    with (
        closing(Database(state.database)) as database,
        Client(address, retries=RETRIES, patience=PATIENCE) as client,
    ):
        clock, setter = SharedClock(state.clock), ClockSetter(state.clock)
        traffic = PlayedHistory(config, history, database, client, clock=clock, setter=setter)
        traffic.play()
        report(Played())
        settling.wait()
        traffic.settle()
        served, refused = traffic.progress.served, traffic.progress.refused
        lines = summary_lines(config.product.name, database, served=served, refused=refused)
        report(Ended(lines=(*lines, f"its console: {address}/")))


class PlayedHistory:
    """Plays one product's history.

    Args:
        config: The configuration.
        history: The product's history.
        database: Its live database.
        client: The client of its engine.
        setter: Sets its clock.
        clock: Its clock.
    """

    def __init__(
        self,
        config: Production,
        history: History,
        database: Database,
        client: Client,
        *,
        setter: ClockSetter,
        clock: SharedClock,
    ) -> None:
        assert isinstance(config.clock, AcceleratedClockSettings)
        assert isinstance(config.traffic, ReplayTraffic)
        name, start = config.product.name, history.product.start
        self._config, self._until, self._setter = config, history.until, setter
        self._feed = Replay(history.events, start=start, until=history.until)
        self._stored = traffic_progress(database, name, start=start)
        self.progress = self._stored.load()
        allowed = allowed_agents(config).items()
        agents = [agent for agent, why in allowed if why is None and agent in STAGES]
        self._client = client
        self._stops = Stops(name, database, agents, serves=self._revision)
        columns = asked_columns(history.product.contract.input_columns, config.product.features)
        self._sender = Sender(client, [column.name for column in columns])
        self._sender.served, self._sender.refused = self.progress.served, self.progress.refused
        self._player = Player(
            self._feed,
            self._sender,
            clock=clock,
            setter=setter,
            speed=config.clock.speed,
            rows=min(config.traffic.rows, config.serving.limits.rows),
        )

    def play(self) -> None:
        """Send all requests, and stop at each moment at which the agents act."""
        at = self.progress.until
        while at < self._until:
            self._player.hold(at, self._stops.is_settled)
            self._report(at)
            then = self._stops.following(self._feed)
            then = self._until if then is None else min(then, self._until)
            self._player.play(at, then)
            self._save(then)
            at = then

    def settle(self) -> None:
        """Take the outcomes that come after the last request; nothing is trained any more."""
        closes = window_end(self._config)
        closed = closes(self._until - 1) if closes else self._until
        for moment in (self._until, max(self._feed.last(), closed)):
            self._setter.hold(moment)
            if isinstance(self._config.feedback, SourceFeedback):
                fetch_outcomes(self._config, now=moment)
            if "every" in self._config.evaluation:
                evaluate_live(self._config, now=moment, settle=True)

    def _revision(self) -> int:
        return self._client.manifest().revision

    def _report(self, at: int) -> None:
        champion = self._client.manifest().manifest.champion
        report(Progressed(at=at, served=self._sender.served, by=champion.name))

    def _save(self, until: int) -> None:
        self.progress = TrafficProgress(
            until=until, served=self._sender.served, refused=self._sender.refused
        )
        self._stored.save(self.progress, until)
