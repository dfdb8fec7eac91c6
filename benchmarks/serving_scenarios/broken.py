"""Manifests that name a broken generation, published past all checks, under load."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.product import add_generation, make_product, now
from benchmarks.serving_scenarios.server import running
from production.serving.manifest import read
from tests.suites.hostile import CRAFTS

if TYPE_CHECKING:
    from pathlib import Path

RATE = 100.0


def broken(folder: Path, *words: str, count: int = 20) -> Findings:
    """Publish generations that are damaged in so many ways; the sound one must serve on."""
    findings = Findings(f"{count} kinds of broken generation")
    product = make_product(folder, *words)
    names = [*CRAFTS][:: max(len(CRAFTS) // count, 1)][:count]
    took = []
    with running(product, "serving.poll=100ms") as server, product.open() as serving:
        with server.load("b", RATE) as load:
            for name in names:
                candidate = add_generation(product, serving, folder / "made", craft=CRAFTS[name])
                began, published = time.monotonic(), serving.publisher.publish(candidate, now())
                server.await_log(rf"manifest {published.revision} (?:cannot serve|serves)")
                took.append(time.monotonic() - began)
        refused = len(server.logged(r"manifest \d+ cannot serve"))
        first = serving.manifests.all(product.contract.product)[0]
        sound = read(first.document).champion
        expected = product.predictions(serving.loader.load(sound))
    findings.none_failed(load.failed(), len(load.result.answers))
    wrong = sum(each.value != expected[each.record] for each in load.result.answers)
    findings.claim(f"{refused} of {count} refused", holds=refused == count)
    findings.claim(f"{wrong} answers not by the sound one", holds=not wrong)
    findings.note(f"refused within {max(took):.1f} s")
    with running(product) as again:
        findings.claim(
            f"a start then serves by manifest {again.revision()}", holds=again.revision() == 1
        )
    return findings
