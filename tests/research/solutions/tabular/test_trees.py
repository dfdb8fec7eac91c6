from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import ConfigError
from contracts.schema.declared import inputs
from research.export.exported import ExportedModel
from research.solutions.tabular.trees import BoostedTrees

if TYPE_CHECKING:
    from pathlib import Path

N = 400
COLUMNS: list[dict[str, Any]] = [
    {"name": "plan", "kind": "str", "nullable": True},
    {"name": "months", "kind": "int"},
    {"name": "spent", "kind": "float", "nullable": True},
    {"name": "new", "kind": "bool"},
]
RNG = np.random.default_rng(0)
SPENT = RNG.normal(size=N)
#: By kind: the labels, and outcomes as a source may give them.
OUTCOMES: dict[str, tuple[list[Any], list[Any]]] = {
    "binary": ([False, True], [float(each) for each in SPENT > 0]),
    "multiclass": (["high", "low", "none"], ["high" if each > 0 else "low" for each in SPENT]),
    "regression": ([], [round(each) for each in 10 * SPENT]),
}


def rows(outcomes: list[Any]) -> pa.Table:
    """Return rows to learn from, with nulls among them."""
    return pa.table(
        {
            "plan": [None if at % 9 == 0 else "abc"[at % 3] for at in range(N)],
            "months": [at % 40 for at in range(N)],
            "spent": pa.array(SPENT, mask=np.arange(N) % 7 == 0),
            "new": [at % 2 == 0 for at in range(N)],
            "outcome": outcomes,
        }
    )


@pytest.mark.parametrize("kind", OUTCOMES)
def test_served_form(kind: str, tmp_path: Path) -> None:
    """Each kind is served as ONNX, which predicts what the trees predict, unseen texts included."""
    labels, outcomes = OUTCOMES[kind]
    learner = BoostedTrees(kind=kind, schema=inputs(COLUMNS), labels=labels, threads=1)
    table = rows(outcomes)
    fitted = learner.fit(table, params={"max_iter": 5}, seed=0)
    fitted.write(tmp_path)
    served = ExportedModel.read(tmp_path)
    assert served.form == "onnx"
    unseen = table.drop_columns(["outcome"]).set_column(0, "plan", pa.array(["x"] * N))
    assert np.allclose(served.predict(unseen), fitted.predict(unseen), atol=1e-6)
    assert served.predict(unseen).std() > 0


def test_unknown_parameter() -> None:
    """A parameter that the trees do not have is refused by name."""
    learner = BoostedTrees(kind="regression", schema=inputs(COLUMNS))
    with pytest.raises(ConfigError, match="no parameter 'max_itr'"):
        learner.fit(rows(OUTCOMES["regression"][1]), params={"max_itr": 5}, seed=0)
