"""Ours: the product deployed in both liaisons, and the servers that serve it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from benchmarks.serving.configured import configured
from benchmarks.serving.contender import Contender, Question
from benchmarks.serving.question import OURS, RECORD
from contracts.schema.record import RecordDecoder
from production.assembly.serving import deployed_contract, open_serving
from production.registry.generations import Generations
from production.service.folder import live_state
from production.serving.manifest import read

if TYPE_CHECKING:
    from production.registry.generations import Generation
    from production.settings import Production

ROOT = Path(__file__).parents[2]
LIFECYCLES = {"dual": "dual", "joint": "adaptive"}
KNOWN_BY = "2013-03-01T05:00:00Z"
#: By liaison: the server and durability of each contender.
SERVED = {
    "dual": [
        *(("direct", durability) for durability in ("none", "queued", "acknowledged")),
        *(("uvicorn", durability) for durability in ("none", "queued", "acknowledged")),
        ("granian", "queued"),
    ],
    "joint": [
        *(("direct", durability) for durability in ("none", "queued", "acknowledged")),
        ("uvicorn", "queued"),
    ],
}
BARE = ("direct", "uvicorn", "granian")


class Deployed(msgspec.Struct, frozen=True, kw_only=True):
    """A product that was deployed.

    Attributes:
        liaison: ``dual`` or ``joint``.
        data: The folder of the ingested data.
        live: The folder of its live state.
    """

    liaison: str
    data: Path
    live: Path

    def overrides(self, live: Path) -> tuple[str, ...]:
        """Return what configures it, with its live state in a folder."""
        return (
            f"lifecycle={LIFECYCLES[self.liaison]}",
            f"paths.data={self.data}",
            f"paths.live={live}",
        )

    @property
    def config(self) -> Production:
        """Its configuration."""
        return configured(*self.overrides(self.live))


def deploy(liaison: str, *, data: Path, work: Path) -> Deployed:
    """Bring the product into service in a folder of its own; where it is, nothing changes."""
    deployed = Deployed(liaison=liaison, data=data, live=work / "live" / liaison)
    task = ("task=deploy", f"task.options.known_by={KNOWN_BY}")
    command = [sys.executable, "-m", "production", *task, *deployed.overrides(deployed.live)]
    subprocess.run(command, check=True, cwd=ROOT)
    return deployed


def first_generation(deployed: Deployed) -> tuple[Generation, float]:
    """Return the generation that a deployment trained, and its probability for the record."""
    config = deployed.config
    contract = deployed_contract(config)
    with open_serving(config, contract, state=live_state(config)) as serving:
        generation = Generations(serving.database).find(config.product.name, "1.0.0", 1)
        newest = serving.manifests.current(config.product.name)
        assert newest is not None
        model = serving.loader.load(read(newest.document).champion)
        record = RecordDecoder(contract.input_columns).convert(RECORD)
        return generation, model.one(record)[0]


def ours(deployed: Deployed, *, work: Path) -> list[Contender]:
    """Return what serves a product, each with a copy of the live state of its own."""
    return [
        _served(deployed, server, durability, work=work)
        for server, durability in SERVED[deployed.liaison]
    ]


def bare(probability: float) -> list[Contender]:
    """Return the bare servers, whose constant counts as any probability."""
    script = str(Path(__file__).with_name("bare.py"))
    question = Question(path=OURS.path, body=OURS.body, read=lambda _: probability)
    return [
        Contender(
            name=f"bare, {server}",
            command=(sys.executable, script, server, "{port}"),
            folder=ROOT,
            question=question,
        )
        for server in BARE
    ]


def _served(deployed: Deployed, server: str, durability: str, *, work: Path) -> Contender:
    live = work / "served" / f"{deployed.liaison}-{server}-{durability}"
    shutil.rmtree(live, ignore_errors=True)
    shutil.copytree(deployed.live, live)
    options = (f"server={server}", "serving.port={port}", f"serving.durability={durability}")
    return Contender(
        name=f"{deployed.liaison}, {server}, {durability}",
        command=(
            *(sys.executable, "-m", "production", "task=serve"),
            *options,
            *deployed.overrides(live),
        ),
        folder=ROOT,
        question=OURS,
    )
