"""The files of a package of a person's own."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.config.compose import TREE
from contracts.errors import ConflictError
from research.new.package import package_files
from research.new.place import place_of, unwritten, write, write_new
from research.new.stages import stages_beside, variant_file


def test_files_are_well_formed() -> None:
    """What tools read of them is as they read it, whatever the product is called."""
    files = package_files(Path("pk"), "2nd-hand.sales", data="/data/sales.parquet")
    texts = {path.relative_to("pk").as_posix(): text for path, text in files.items()}
    project = tomllib.loads(texts["pyproject.toml"])
    assert project["tool"]["setuptools"]["packages"] == ["p2nd_hand_sales"]
    assert project["project"]["entry-points"]["liaison.components"] == {}
    stages = yaml.safe_load(texts["dvc.yaml"])["stages"]
    assert stages["learn"]["deps"] == ["/data/sales.parquet"]
    assert watched(stages["learn"]) == ["conf/product/2nd-hand.sales.yaml", "conf/variant/own.yaml"]
    assert watched(stages["compare"]) == ["conf/product/2nd-hand.sales.yaml"]
    assert yaml.safe_load(texts[".github/workflows/ci.yml"])["jobs"]
    for name, text in texts.items():
        assert "$" not in text, name
        if name.endswith(".py"):
            compile(text, name, "exec")


def watched(stage: dict[str, Any]) -> list[str]:
    """Return the files whose values a stage watches, all of each."""
    assert {value for each in stage["params"] for value in each.values()} == {None}
    return [file for each in stage["params"] for file in each]


def test_a_database_is_no_file_of_a_stage() -> None:
    """DVC cannot watch a table."""
    files = package_files(Path("pk"), "sales", data="postgresql://ada@db/live")
    stages = yaml.safe_load(files[Path("pk/dvc.yaml")])["stages"]
    assert stages["learn"]["deps"] == []
    assert watched(stages["learn"])[0] == "conf/product/sales.yaml"


@pytest.mark.parametrize(
    ("data", "has"),
    [("postgresql://ada@db/live", True), ("sqlite:///a.db", False), ("a.csv", False)],
)
def test_the_driver_of_the_database_is_installed(data: str, *, has: bool) -> None:
    """A package whose events are in PostgreSQL asks for what reads them there."""
    text = package_files(Path("pk"), "sales", data=data)[Path("pk/pyproject.toml")]
    [needed] = tomllib.loads(text)["project"]["dependencies"]
    assert ("postgres" in needed) is has


def test_a_skeleton_is_declared() -> None:
    """An implementation by hand is a module of the package, whose two classes are components."""
    files = package_files(Path("pk"), "2nd-hand", data="a.csv", skeleton=True)
    compile(files[Path("pk/p2nd_hand/implementation.py")], "implementation.py", "exec")
    declared = tomllib.loads(files[Path("pk/pyproject.toml")])["project"]["entry-points"]
    assert declared["liaison.components"] == {
        "learner-production": "p2nd_hand.implementation:Learner",
        "model-production": "p2nd_hand.implementation:Model",
    }


def test_all_or_nothing(tmp_path: Path) -> None:
    """A folder appears whole; files that differ are neither replaced nor are others written."""
    folder = tmp_path / "new" / "pk"
    files = {folder / "a" / "b.txt": "1\n", folder / "c.txt": "2\n"}
    write_new(folder, files)
    assert unwritten(files, replace=False) == {}
    (folder / "c.txt").write_text("mine\n")
    more = {**files, folder / "d.txt": "3\n"}
    with pytest.raises(ConflictError, match="differs from what would be written") as refusal:
        unwritten(more, replace=False)
    assert refusal.value.details == ("-mine", "+2")
    write(unwritten(more, replace=True))
    assert (folder / "d.txt").read_text() == "3\n"
    assert (folder / "c.txt").read_text() == "2\n"
    assert [each.name for each in folder.parent.iterdir()] == ["pk"]


@pytest.mark.parametrize("data", ["2024", "2024-01-01", "a #1.csv", "a: b.csv", "[x].csv", "@x"])
def test_each_stage_watches_the_data_whatever_the_file_is_called(data: str) -> None:
    """A name that YAML would read as something else is still the name."""
    texts = package_files(Path("pk"), "sales", data=data)
    made = yaml.safe_load(texts[Path("pk/dvc.yaml")])["stages"]
    assert [each["deps"][0] for each in made.values()] == [data] * 3


def test_a_repository_of_dvc_gets_the_stages_beside_the_product(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder of the product's own, run from the repository; elsewhere nothing is written."""
    monkeypatch.chdir(tmp_path)
    assert stages_beside(place_of(Path("conf")), "sales", data="a.csv") == {}
    (tmp_path / ".dvc").mkdir()
    [(file, text)] = stages_beside(place_of(Path("conf")), "sales", data="a.csv").items()
    assert file == tmp_path / "pipelines" / "sales" / "dvc.yaml"
    stage = yaml.safe_load(text)["stages"]["learn"]
    assert stage["wdir"] == "../.."
    words = "--config-dir conf product=sales"
    assert stage["cmd"] == f"python -m research {words} variant=own task=learn"
    assert stage["deps"] == ["a.csv"]
    assert watched(stage) == ["conf/product/sales.yaml", "conf/variant/own.yaml"]
    assert "variant" not in yaml.safe_load(text)["stages"]["compare"]["cmd"]
    (tmp_path / ".dvc" / "python").touch()
    [text] = stages_beside(place_of(tmp_path / "conf"), "sales", data="sqlite:///a.db").values()
    stage = yaml.safe_load(text)["stages"]["learn"]
    assert stage["cmd"].startswith("sh .dvc/python -m research --config-dir conf product=sales")
    assert stage["deps"] == []
    assert stages_beside(place_of(tmp_path.parent / "conf"), "sales", data="a.csv") == {}


def test_curves_are_drawn_by_the_templates_that_a_repository_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else by those of DVC's, whose lines know no days: these are bars."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".dvc" / "plots").mkdir(parents=True)
    (tmp_path / ".dvc" / "plots" / "sides_by_day.json").touch()
    [text] = stages_beside(place_of(Path("conf")), "sales", data="a.csv").values()
    assert curves(text) == {"daily": "sides_by_day", "calibration": "linear", "trials": "linear"}
    text = package_files(Path("pk"), "sales", data="a.csv")[Path("pk/dvc.yaml")]
    assert curves(text) == {"daily": "bar_horizontal", "calibration": "linear", "trials": "linear"}


def curves(text: str) -> dict[str, str]:
    """Return the template of each curve of learning."""
    plots = yaml.safe_load(text)["stages"]["learn"]["plots"]
    return {Path(file).stem: how["template"] for each in plots for file, how in each.items()}


def test_what_an_experiment_changed_is_left_as_it_is(tmp_path: Path) -> None:
    """A tree of a person's own gets one file for it, once; this one has its own."""
    [(file, text)] = variant_file(tmp_path).items()
    assert file == tmp_path / "variant" / "own.yaml"
    assert text.startswith("# @package _global_\n")
    assert yaml.safe_load(text) == {"product": {}}
    assert (
        package_files(tmp_path, "sales", data="a.csv")[tmp_path / "conf/variant/own.yaml"] == text
    )
    file.parent.mkdir()
    file.write_text("# changed")
    assert variant_file(tmp_path) == {}
    assert variant_file(TREE) == {}
