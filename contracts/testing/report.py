"""What a contract run shows at its end: the verdicts, a report, and an exit code."""

from __future__ import annotations

import shlex
from pathlib import Path
from textwrap import fill
from typing import Any

import msgspec
import pytest

from contracts.equivalence.clause import Verdict
from contracts.equivalence.registry import items
from contracts.equivalence.report.page import TONES, proof_data, proof_page, verdict_table
from contracts.equivalence.report.paired_section import differing_lines
from contracts.equivalence.report.summary import ProofReport, predictions_made
from contracts.errors import StateError
from contracts.host.clock import WallClock
from contracts.host.controls import printable
from contracts.host.encoding import encodable
from contracts.moment import SECOND, iso
from contracts.report.page import Head, installed_versions
from contracts.report.terminal import table_text
from contracts.report.write import write_report
from contracts.testing.items import RUN, SIDES, FailedVerdict

OTHER_PROCESSES = "the clauses ran in other processes (pytest -n), which have them; run without -n"
#: How many letters of a finding the table shows; the section of a failure has the whole.
LONGEST = 300
#: The colour of each tone in a terminal.
COLOURS = {"good": "green", "bad": "red", "open": "yellow", "quiet": "bright_black"}
LIBRARIES = ("liaison-lifecycle", "scikit-learn", "onnxruntime", "pandera", "numpy", "pytest")


class Recorder:
    """Collects the verdicts from the items' reports, of this process or of others.

    Args:
        config: The session's.

    Attributes:
        report: What the report shows, once the session is over.
        written: The report's file, if one was written.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._verdicts: dict[str, Verdict] = {}
        self._errors: dict[str, str] = {}
        self.report: ProofReport | None = None
        self.written: Path | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep an item's verdict, or why there is none."""
        name = report.nodeid.partition("::")[2]
        encoded = getattr(report, "verdict", None)
        verdict = None if encoded is None else msgspec.json.decode(encoded, type=Verdict)
        if verdict is not None and report.failed and verdict.failed:
            # From another process a failure comes as text, its message and evidence in one.
            failure: Any = FailedVerdict(verdict, nodeid=report.nodeid)
            report.longrepr = failure
        elif report.failed:  # without a verdict, or in spite of one that did not fail
            crash = getattr(report.longrepr, "reprcrash", None)
            message = crash.message if crash else report.longreprtext
            self._errors[name] = message.strip().partition("\n")[0]
            self._verdicts.pop(name, None)
            return
        if verdict is not None:
            self._verdicts[name] = verdict

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the report, and change the exit code of a session that proved nothing."""
        run = self._config.stash.get(RUN, None)
        ended = exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
        if run is None or not ended or self._config.getoption("collectonly"):
            return
        order = [item.name for item in items(run.contract)]
        sides = self._config.stash.get(SIDES, None)
        self.report = report = ProofReport(
            contract=run.contract,
            chosen=run.sides,
            verdicts=tuple(self._verdicts[name] for name in order if name in self._verdicts),
            at=iso(WallClock().now() // SECOND * SECOND),
            errors=self._errors,
            **(predictions_made(sides) if sides else {"no_pictures": OTHER_PROCESSES}),
        )
        self.written = _write(self._config, report)
        if exitstatus == pytest.ExitCode.OK and not report.proven:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write a table of the verdicts, the conclusion, and where the report is."""
        report, writer = self.report, terminalreporter
        if report is None or not (report.verdicts or report.errors):
            return
        writer.section("contract")
        width = writer._tw.fullwidth  # noqa: SLF001 - pytest has no public way to ask
        if report.verdicts:
            writer.write(_table_text(writer, report))
        for line in report.not_judged:
            writer.line(fill(printable(line), width), red=True)
        for line in differing_lines(report.paired):
            writer.line(fill(printable(line), width))
        colour = {"green": True} if report.proven else {"red": True}
        writer.line(fill(printable(report.summary), width), bold=True, **colour)
        if report.left_out:
            total = len(report.left_out) + len(report.verdicts) + len(report.errors)
            count = len(report.left_out)
            writer.line(f"a part of the contract: {count} of {total} items were left out")
        if self.written is not None:
            writer.line(f"report: {self.written}")


def pytest_configure(config: pytest.Config) -> None:
    """Record the verdicts, unless this is a worker of pytest-xdist: its controller does."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(config), "contract-recorder")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Return the lines that name the contract, the candidate and the reference."""
    run = config.stash.get(RUN, None)
    if run is None:
        return []
    candidate, reference = run.sides.names
    form = " as it is served" if run.sides.liaison == "joint" else ""
    version = f"{run.contract.product} {run.contract.version}"
    return [
        f"contract: {version} ({run.contract.digest[:12]}), its clauses alone",
        f"candidate: {candidate}{form}",
        f"reference: {reference or 'none'}",
    ]


def _table_text(writer: pytest.TerminalReporter, report: ProofReport) -> str:
    """Return the table of verdicts as the terminal can show it."""
    screen = writer._tw  # noqa: SLF001 - as above
    table = verdict_table(report.verdicts, longest=LONGEST)
    styles = {name.replace("_", " "): COLOURS[tone] for name, tone in TONES.items()}
    text = table_text(table, width=screen.fullwidth, styles=styles, coloured=bool(screen.hasmarkup))
    # Where the encoding lacks a character, pytest would escape the whole text with its line breaks.
    encoding = getattr(screen._file, "encoding", None)  # noqa: SLF001
    return encodable(text, encoding or "utf-8")


def _write(config: pytest.Config, report: ProofReport) -> Path | None:
    option = config.getoption("contract_report")
    if option == "none":
        return None
    folder = Path(option or Path("outputs", "contract", report.contract.product))
    head = Head(
        product=report.contract.product,
        task="contract",
        command=shlex.join(("pytest", *map(str, config.invocation_params.args))),
        versions=installed_versions(LIBRARIES),
    )
    try:
        return write_report(proof_page(report, head), proof_data(report), folder)
    except StateError as error:
        raise pytest.UsageError(f"--contract-report {folder}: {error}") from error
