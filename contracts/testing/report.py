"""What a contract run says at its end: the verdicts, a report, and an honest exit code."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.contract.provenance import libraries
from contracts.equivalence.item import items
from contracts.equivalence.report.account import account
from contracts.equivalence.report.page import TONES, data, page, table
from contracts.equivalence.report.parting import partings
from contracts.equivalence.verdict import Verdict
from contracts.host.clock import WallClock
from contracts.host.encoding import encodable
from contracts.moment import SECOND, iso
from contracts.report.page import Head
from contracts.report.terminal import table_text
from contracts.report.write import write_report
from contracts.testing.items import ASKED, SIDES, Told

if TYPE_CHECKING:
    from contracts.equivalence.report.account import Account

ELSEWHERE = "the clauses ran in other processes (pytest -n), which keep them; run without -n"
#: Letters of a finding that the table shows; a failure's own section has it whole.
LONGEST = 300
#: How a tone is coloured in a terminal.
COLOURS = {"good": "green", "bad": "red", "open": "yellow", "quiet": "bright_black"}
LIBRARIES = ("liaison-lifecycle", "scikit-learn", "onnxruntime", "pandera", "numpy", "pytest")


class Recorder:
    """Collects what the items' reports carry, in this process or from others.

    Args:
        config: The session's.

    Attributes:
        account: What was found, once the session is over.
        written: The report, where one was written.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._verdicts: dict[str, Verdict] = {}
        self._errors: dict[str, str] = {}
        self.account: Account | None = None
        self.written: Path | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep an item's verdict, or why there is none."""
        name = report.nodeid.partition("::")[2]
        encoded = getattr(report, "verdict", None)
        verdict = None if encoded is None else msgspec.json.decode(encoded, type=Verdict)
        if verdict is not None and report.failed and verdict.failed:
            # From another process a failure comes as text, its message and evidence in one.
            shown: Any = Told(verdict, place=report.nodeid)
            report.longrepr = shown
        elif report.failed:  # without a verdict, or in spite of one that holds
            crash = getattr(report.longrepr, "reprcrash", None)
            told = crash.message if crash else report.longreprtext
            self._errors[name] = told.strip().partition("\n")[0]
            self._verdicts.pop(name, None)
            return
        if verdict is not None:
            self._verdicts[name] = verdict

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the report, and fail a session that proved nothing."""
        asked = self._config.stash.get(ASKED, None)
        ended = exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
        if asked is None or not ended or self._config.getoption("collectonly"):
            return
        order = [item.name for item in items(asked.contract)]
        told = account(
            asked.contract,
            asked.parties,
            [self._verdicts[name] for name in order if name in self._verdicts],
            at=iso(WallClock().now() // SECOND * SECOND),
            sides=self._config.stash.get(SIDES, None),
            errors=self._errors,
        )
        if told.pictureless:
            told = msgspec.structs.replace(told, pictureless=ELSEWHERE)
        self.account = told
        self.written = _written(self._config, told)
        if exitstatus == pytest.ExitCode.OK and not told.holds:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write a table of the verdicts, the conclusion, and where the report is."""
        told, writer = self.account, terminalreporter
        if told is None or not (told.verdicts or told.errors):
            return
        writer.section("contract")
        styles = {name.replace("_", " "): COLOURS[tone] for name, tone in TONES.items()}
        screen = terminalreporter._tw  # noqa: SLF001 - pytest's own way to ask
        width, coloured = screen.fullwidth, bool(screen.hasmarkup)
        if told.verdicts:
            rows = table(told.verdicts, longest=LONGEST)
            shown = table_text(rows, width=width, styles=styles, coloured=coloured)
            # What cannot be encoded pytest escapes as a whole, its line breaks too.
            encoding = getattr(screen._file, "encoding", None)  # noqa: SLF001
            writer.write(encodable(shown, encoding or "utf-8"))
        for line in told.unjudged:
            writer.line(fill(line, width), red=True)
        for line in partings(told.contrasts):
            writer.line(fill(line, width))
        good = {"green": True} if told.holds else {"red": True}
        writer.line(fill(told.summary, width), bold=True, **good)
        if told.left_out:
            of = len(told.left_out) + len(told.verdicts) + len(told.errors)
            writer.line(f"a part of the contract: {len(told.left_out)} of {of} items were left out")
        if self.written is not None:
            writer.line(f"report: {self.written}")


def pytest_configure(config: pytest.Config) -> None:
    """Record, unless this is a worker: its controller does."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(config), "contract-recorder")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what is proven, against what, and that the testpaths are left alone."""
    asked = config.stash.get(ASKED, None)
    if asked is None:
        return []
    candidate, reference = asked.parties.names
    form = " as it is served" if asked.parties.liaison == "joint" else ""
    version = f"{asked.contract.product} {asked.contract.version}"
    return [
        f"contract: {version} ({asked.contract.digest[:12]}), its clauses alone",
        f"candidate: {candidate}{form}",
        f"reference: {reference or 'none'}",
    ]


def _written(config: pytest.Config, told: Account) -> Path | None:
    chosen = config.getoption("contract_report")
    if chosen == "none":
        return None
    folder = Path(chosen or Path("outputs", "contract", told.contract.product))
    words = " ".join(("pytest", *map(str, config.invocation_params.args)))
    head = Head(
        product=told.contract.product,
        task="contract",
        command=words,
        versions=libraries(LIBRARIES),
    )
    try:
        return write_report(page(told, head), data(told), folder)
    except OSError as error:
        raise pytest.UsageError(f"--contract-report {folder}: {error}") from error
