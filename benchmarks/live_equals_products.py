"""A product of `benchmarks/live_equals_backtest.py` beside flights, as a package of its own has it.

Amounts around a million, and a few times a hundred times that, known up to thirty hours late.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from contracts.moment import DAY, iso
from tests.production.backtest.kinds import FIRST, PRODUCTS, UNTIL, contract, history
from tests.production.conftest import TOY

if TYPE_CHECKING:
    from pathlib import Path

NAME = "amounts"
CONFIG = """\
name: {name}
contract: 1.0.0
history: "{history}"
start: "{start}"
until: "{until}"
day_offset: "0"
source:
  _target_: contracts.data.programmatic.Programmatic
  query:
    _target_: contracts.products.flights.query.query
    _partial_: true
    path: ${{paths.data}}/{name}.parquet
baseline: {{_target_: contracts.data.baseline.YesterdaysRate}}
solution: {{learner: {{_target_: kinds_toy.{solution[0]}}}, model: kinds_toy.{solution[1]}}}
learning:
  window: {{start: "{history}", end: "{start}"}}
  test: {{start: "{start}", end: "{until}"}}
  metrics: [mae]
  folds: 1
  horizon: 7d
  trials: 0
  seed: 0
  params: {{}}
  space: {{}}
specification:
  kind: regression
  schema: {{_target_: research.solutions.flights.schema.inputs}} # drafted already: not asked
  labels: []
  labels_open: false
  golden: 30
  metrics: [{{name: mae, direction: lower, threshold: 0.5, skill: -1.0e9}}]
  clauses: [{{name: schema, pair: recorded, tolerance: {{}}}}]
"""


def install(folder: Path) -> tuple[Path, list[str]]:
    """Lay the product down in a folder: its data, its configuration and its contract.

    Returns:
        The folder of its configuration, and the words of a command that name it.
    """
    if str(TOY) not in sys.path:
        sys.path.insert(0, str(TOY))
    product = PRODUCTS[NAME]
    events = history(product)
    for name in ("conf/product", "data"):
        (folder / name).mkdir(parents=True)
    pq.write_table(events, folder / "data" / f"{NAME}.parquet")
    moments = {"history": 0, "start": FIRST * DAY, "until": UNTIL * DAY}
    times = {name: iso(moment) for name, moment in moments.items()}
    text = CONFIG.format(name=NAME, solution=product.sides["joint"], **times)
    (folder / "conf" / "product" / f"{NAME}.yaml").write_text(text)
    contract(product, events, folder / "published" / NAME)
    paths = [f"paths.{name}={folder / name}" for name in ("data", "published")]
    return folder / "conf", [f"product={NAME}", "lifecycle=adaptive", *paths]
