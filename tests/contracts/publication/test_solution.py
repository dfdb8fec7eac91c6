"""Whether a solution is the one that a contract was made with."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.config.product import Side
from contracts.publication.solution import other_solution, solution_digest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def solution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Side:
    """A solution in a package of its own, of two modules."""
    package = tmp_path / "own_parcels"
    package.mkdir()
    for name in ("__init__", "solution", "features"):
        (package / f"{name}.py").write_text("one = 1\n")
    installed = tmp_path / "own_parcels-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Name: own-parcels\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(
        "[liaison.components]\n"
        "learner = own_parcels.solution:Solution\n"
        "model = own_parcels.solution:Model\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "own_parcels", raising=False)  # of an earlier test
    return side("own_parcels.solution.Solution")


def side(path: str, **arguments: Any) -> Side:
    """Return a side with a learner."""
    return Side(learner={"_target_": path, **arguments}, model="own_parcels.solution.Model")


def made_with(digest: str) -> Any:
    """Return a contract that recorded a digest."""
    return SimpleNamespace(provenance=SimpleNamespace(solution=digest))


def test_the_same_solution_is_recognized(solution: Side) -> None:
    """By its configuration and the code of its package."""
    assert other_solution(made_with(solution_digest(solution)), solution) is False


@pytest.mark.parametrize("file", ["solution.py", "features.py"])
def test_changed_code_is_another_solution(solution: Side, tmp_path: Path, file: str) -> None:
    """Any module of its package may decide what it predicts."""
    before = made_with(solution_digest(solution))
    (tmp_path / "own_parcels" / file).write_text("one = 2\n")
    assert other_solution(before, solution) is True


def test_another_configuration_is_another_solution(solution: Side) -> None:
    """An argument of its learner decides as much."""
    before = made_with(solution_digest(solution))
    assert other_solution(before, side("own_parcels.solution.Solution", depth=3)) is True


@pytest.mark.parametrize(
    "path", ["not_installed.solution.Solution", "research.none.at.all.Solution"]
)
def test_what_is_not_installed_cannot_be_compared(solution: Side, path: str) -> None:
    """Production may have no package of research."""
    assert solution_digest(side(path)) == ""
    assert other_solution(made_with(solution_digest(solution)), side(path)) is None


def test_an_older_contract_cannot_be_compared(solution: Side) -> None:
    """It does not say what it was made with."""
    assert other_solution(made_with(""), solution) is None
