"""The product ``flights`` in service, for `openapi_cases` and `hostile_requests`."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.contract import golden, load

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SERVERS = ("uvicorn", "direct", "granian")
CONTRACT = ROOT / "contracts" / "published" / "flights" / "1.0.0"
SCOPES = "[predict,outcomes,read,promote,admin]"


def deploy(live: Path) -> None:
    """Bring the product into service, with its state in a folder."""
    _run(live, "task=deploy", "task.options.known_by=2013-03-01T05:00:00Z")


def new_token(live: Path) -> str:
    """Return a new token of all scopes."""
    return _run(live, "task=token", "task.options.name=benchmark", f"task.options.scopes={SCOPES}")


def golden_record() -> dict[str, Any]:
    """Return a record of the contract."""
    contract = load(CONTRACT)
    file = contract.folder / "golden.parquet"
    rows = golden.read(file, contract.input_columns, k=contract.k).rows
    record: dict[str, Any] = rows.slice(0, 1).to_pylist()[0]
    return record


@contextmanager
def serving(live: Path, server: str, *overrides: str) -> Iterator[str]:
    """Yield the address of a server at work; its log is in the folder, and it must end in order."""
    words = _command(live, "task=serve", "serving.port=0", f"server={server}", *overrides)
    with (live / f"{server}.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        yield "http://" + line.partition("http://")[2].split()[0]
        process.send_signal(signal.SIGTERM)
        if process.wait(60):
            raise RuntimeError(f"{server} ended with {process.returncode}: {log.name}")
    finally:
        process.kill()
        process.wait()


def _run(live: Path, *words: str) -> str:
    """Return what a task prints."""
    done = subprocess.run(_command(live, *words), cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode().strip()


def _command(live: Path, *words: str) -> list[str]:
    own = (f"paths.live={live / 'state'}", f"product.contract={CONTRACT.name}")
    return [sys.executable, "-m", "production", *words, *own]
