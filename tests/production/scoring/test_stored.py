"""A table without its stored features: they are looked up as of each row's time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace
from pyarrow import parquet

from contracts.config.product import Features
from contracts.data.rows import INSTANT
from contracts.data.stored.feature import StoredFeature
from contracts.data.stored.source import with_features
from contracts.data.stored.values import MemoryValues, checked_values
from contracts.errors import DataError
from contracts.moment import DAY, END_OF_TIME, HOUR
from production.artifacts.store import LocalArtifacts
from production.scoring import part as scoring
from production.scoring.part import Scorer, score_part
from production.scoring.stored import StoredColumns, stored_columns
from production.scoring.table import split

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from contracts.config.product import Product

SIZE = StoredFeature(name="size", entity=("colour",), aggregate="latest", window="4h")


def changing(days: int) -> MemoryValues:
    """Return a value of each colour every few hours, between 0 and 1."""
    at = np.arange(0, days * DAY, 5 * HOUR)
    colours = ["red", "green", "blue"]
    known = np.repeat(at, 3) + np.tile([0, 1, 2], len(at)) * HOUR
    count = len(known)
    return MemoryValues(
        checked_values(
            pa.table(
                {
                    "id": [f"v{place:04}" for place in range(count)],
                    "known": pa.array(known, INSTANT),
                    "value": [place % 2 for place in range(count)],
                    "colour": colours * len(at),
                }
            )
        )
    )


def test_a_table_is_predicted_as_its_requests_were_served(
    operation: Callable[..., Any], toy: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same features, bit for bit, in whatever order rows come, some at a time."""
    case, source = operation("gate=open", until=14), changing(14)
    seen: list[pa.Table] = []

    def filled(requests: pa.Table, until: int) -> pa.Table:
        assert until
        seen.append(with_features(requests.drop_columns(["size"]), (SIZE,), source))
        return seen[-1]

    assembly = case.build()
    assembly.agents.serving._fill = filled
    list(assembly.loop.steps())
    events = assembly.events.served("toy", 0, END_OF_TIME)
    candidate = assembly.engine.deployed.manifest.champion
    scorer = Scorer(
        contract=case.product.contract.folder,
        generation=LocalArtifacts(case.state / "artifacts").open(candidate.artifact),
        name=candidate.name,
        kind=toy.Rates,
        keep=("id", "size"),
        stored=StoredColumns(features=(SIZE,), values=source),
    )
    rows = case.feed.table.select(["id", "time", "colour"])
    rows = rows.take(np.random.default_rng(0).permutation(rows.num_rows))
    parquet.write_table(rows, tmp_path / "rows.parquet")
    monkeypatch.setattr(scoring, "ROWS", 40)
    (part,) = split([tmp_path / "rows.parquet"], rows=1_000)
    scores = score_part(scorer, part, tmp_path / "part.parquet")
    assert scores.predicted == rows.num_rows == len(events.id)
    written = parquet.read_table(tmp_path / "part.parquet").sort_by("id")
    served = pa.concat_tables(seen).sort_by("id")
    assert written["size"].equals(served["size"])
    assert {0.0, 1.0, None} == {*written["size"].to_pylist()}
    expected = dict(zip(events.id, events.prediction[:, 0].tolist(), strict=True))
    assert (
        dict(zip(*(written[name].to_pylist() for name in ("id", "late")), strict=True)) == expected
    )


@pytest.fixture
def product(operation: Callable[..., Any]) -> Product:
    """The small product, with a stored feature whose values are never asked for."""
    query = {"_target_": "contracts.products.flights.landings.query", "_partial_": True}
    values = {"_target_": "contracts.data.stored.queried.QueriedValues", "query": query}
    return replace(operation().config.product, features=Features(values=values, stored=(SIZE,)))


COLUMNS = {"colour": ["red"], "time": pa.array([DAY], INSTANT), "size": [0.5]}


@pytest.mark.parametrize(
    ("files", "looks_up"),
    [
        ([["colour", "time"]], True),
        ([["colour", "size"]], False),
        ([["colour", "time", "size"]], False),
    ],
    ids=["without it", "with it", "with both"],
)
def test_what_the_table_has_is_not_looked_up(
    product: Product, contract: Any, tmp_path: Path, files: list[list[str]], *, looks_up: bool
) -> None:
    """Its own column stands; of a product without stored features nothing is looked up."""
    paths = written(tmp_path, files)
    found = stored_columns(product, paths, contract.input_columns)
    assert (found is not None) == looks_up
    if found is not None:
        assert found.asked(contract.input_columns).names == ("colour",)
    assert stored_columns(replace(product, features=None), paths, contract.input_columns) is None


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([["colour"]], "expected a column 'time' of instants with a time zone, got none"),
        ([["colour", "naive"]], r"got timestamp\[us\]"),
        ([["colour", "time"], ["colour", "size"]], "no column 'size', and there is one 'size'"),
    ],
    ids=["no time", "no zone", "in one file alone"],
)
def test_a_table_that_cannot_be_completed_is_refused(
    product: Product, contract: Any, tmp_path: Path, files: list[list[str]], message: str
) -> None:
    """Before anything is predicted: by the file, with what to do."""
    with pytest.raises(DataError, match=message):
        stored_columns(product, written(tmp_path, files), contract.input_columns)


def test_a_row_without_a_time_is_refused() -> None:
    """Nothing can be known as of no time."""
    stored = StoredColumns(features=(SIZE,), values=changing(2))
    times = pa.array([DAY, None], INSTANT)
    with pytest.raises(DataError, match="'time': 1 rows have none"):
        stored.filled(pa.table({"colour": ["red", "red"], "time": times}))


def written(folder: Path, files: list[list[str]]) -> list[Path]:
    """Write files of the columns that each is to have, and return them."""
    paths = []
    for place, names in enumerate(files):
        naive = {"time": pa.array([DAY], pa.timestamp("us"))} if "naive" in names else {}
        table = {name: COLUMNS[name] for name in names if name in COLUMNS} | naive
        paths.append(folder / f"{place}.parquet")
        parquet.write_table(pa.table(table), paths[-1])
    return paths
