"""Tables of predictions: whole, in order, whatever they are read from and however often killed."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from msgspec.structs import replace
from pyarrow import csv, feather, parquet

from contracts.compute.local import LocalCompute
from contracts.contract.contract import load
from production.generation.files import unpack
from production.scoring.making import DONE, make_table
from production.scoring.table import split, table_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from production.scoring.part import PartScores, Scorer

Made = tuple[pa.Table, "PartScores"]
ALONE = LocalCompute(processes=1)


def write_parquet(table: pa.Table, file: Path) -> None:
    """Write a file of several row groups."""
    parquet.write_table(table, file, row_group_size=150)


WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {
    "parquet": write_parquet,
    "csv": csv.write_csv,
    "arrow": lambda table, file: feather.write_feather(table, str(file)),
}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A folder for tables of predictions."""
    folder = tmp_path / "output"
    folder.mkdir()
    return folder


def made(scorer: Scorer, rows: Path, output: Path, *, part: int = 400) -> Made:
    """Return the table that is made of another, and what became of its rows."""
    parts = split(table_files(rows), rows=part)
    scores = make_table(scorer, parts, output, compute=ALONE, progress=lambda _: None)
    return parquet.read_table(output / DONE), scores


def expected(scorer: Scorer, requests: pa.Table) -> list[float]:
    """Return what the generation predicts of all requests at once."""
    contract = load(scorer.contract)
    model = unpack(scorer.generation, scorer.kind, contract, name=scorer.name)
    values: list[float] = model.predict(requests)[:, 0].tolist()
    return values


@pytest.mark.parametrize("form", WRITERS)
def test_a_table_has_the_predictions_of_all_rows_in_order(
    scorer: Scorer, requests: pa.Table, tmp_path: Path, output: Path, form: str
) -> None:
    """In parts as at once, from each format, the kept column beside them."""
    WRITERS[form](requests, tmp_path / f"rows.{form}")
    table, scores = made(replace(scorer, keep=("key",)), tmp_path / f"rows.{form}", output)
    assert table.column_names == ["key", "late"]
    assert table["key"].to_pylist() == requests["key"].to_pylist()
    assert table["late"].to_pylist() == expected(scorer, requests)
    assert (scores.rows, scores.refused) == (1_000, {})


def test_a_folder_is_read_in_the_order_of_its_names(
    scorer: Scorer, requests: pa.Table, tmp_path: Path, output: Path
) -> None:
    """Each file gives parts of its own; what is no table is left alone."""
    rows = tmp_path / "rows"
    rows.mkdir()
    for number in (1, 0):
        write_parquet(requests.slice(500 * number, 500), rows / f"{number}.parquet")
    (rows / "_SUCCESS").touch()
    table, _ = made(scorer, rows, output, part=1_000)
    assert table["id"].to_pylist() == requests["id"].to_pylist()
    assert sorted(file.name for file in (output / DONE).iterdir()) == [
        "part-00000.parquet",
        "part-00001.parquet",
    ]


def test_types_that_hold_the_same_values_are_taken(
    scorer: Scorer, requests: pa.Table, tmp_path: Path, output: Path
) -> None:
    """A dictionary of large strings, and numbers of half the width, as other tools write them."""
    other = requests.set_column(2, "colour", pc.dictionary_encode(requests["colour"]))
    other = other.set_column(1, "size", other["size"].cast(pa.float32(), safe=False))
    write_parquet(other, tmp_path / "rows.parquet")
    table, scores = made(scorer, tmp_path / "rows.parquet", output)
    assert table["late"].to_pylist() == expected(scorer, requests)
    assert scores.predicted == 1_000


def test_a_row_that_the_contract_refuses_has_no_prediction(
    scorer: Scorer, requests: pa.Table, tmp_path: Path, output: Path
) -> None:
    """It is counted by the check that it breaks; the others are predicted."""
    colours = requests["colour"].to_pylist()
    colours[3], colours[999] = "purple", None
    faulty = requests.set_column(2, "colour", pa.array(colours))
    write_parquet(faulty, tmp_path / "rows.parquet")
    table, scores = made(scorer, tmp_path / "rows.parquet", output)
    assert [at for at, value in enumerate(table["late"].to_pylist()) if value is None] == [3, 999]
    assert sum(scores.refused.values()) == 2
    assert {reason.partition(":")[0] for reason in scores.refused} == {"colour"}
    assert scores.predicted == 998


def test_a_row_on_which_the_model_fails_has_no_prediction(
    scorer: Scorer, requests: pa.Table, toy: ModuleType, tmp_path: Path, output: Path
) -> None:
    """The others of its part are predicted, and the kind of failure is said."""
    write_parquet(requests, tmp_path / "rows.parquet")
    table, scores = made(replace(scorer, kind=toy.Brittle), tmp_path / "rows.parquet", output)
    large = np.nan_to_num(requests["size"].to_numpy()) > 0.9
    assert large.any()
    assert (~pc.is_valid(table["late"]).to_numpy()).tolist() == large.tolist()
    assert scores.refused == {"model: ValueError": int(large.sum())}


def test_a_table_without_rows_has_its_columns(
    scorer: Scorer, requests: pa.Table, tmp_path: Path, output: Path
) -> None:
    """It is made like any other."""
    parquet.write_table(requests.slice(0, 0), tmp_path / "rows.parquet")
    table, scores = made(scorer, tmp_path / "rows.parquet", output)
    assert (table.num_rows, table.column_names) == (0, ["id", "late"])
    assert scores.rows == 0


def test_what_a_killed_command_made_is_not_made_again(
    scorer: Scorer, requests: pa.Table, tmp_path: Path, output: Path
) -> None:
    """It is not visible before the rest is there, and the whole is that of an unbroken command."""
    write_parquet(requests, tmp_path / "rows.parquet")
    parts = split(table_files(tmp_path / "rows.parquet"), rows=400)

    def kill(text: str) -> None:
        if "2 of" in text:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_table(scorer, parts, output, compute=ALONE, progress=kill)
    assert not (output / DONE).exists()
    inodes = {file.name: file.stat().st_ino for file in output.rglob("*.parquet")}
    assert len(inodes) == 2
    table, scores = made(scorer, tmp_path / "rows.parquet", output)
    assert table["late"].to_pylist() == expected(scorer, requests)
    assert scores.rows == 1_000
    now = {file.name: file.stat().st_ino for file in output.rglob("*.parquet")}
    assert inodes.items() < now.items()


def test_a_part_of_another_table_is_made_again(
    scorer: Scorer, requests: pa.Table, tmp_path: Path, output: Path
) -> None:
    """Other rows, columns or generations have nothing in common with what was left."""
    write_parquet(requests, tmp_path / "rows.parquet")
    made(scorer, tmp_path / "rows.parquet", output)
    (output / DONE).rename(output / ".making")
    (output / ".making" / "key").write_bytes(b"another")
    table, _ = made(replace(scorer, keep=("key",)), tmp_path / "rows.parquet", output)
    assert table.column_names == ["key", "late"]


def test_a_scorer_can_be_sent_to_another_process(scorer: Scorer) -> None:
    """What arrives there is equal to it."""
    assert pickle.loads(pickle.dumps(scorer)) == scorer  # noqa: S301 - our own
