from __future__ import annotations

import numpy as np
import pytest

from production.evaluation.metrics import score
from production.evaluation.windows import records, windows
from production.triggers import ScoredWindow

METRICS = ("log_loss", "roc_auc")
WINDOW = ScoredWindow(
    start=0, end=5, rows=7, served={"log_loss": 0.5, "roc_auc": 0.7}, baseline={"log_loss": 0.6}
)


def test_a_window_reads_back_as_it_was_written() -> None:
    """Through the records that the database keeps, metrics that were not defined included."""
    kept = list(records("toy", WINDOW, METRICS, 9))
    assert len(kept) == 4
    assert {each.computed_at for each in kept} == {9}
    assert list(windows(kept)) == [WINDOW]


def test_a_metric_that_rows_no_longer_define_is_written_as_undefined() -> None:
    """An outcome in conflict may take a window's last positive: the old area must not stand."""
    now = ScoredWindow(start=0, end=5, rows=6, served={"log_loss": 0.4}, baseline={"log_loss": 0.6})
    values = {(each.source, each.metric): each.value for each in records("toy", now, METRICS, 9)}
    assert values["served", "roc_auc"] is None
    assert values["served", "log_loss"] == 0.4


def test_a_metric_is_left_out_where_the_rows_do_not_define_it() -> None:
    """One class alone has no area; no rows have nothing at all."""
    chances = np.full((3, 1), 0.5)
    assert score(METRICS, np.ones(3), chances) == {"log_loss": pytest.approx(np.log(2))}
    assert score(METRICS, np.zeros(0), np.zeros((0, 1))) == {}
