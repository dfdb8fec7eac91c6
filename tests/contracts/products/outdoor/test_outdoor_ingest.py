"""The stream of image segments: its change and its new labels come when the configuration says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from contracts.config import compose
from contracts.errors import DataError
from contracts.moment import instant
from contracts.products.outdoor.ingest import columns, ingest, ordered, segments

if TYPE_CHECKING:
    import pyarrow as pa

CONFIGURED = compose("contracts", ["product=outdoor"]).product
SAID = {
    name: value for name, value in CONFIGURED.ingest.items() if name not in {"_target_", "folder"}
}
DRIFT = instant(SAID["drift"])


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """The product's events, as configured."""
    folder = tmp_path_factory.mktemp("outdoor") / "made"
    ingest(folder, **SAID)
    return pq.read_table(folder / "events.parquet")


def test_labels_appear_when_it_is_said(events: pa.Table) -> None:
    """No row has such a label before its moment, and one does in the week after it."""
    week = 7 * 86_400_000_000
    for label, moment in SAID["appear"].items():
        times = events.filter(pc.equal(events["surface"], label))["seen"].cast("int64").to_numpy()
        assert instant(moment) <= times.min() < instant(moment) + week


def test_a_label_that_does_not_appear_is_there_from_the_beginning(events: pa.Table) -> None:
    """The training window has all others."""
    end = instant(CONFIGURED.learning.window.end)
    early = events.filter(pc.less(events["seen"].cast("int64"), end))
    labels = {*CONFIGURED.specification.labels} - {*SAID["appear"]}
    assert {*early["surface"].to_pylist()} == labels


def test_the_camera_changes_when_it_is_said(events: pa.Table) -> None:
    """Sky is bluer than red before the drift, and redder than blue after it; green stays."""
    sky = events.filter(pc.equal(events["surface"], "sky"))
    after = sky["seen"].cast("int64").to_numpy() >= DRIFT
    red, blue, green = (sky[name].to_numpy() for name in ("red", "blue", "green"))
    assert (blue[~after] > red[~after]).mean() > 0.9
    assert (red[after] > blue[after]).mean() > 0.9
    assert abs(green[after].mean() - green[~after].mean()) < green.std()


def test_columns_are_exchanged_in_the_rows_asked_for() -> None:
    """One row is turned, the other is as it was."""
    two = segments()[:2]
    made = columns(two, exchanged=np.array([True, False]))
    assert made["red"].to_pylist()[0] == pytest.approx(two["blue"].to_pylist()[0], abs=1e-3)
    assert made["red"].to_pylist()[1] == pytest.approx(two["red"].to_pylist()[1], abs=1e-3)
    assert made["blue"].to_pylist()[0] == pytest.approx(two["red"].to_pylist()[0], abs=1e-3)


def test_no_patch_comes_twice() -> None:
    """Each row of the table is taken once at most."""
    rng = np.random.default_rng(0)
    order = ordered(["a", "b"] * 50, np.arange(60), {}, rng)
    assert len({*order}) == 60


def test_too_many_patches_are_refused() -> None:
    """The label that is used up is named, with its number."""
    with pytest.raises(DataError, match="all 1 patches of a have come"):
        ordered(["a"], np.arange(2), {}, np.random.default_rng(0))
