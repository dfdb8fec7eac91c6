"""The metrics over time, and what happened meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.moment import DAY
from production.metrics import ScoredWindow
from production.service.page.history import ENOUGH, SHOWN, TOGETHER, history, marks
from tests.production.service.page.conftest import decision, manifest, training

if TYPE_CHECKING:
    from contracts.contract import Contract


def windows(count: int) -> list[ScoredWindow]:
    """Return windows of a day each."""
    return [
        ScoredWindow(
            start=day * DAY,
            end=(day + 1) * DAY,
            rows=10,
            served={"log_loss": float(day % 2)},
            baseline={"log_loss": 1.0},
        )
        for day in range(count)
    ]


def test_a_value_that_a_window_does_not_define_is_none(contract: Contract) -> None:
    """An area under a curve, say, with outcomes of one label alone."""
    shown = history(contract, windows(2), ())
    loss, area, _ = shown.series
    assert (loss.served, loss.baseline, loss.direction) == ((0.0, 1.0), (1.0, 1.0), "lower")
    assert (area.served, area.direction) == ((None, None), "higher")
    assert (shown.rows, shown.ends) == ((10, 10), (DAY, 2 * DAY))


@pytest.mark.parametrize("count", [ENOUGH - 1, ENOUGH])
def test_lines_are_smooth_where_windows_are_many(contract: Contract, count: int) -> None:
    """A few windows are shown as they are."""
    shown = history(contract, windows(count), ())
    assert shown.together == (TOGETHER if count == ENOUGH else 1)
    assert (shown.series[0].smooth == shown.series[0].served) == (shown.together == 1)


def test_only_the_last_windows_and_their_marks_are_shown(contract: Contract) -> None:
    """The page stays small, however long a product is in service."""
    every = marks([manifest(1, 1), manifest(450, 2)], (), ())
    shown = history(contract, windows(SHOWN + 100), every)
    assert len(shown.ends) == SHOWN
    assert [mark.text for mark in shown.marks] == ["1.0.0/2 promoted"]


def test_each_change_of_the_champion_and_each_refusal_is_a_mark() -> None:
    """In their order; a manifest with the same champion is none."""
    happened = marks(
        [manifest(1, 1), manifest(2, 2), manifest(3, 2, candidate=1), manifest(4, 1)],
        [training(3 * DAY + 1, "refused"), training(2 * DAY, "promoted", 2)],
        [decision(4 * DAY, "rollback", who="alarm drift", manifest=4)],
    )
    assert [(mark.at, mark.kind) for mark in happened] == [
        (DAY, "promoted"),
        (2 * DAY, "promoted"),
        (3 * DAY + 1, "refused"),
        (4 * DAY, "rolled back"),
    ]
    assert "alarm drift: errors since noon" in happened[-1].text


def test_the_oldest_manifest_that_is_read_is_no_change() -> None:
    """Unless it is the one that brought the product into service."""
    assert marks([manifest(7, 3)], (), ()) == []
    assert [mark.kind for mark in marks([manifest(1, 3)], (), ())] == ["promoted"]
