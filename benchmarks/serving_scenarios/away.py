"""PostgreSQL away for a while under load, with a process that starts meanwhile."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.product import make_product
from benchmarks.serving_scenarios.records import logged_events, logged_outcomes
from benchmarks.serving_scenarios.server import running, until
from tests.suites.cut_connection import CutConnection
from tests.suites.postgresql import fresh_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RATE, OUTCOMES = 200.0, 0.1


def away(folder: Path, *words: str, seconds: float = 20.0) -> Findings:
    """Cut the connection to the database, end a worker, and restore the connection."""
    findings = Findings(f"PostgreSQL away for {seconds:g} s")
    with cut_way() as (way, url):
        database = ("database=postgresql", f"database.url='{url}'")
        product = make_product(folder, *words, *database)
        with running(product, "serving.workers=2") as server:
            with server.load("p", RATE, outcomes=OUTCOMES) as load:
                time.sleep(2)
                way.cut()
                began = time.monotonic()
                server.replace("1")
                time.sleep(max(seconds - (time.monotonic() - began), 0))
                way.restore()
                restored = time.monotonic()
                until(lambda: server.metric("liaison_spool_depth") == 0)
                until(lambda: server.metric("liaison_manifest_confirmed") == 2)
                findings.note(f"written {time.monotonic() - restored:.1f} s after its return")
                time.sleep(1)
            code = server.end()
        events, outcomes = logged_events(product), logged_outcomes(product)
    findings.none_failed(
        [each for each in load.failed() if "/outcomes" not in each], len(load.result.answers)
    )
    spooled = sum(began < each.at < restored for each in load.result.answers)
    lost = len({each.id for each in load.result.answers} - events)
    findings.claim(f"{lost} events lost, {spooled:,} were answered meanwhile", holds=not lost)
    reported = [each.id for each in load.result.outcomes if each.status == 200]
    refused = sum(each.status == 503 for each in load.result.outcomes)
    lost = len({*reported} - outcomes)
    words_of = f"{lost} of {len(reported):,} acknowledged outcomes lost, {refused} answered 503"
    findings.claim(words_of, holds=not lost and len(reported) > 0)
    findings.claim(f"exit code {code}", holds=code == 0)
    return findings


@contextmanager
def cut_way() -> Iterator[tuple[CutConnection, str]]:
    """Yield a way to an empty schema, and its URL."""
    with fresh_schema() as url:
        direct = make_url(url)
        way = CutConnection((direct.host or "", direct.port or 5432))
        yield way, direct.set(port=way.port).render_as_string(hide_password=False)
        way.cut()
