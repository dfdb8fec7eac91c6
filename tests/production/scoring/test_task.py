"""The task `score`, from the command line: what it says where it cannot predict."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pyarrow import parquet

from contracts.config.entry import main
from contracts.contract.contract import load
from contracts.errors import ConfigError, DataError, UnknownNameError
from production.assembly.serving import open_serving
from production.backtest.state import run_state
from production.generation.description import Candidate
from production.scoring import task
from production.scoring.generation import named_candidate
from tests.production.conftest import request as toy_request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from production.scoring.part import Scorer
    from tests.production.conftest import Operation


def command(*words: str) -> int:
    """Return the exit code of production's entry point."""
    return main("production", usage="", arguments=("task=score", *words))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param((), "task.options.rows: expected a table", id="no-table"),
        pytest.param(("task.options.rows=none.csv",), "no such file", id="no-such-table"),
    ],
)
def test_a_table_that_is_not_there_is_asked_for(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is opened; the option is named."""
    assert command(*words) == 2
    assert message in capsys.readouterr().err


def test_a_generation_is_found_by_its_name(operation: Callable[..., Operation]) -> None:
    """Without a name it is the champion; of another name the message lists those there are."""
    made = operation(until=14)
    champion = made.run()[0].engine.deployed.manifest.champion
    state = run_state(made.config, made.state)
    with open_serving(made.config, made.product.contract, state=state) as serving:
        assert named_candidate(serving, None) == champion
        assert named_candidate(serving, champion.name) == champion
        with pytest.raises(UnknownNameError, match=r"generation=1\.0\.0/7") as caught:
            named_candidate(serving, "1.0.0/7")
    assert champion.name in caught.value.hint


def test_what_was_made_is_said_beside_the_table(
    scorer: Scorer,
    requests: pa.Table,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By which generation, how many rows, and which have no prediction; none at all is an error."""
    file, output = tmp_path / "rows.parquet", tmp_path / "output"
    candidate = Candidate(release="1.0.0", generation=1, artifact=scorer.generation.name)
    monkeypatch.setattr(task, "deployed_contract", lambda _: load(scorer.contract))
    monkeypatch.setattr(task, "_open_scorer", lambda *_: (candidate, scorer))
    words = ("task=score", f"task.options.rows={file}", f"paths.output={output}")
    request = toy_request(*words, "compute.processes=1")
    parquet.write_table(requests, file)
    task.score(request)
    said = json.loads((output / "scores.json").read_text())
    assert (said["generation"], said["rows"], said["predicted"]) == ("1.0.0/1", 1_000, 1_000)
    assert "1,000 of 1,000 rows predicted" in capsys.readouterr().out
    with pytest.raises(ConfigError, match="'late' is what the predictions are called"):
        task.score(toy_request(*words, "task.options.keep=[late]"))
    parquet.write_table(requests.set_column(2, "colour", [["purple"] * 1_000]), file)
    with pytest.raises(DataError, match="none of 1,000 rows has a prediction: colour"):
        task.score(request)
