"""A session: the steps of research on a product, at a prompt."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from contracts.config.entry import main
from contracts.errors import ConfigError
from research import Session
from tests.research.new.tables import table, written

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.e2e
def test_each_step_shows_what_its_task_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a product that was made of a table; a notebook gets the page, a prompt where it lies."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "events.parquet", table())
    words = ["task=new", "product=churn", "data=events.parquet", "target=left", "time=at"]
    assert main("research", usage="", arguments=[*words, "arrived=1d"]) == 0
    session = Session("product=churn", config_dir="conf")
    assert repr(session) == "Session('product=churn') of churn"
    assert {"id", "time", "outcome", "amount", "plan"} <= {*session.events().columns}
    week = session.events("2024-01-01T00:00:00Z", "2024-01-08T00:00:00Z")
    assert len(week) == 7 * 24
    explored = session.explore()
    assert explored.data["events"] > 0
    assert "Exploring churn" in explored._repr_html_()
    assert "outputs/explore/churn/report.html" in repr(explored)
    columns = session.table(100)
    assert "churn" in columns._repr_html_()
    assert "table.html" in repr(columns)
    assert columns.data["table_rows"] == 100
    evaluated = session.evaluate()
    assert len(evaluated.data["trials"]) == 1
    learned = session.tune(1)
    assert len(learned.data["trials"]) == 1
    own = ["-c", "user.name=reader", "-c", "user.email=reader@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*own, "commit", "-q", "-m", "A product"]):
        subprocess.run(["git", *words], check=True)
    draft = session.specify("product.learning.trials=1")
    assert draft.folder.joinpath("draft", "contract.yaml").is_file()
    assert "Limits: what was not seen" in session.card()._repr_html_()


def test_a_mistake_is_an_error_as_on_the_command_line() -> None:
    """With the near match."""
    with pytest.raises(ConfigError, match="did you mean"):
        Session("product=flihgts")
