"""Small tables as files, and what `task=new` is asked about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from research.new.asked import NewProduct, check
from research.new.findings import look

if TYPE_CHECKING:
    from pathlib import Path

    from research.new.findings import TableFindings

#: The first of January 2024, and a moment after every table's last row.
START, NOW = 1_704_067_200_000_000, 1_800_000_000_000_000
HOUR = 3_600_000_000
INSTANT = pa.timestamp("us", tz="UTC")
NOTHING = dict.fromkeys(
    [
        "table",
        "query",
        "kind",
        "positive",
        "time",
        "zone",
        "unit",
        "arrived",
        "id",
        "key",
        "drop",
        "keep",
        "package",
    ]
)


def table(n: int = 600, **columns: Any) -> dict[str, Any]:
    """Return the columns of a table, an event an hour: a number, a text, and who leaves."""
    rng = np.random.default_rng(0)
    amount, plan = rng.normal(size=n), rng.choice(["a", "b", "c"], n)
    usual = {
        "at": pa.array(START + HOUR * np.arange(n), INSTANT),
        "amount": amount.round(3),
        "plan": plan.tolist(),
        "left": (amount + (plan == "a") + rng.normal(size=n) > 0).tolist(),
    }
    return {name: value for name, value in (usual | columns).items() if value is not None}


def written(path: Path, columns: dict[str, Any]) -> Path:
    """Write columns as Parquet, and return the file."""
    pq.write_table(pa.table(columns), path)
    return path


def asked(data: object, **given: Any) -> NewProduct:
    """Return what is asked, checked: the target is `left` unless it is given."""
    keys = {
        **NOTHING,
        "paths": {name: name for name in ("data", "published", "draft", "output", "live")},
        "task": {"name": "new", "package": "research", "answer": "research.new.task.new"},
        "product": {"name": given.pop("product", "churn")},
        "data": str(data),
        "target": "left",
        "compute": {"_target_": "contracts.compute.local.LocalCompute", "name": "local"},
        "tracking": {"_target_": "contracts.tracking.port.NoTracking"},
        "implementation": "made",
        "replace": False,
        **given,
    }
    return check(msgspec.convert(keys, NewProduct))


def found(path: Path, columns: dict[str, Any] | None = None, **given: Any) -> TableFindings:
    """Return what is found in a table."""
    file = written(path / "events.parquet", table() if columns is None else columns)
    return look(asked(file, **given), now=NOW)
