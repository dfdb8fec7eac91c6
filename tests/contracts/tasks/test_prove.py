from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from contracts.config.entry import main
from contracts.equivalence import proof
from contracts.host.owned import MARKER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

pytest_plugins = ["pytester"]
WORDS = ("--config-dir=conf", "task=prove", "product=toy")


@pytest.fixture
def proven(
    run: Callable[..., pytest.RunResult], pytester: pytest.Pytester
) -> Callable[..., tuple[int, Path]]:
    """Return a function that proves a small product, and returns exit code and output folder."""

    def make(model: str, *words: str) -> tuple[int, Path]:
        run("--contract=toy", "--collect-only", model=model)  # writes the configuration
        code = main("contracts", usage="", arguments=[*WORDS, *words])
        return code, pytester.path / "outputs" / "prove" / "toy"

    return make


def test_a_proof_leaves_page_verdicts_and_record(
    proven: Callable[..., tuple[int, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    """It writes a page, its data, the verdicts without times, and the record of the proof."""
    code, output = proven("cells")
    assert code == 0
    assert "equivalent by 4 clauses" in capsys.readouterr().out
    names = {each.name for each in output.iterdir()}
    assert names == {"report.html", "report.json", "verdicts.json", proof.FILE, MARKER}
    verdicts = json.loads((output / "verdicts.json").read_text())
    assert verdicts == dict.fromkeys(("schema", "golden", "ranking", "metric"), "equivalent")
    kept = proof.read(output)
    assert kept is not None
    assert (kept.proven, kept.liaison, kept.statuses) == (True, "dual", verdicts)
    assert kept.candidate == "toy_product.Learner"


def test_a_proof_counts_only_for_the_configured_candidate(
    proven: Callable[..., tuple[int, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The same class with other arguments, or on the other side, is another candidate."""
    _, output = proven("cells")

    def asked(task: str, *words: str) -> int:
        return main("contracts", usage="", arguments=[WORDS[0], f"task={task}", *words])

    def listed(*words: str) -> tuple[str, bool]:
        asked("list", f"paths.output={output}", *words)
        rows = json.loads((output / "report.json").read_text())["versions"]
        (row,) = (row for row in rows if row["product"] == "toy")
        return row["state"], bool(row["proven"])

    assert asked("verify", "product=toy") == 0
    assert asked("verify", "product=toy", "product.implementation.learner.model=blind") == 4
    told = capsys.readouterr().err
    assert "proven: the proof is of other code or configuration of toy_product.Learner" in told
    assert listed() == ("fulfilled", True)
    assert listed("liaison=joint") == ("named, not proven", False)


def test_the_option_draft_must_be_a_bool(
    proven: Callable[..., tuple[int, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    """`no` on the command line is a string, and would count as true."""
    assert proven("cells", "task.options.draft=no")[0] == 2
    assert "task.options.draft: Expected `bool`, got `str`: 'no'" in capsys.readouterr().err


def test_verdicts_are_the_same_to_the_byte(proven: Callable[..., tuple[int, Path]]) -> None:
    """A pipeline that depends on the verdicts runs again only when one has changed."""
    _, output = proven("cells")
    first = (output / "verdicts.json").read_bytes()
    proven("cells")
    assert (output / "verdicts.json").read_bytes() == first


def test_a_fault_fails_and_is_on_record(
    proven: Callable[..., tuple[int, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code, the record and the page show that the contract is not fulfilled."""
    code, output = proven("blind")
    told = capsys.readouterr()
    assert code == 4
    assert "the implementation is not equivalent" in told.err
    assert "colour = blue" in told.out
    kept = proof.read(output)
    assert kept is not None
    assert not kept.proven
    assert "golden: different" in (output / "report.html").read_text()


def test_joint_is_proven_by_the_same_task(proven: Callable[..., tuple[int, Path]]) -> None:
    """`liaison=joint` tests research's solution as it is served against the same clauses."""
    code, output = proven("swapped", "liaison=joint")
    kept = proof.read(output)
    assert kept is not None
    assert (code, kept.liaison, kept.proven) == (0, "joint", True)
