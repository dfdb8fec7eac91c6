"""The page on a product's pieces: its module works as it is written there."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from omegaconf import OmegaConf

from contracts.config.instantiate import check_components, instantiate
from contracts.moment import DAY, instant

if TYPE_CHECKING:
    import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "parts.md").read_text("utf-8")
FILE = r"<!-- file: parcels/pieces.py -->\n```python\n(.*?)^```"
MODULE = re.search(FILE, PAGE, re.MULTILINE | re.DOTALL)
PRODUCT = re.search(
    r"<!-- file: conf/product/parcels.yaml -->\n```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL
)
COMPONENTS = ("schema", "source", "learner-solution")
START = instant("2024-03-01T00:00:00Z")


def test_the_pieces_of_the_page_work_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Configuration names them; a learner learns from the source by the schema, and is scored."""
    assert MODULE is not None
    assert PRODUCT is not None
    folder = tmp_path / "parcels"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "pieces.py").write_text(MODULE[1])
    named = dict(re.findall(r'`([a-z-]+) = "parcels\.pieces:(\w+)"`', PAGE))
    lines = [f"{key} = parcels.pieces:{named[key]}" for key in COMPONENTS]
    metadata = tmp_path / "parcels-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: parcels\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("\n".join(["[liaison.components]", *lines]))
    hours = np.random.default_rng(0).gamma(4, 9, 200)
    sent = pa.array(START + DAY // 24 * np.arange(200), pa.timestamp("us", tz="UTC"))
    columns = {"weight": hours / 10, "express": hours < 20, "zone": ["north", "south"] * 100}
    pq.write_table(
        pa.table({"sent": sent, **columns, "hours": hours}), tmp_path / "parcels.parquet"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("parcels", "parcels.pieces"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    product = OmegaConf.create({"product": yaml.safe_load(PRODUCT[1])}).product
    check_components({"product": OmegaConf.to_container(product, resolve=True)})
    learner = instantiate(product.solution.learner, "product.solution.learner")
    source = instantiate(product.source, "product.source")
    events = source.window(START, START + 9 * DAY, known_by=START + 30 * DAY)
    rows = events.select([*columns, "outcome"])
    model = learner.fit(rows, params={"randomforestregressor__max_depth": 4}, seed=0)
    model.write(tmp_path)
    pieces = importlib.import_module("parcels.pieces")
    assert [getattr(pieces, name)().name for name in product.learning.metrics] == [
        *product.learning.metrics
    ]
    scored = rows["outcome"].to_numpy(), model.predict(rows.drop_columns(["outcome"]))
    assert 0 < pieces.middle().value(*scored) < hours.std() / 4
    assert 0.9 < pieces.explained().value(*scored) < 1
