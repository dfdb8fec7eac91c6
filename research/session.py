"""Research in a notebook or at a prompt: each step is a task, and shows its report."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.config import instantiate
from contracts.config.entry import answer, request_for
from contracts.moment import instant
from contracts.tasks.settings import DRAFT
from research.explore.table import FILE as TABLE
from research.settings import Research

if TYPE_CHECKING:
    import pandas as pd

    from contracts.config.entry import Request


#: A report for people, and its data.
PAGE, DATA = "report.html", "report.json"
#: Rows that the report of the table looks at unless more are asked for.
ROWS = 20_000


class StepReport:
    """What a step wrote: a notebook shows its page, a prompt where it lies.

    Args:
        folder: The folder of its report.
        page: The page that a notebook shows.

    Attributes:
        folder: The folder.
        data: What ``report.json`` holds.
    """

    def __init__(self, folder: Path, page: str = PAGE) -> None:
        self.folder, self._page = folder, page
        self.data: dict[str, Any] = msgspec.json.decode((folder / DATA).read_bytes())

    def __repr__(self) -> str:
        return f"report: {self.folder / self._page}; its data has {', '.join(self.data)}"

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, so that neither changes how the other looks."""
        page = escape((self.folder / self._page).read_text("utf-8"))
        return f'<iframe srcdoc="{page}" style="width:100%;height:40em;border:0"></iframe>'


class Session:
    """A product, and the steps of research on it, in their order.

    ```python
    session = Session("product=churn")
    session.events("2024-01-01T00:00:00Z", "2024-01-08T00:00:00Z").describe()
    session.explore()
    session.table()  # every column, to click through
    session.evaluate()  # the parameters as they are
    session.tune(12).data["scores"]
    session.specify()
    session.card()
    ```

    Args:
        words: Overrides, as on the command line; a step takes more of its own.
        config_dir: A further configuration tree, such as that of a product of one's own.

    Raises:
        ConfigError: What the overrides say is wrong.
    """

    def __init__(self, *words: str, config_dir: Path | str | None = None) -> None:
        self._words, self._tree = words, Path(config_dir) if config_dir else None
        self._config = self._request("explore").settings(Research)

    def __repr__(self) -> str:
        return f"Session({', '.join(map(repr, self._words))}) of {self._config.product.name}"

    def events(self, start: str = "", end: str = "", *, known_by: str = "") -> pd.DataFrame:
        """Return the events of a window, as they were known by a moment.

        Args:
            start: ISO 8601, in UTC; where the learning's window begins unless given.
            end: The window's end; that of the learning's test unless given.
            known_by: By when an outcome must have arrived; the window's end unless given.

        Raises:
            ConfigError: A moment is malformed.
            DataError: The source cannot answer for that window.
        """
        product = self._config.product
        first = instant(start) if start else product.learning.start
        last = instant(end) if end else product.learning.test_end
        moment = instant(known_by) if known_by else last
        source = instantiate(product.source, "product.source")
        frame: pd.DataFrame = source.window(first, last, known_by=moment).to_pandas()
        return frame

    def explore(self, *words: str) -> StepReport:
        """Look at the window that research may see: the task `explore`."""
        return self._step("explore", *words)

    def table(self, rows: int = ROWS, *words: str) -> StepReport:
        """Look at every column of the table itself: the task `explore` with its ``table.html``.

        Args:
            rows: The most rows it looks at; of more, so many are drawn.
            words: Further overrides.

        Raises:
            MissingExtraError: skrub is not installed.
        """
        explored = self._step("explore", f"task.options.table={rows}", *words)
        return StepReport(explored.folder, TABLE)

    def learn(self, *words: str) -> StepReport:
        """Search parameters and test the best once: the task `learn`."""
        return self._step("learn", *words)

    def tune(self, trials: int, *words: str) -> StepReport:
        """Learn with so many trials: those that were made before are not made again."""
        return self.learn(f"product.learning.trials={trials}", *words)

    def evaluate(self, *words: str) -> StepReport:
        """Learn without a search: the parameters as they are, tested once."""
        return self.learn("product.learning.trials=0", *words)

    def specify(self, *words: str) -> StepReport:
        """Draft the contract of what was learned: the task `specify`."""
        return self._step("specify", *words)

    def card(self, version: str = DRAFT) -> StepReport:
        """Show a contract with its model card: the task `show`.

        Args:
            version: A published version; research's draft unless given.

        Raises:
            ContractError: There is none.
        """
        return self._step("show", f"task.options.version={version}", entry="contracts")

    def _step(self, task: str, *words: str, entry: str = "research") -> StepReport:
        request = self._request(task, *words, entry=entry)
        answer(request)
        return StepReport(Path(str(request.config.paths.output)))

    def _request(self, task: str, *words: str, entry: str = "research") -> Request:
        return request_for(entry, (*self._words, f"task={task}", *words), self._tree)
