"""The task `ingest`, with ingests that return different things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.config.entry import main
from contracts.products.flights import ingest
from contracts.tasks.usage import USAGE

if TYPE_CHECKING:
    from pathlib import Path

TARGET = "contracts.products.flights.ingest.ingest"


def run(monkeypatch: pytest.MonkeyPatch, output: Path, returned: Any) -> int:
    """Run the task with an ingest that returns a given object."""

    def ingests(folder: str) -> Any:  # noqa: ARG001 - as it is configured
        return returned

    ingests.__module__ = ingest.__name__
    monkeypatch.setattr(ingest, "ingest", ingests)
    return main("contracts", usage=USAGE, arguments=["task=ingest", f"paths.output={output}"])


def test_an_ingest_may_return_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report then names the function that made the data."""
    assert run(monkeypatch, tmp_path, None) == 0
    assert TARGET in capsys.readouterr().out
    assert msgspec.json.decode((tmp_path / "report.json").read_bytes())["made by"] == TARGET


def test_what_an_ingest_returns_is_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names and values, also nested ones."""
    made = {"events": 1234567, "intact": True, "traps": {"gaps": 3}}
    assert run(monkeypatch, tmp_path, made) == 0
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert shown[:3] == [["events", "1,234,567"], ["intact", "True"], ["gaps", "3"]]
    assert msgspec.json.decode((tmp_path / "report.json").read_bytes())["events"] == 1234567


@pytest.mark.parametrize("returned", ["events.parquet", 3, [1, 2], object()])
def test_an_object_that_cannot_be_shown_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    returned: Any,
) -> None:
    """The message says that the ingest ran, what it returned, and what to return instead."""
    assert run(monkeypatch, tmp_path, returned) == 3
    said = " ".join(capsys.readouterr().err.split())
    assert f"has run, but returned a {type(returned).__name__}: expected names and values" in said
    assert "or nothing" in said
