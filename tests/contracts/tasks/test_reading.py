"""The tasks that only read: list, show, export, on the contracts of this repository."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from contracts.config.entry import main
from contracts.tasks.usage import USAGE

ROOT = Path(__file__).parents[3]


def run(folder: Path, *words: str) -> int:
    """Run a task of `python -m contracts` with its output in a folder."""
    published = f"paths.published={ROOT / 'contracts' / 'published'}"
    arguments = [*words, published, f"paths.output={folder}"]
    return main("contracts", usage=USAGE, arguments=arguments)


def test_list_shows_what_is_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each version is a row, in the terminal and in the report."""
    assert run(tmp_path, "task=list") == 0
    rows = msgspec.json.decode((tmp_path / "report.json").read_bytes())["versions"]
    assert ("flights", "1.0.0") in {(row["product"], row["version"]) for row in rows}
    assert "1.0.0" in capsys.readouterr().out


def test_show_writes_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The contract is printed, and written as Markdown and as HTML."""
    assert run(tmp_path, "task=show", "task.options.version=1.0.0") == 0
    assert (tmp_path / "contract.md").read_text("utf-8").startswith("# flights 1.0.0\n")
    assert "airline, two-letter code" in (tmp_path / "report.html").read_text("utf-8")
    assert "airline, two-letter code" in capsys.readouterr().out


def test_export_writes_what_other_tools_read(tmp_path: Path) -> None:
    """JSON Schemas of input, prediction and document, and one document of the standard."""
    assert run(tmp_path, "task=export", "task.options.version=1.0.0") == 0
    written = {path.name for path in tmp_path.iterdir()}
    assert written >= {
        "input.schema.json",
        "prediction.schema.json",
        "contract.schema.json",
        "contract.odcs.yaml",
    }


@pytest.mark.parametrize("task", ["check", "diff", "export", "list", "show"])
def test_a_product_without_an_implementation_needs_no_liaison(task: str, tmp_path: Path) -> None:
    """Its tasks run without a choice between dual and joint."""
    assert run(tmp_path, f"task={task}", "~product.implementation") == 0


def test_an_unpublished_version_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message lists the published versions."""
    assert run(tmp_path, "task=show", "task.options.version=9.9.9") == 4
    assert "no contract there" in capsys.readouterr().err
