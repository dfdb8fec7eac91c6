from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.contract.terms import ClauseTerm
from contracts.equivalence.item import items
from contracts.equivalence.probes.differences import quantiles
from contracts.equivalence.prove import judge
from contracts.equivalence.report.contrast import Contrast, contrasts, tolerance
from contracts.equivalence.report.parting import parting, record, told, why
from contracts.equivalence.report.pictures import MARKED, POINTS, scatter, tail
from contracts.equivalence.sides import Sides
from contracts.report.figure import Figure
from contracts.report.page import Collapsible, Note
from contracts.score.tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from contracts.contract import Contract
    from contracts.ports import Floats

N = 3000


def contrast(difference: Floats, *, within: float | None = 0.01, **changes: Any) -> Contrast:
    """Return sides whose predictions part by so much, over one category of three."""
    rng = np.random.default_rng(0)
    reference = rng.uniform(size=(N, 1))
    given: dict[str, Any] = {
        "ids": [f"e{n}" for n in range(N)],
        "rows": pa.table({"colour": np.array(["red", "green", "blue"])[np.arange(N) % 3]}),
        "reference": reference,
        "candidate": reference + np.asarray(difference).reshape(-1, 1),
        "outputs": ("late",),
        "tolerance": None if within is None else Tolerance(absolute=within, rows=0.99),
    }
    return Contrast("same_data", **given | changes)


RED = np.where(np.arange(N) % 3 == 0, 0.2, 0.0)


def test_rows_outside_the_tolerance_are_told_apart() -> None:
    """What a fault has in common is said in a sentence, and shown with its rows."""
    faulty = contrast(RED)
    assert "1,000 rows are outside the tolerance, 0.01 for 99% of the rows" in told(faulty)
    assert why(faulty).startswith("What sets the 1,000 rows outside apart: `colour = red`, which")
    assert record(faulty)["rule"]["words"] == "colour = red"
    kinds = [type(part).__name__ for part in parting(faulty).parts]
    assert kinds == ["Note", "Note", "Scatter", "Tail", "Table", "Table"]


def test_without_a_tolerance_the_largest_differences_are_looked_at() -> None:
    """One row in a hundred, those that part furthest."""
    rows = contrast(RED * np.linspace(1, 2, N), within=None)
    assert rows.apart.sum() == N // 100
    assert why(rows).startswith("What sets the 30 worst rows apart: `colour = red")


def test_nobody_need_look_at_what_is_within() -> None:
    """Sides within the tolerance, or apart by rounding alone, show their rows to who asks."""
    for near in (contrast(RED / 100), contrast(RED * 1e-7, within=None)):
        assert near.close
        assert isinstance(parting(near).parts[-1], Collapsible)
    assert "what rounding to float32 makes" in told(contrast(RED * 1e-7, within=None))


def test_the_same_predictions_need_no_picture() -> None:
    """Where both predict the same, a sentence says so."""
    same = parting(contrast(np.zeros(N)))
    assert [*map(type, same.parts)] == [Note]


def test_a_scatter_has_the_worst_rows_and_not_too_many() -> None:
    """Of many rows some are drawn, those furthest apart among them."""
    faulty = contrast(RED * np.linspace(1, 2, N))
    drawn = scatter(faulty)
    rest, apart = drawn.series
    assert (len(rest.x) + len(apart.x), len(apart.x)) == (POINTS, MARKED)
    assert max(np.abs(np.subtract(apart.x, apart.y))) == pytest.approx(faulty.size.max())
    assert (rest.marked, apart.marked, drawn.absolute) == (False, True, 0.01)


def test_a_tail_ends_with_the_largest() -> None:
    """Sizes rise with the share of rows; the limit is the tolerance's, up to its share."""
    drawn = tail(contrast(RED * np.linspace(1, 2, N)))
    (line,), (limit,) = drawn.series, drawn.limits
    assert np.all(np.diff(line.y) >= 0)
    assert np.all(np.diff(line.x) > 0)
    assert line.y[-1] == pytest.approx(0.4, abs=1e-3)
    assert (limit.value, limit.share) == (0.01, 0.99)


def test_of_rows_that_are_all_outside_the_furthest_are_marked() -> None:
    """What the legend counts is what is marked, and it says why."""
    worst, others = scatter(contrast(RED + 0.1)), scatter(contrast(RED))
    assert worst.series[-1].name == "part furthest (30)"
    assert others.series[-1].name == "outside the tolerance (1,000)"


def test_rows_that_do_not_differ_are_counted_where_none_is_drawn() -> None:
    """A tail says how many rows its line leaves out for want of a difference."""
    assert "2,000 of 3,000 rows do not differ at all" in tail(contrast(RED)).caption
    assert "at all" not in tail(contrast(RED + 0.1)).caption


def test_one_quantile_has_one_value() -> None:
    """What a machine reads of a picture is what the clauses' evidence says."""
    one = contrast(np.linspace(0, 1, N) ** 2)
    assert record(one)["quantiles"] == quantiles(one.size)


def test_of_several_outputs_the_worst_is_drawn() -> None:
    """A model of three labels is shown by the one whose predictions part most."""
    reference = np.full((N, 3), 1 / 3)
    changes = {"reference": reference, "outputs": ("low", "mid", "high")}
    apart = contrast(RED, candidate=reference + np.stack([RED, -2 * RED, RED], 1), **changes)
    assert "`mid`" in scatter(apart).caption
    assert apart.size.max() == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("clauses", "pair", "absolute"),
    [
        ({"golden": 0.1}, "recorded", 0.1),
        ({"golden": 0.1}, "same_data", 0.1),
        ({"golden": 0.1, "pointwise": 0.2}, "same_data", 0.2),
        ({"golden": 0.1, "pointwise": 0.2}, "same_state", 0.1),
        ({}, "same_data", None),
    ],
)
def test_the_tolerance_is_the_clauses(
    write: Callable[..., Contract],
    tmp_path: Path,
    clauses: dict[str, float],
    pair: Any,
    absolute: float | None,
) -> None:
    """`pointwise` of the same pair says how far rows may part, else `golden` does."""
    pairs = {"golden": "recorded", "pointwise": "same_data"}
    terms = [
        ClauseTerm(name=name, pair=pairs[name], tolerance={"absolute": value})  # type: ignore[arg-type]
        for name, value in clauses.items()
    ]
    found = tolerance(write(tmp_path, clauses=tuple(terms)), pair)
    assert (found and found.absolute) == absolute


@pytest.fixture
def sides(write: Callable[..., Contract], toy: ModuleType, tmp_path: Path) -> Callable[..., Sides]:
    """Makes the sides of a small product, with what some of its clauses have made."""

    def make(*names: str, reference: bool = True) -> Sides:
        contract = write(tmp_path)
        made = Sides(
            contract,
            toy.Events(),
            candidate=toy.Learner(model="blind"),
            reference=toy.Learner() if reference else None,
        )
        for item in items(contract):
            if item.name in names:
                judge(item, made)
        return made

    return make


def test_pictures_show_what_clauses_looked_at(sides: Callable[..., Sides]) -> None:
    """Nothing is fitted for a picture: without a comparison on both sides there is none of it."""
    with sides("ranking") as made:
        (found,) = contrasts(made)
        assert (found.pair, len(found.size)) == ("same_data", 600)
        assert found.rule is not None
        assert found.rule.words == "colour = blue"
    with sides() as made:
        assert contrasts(made) == ()
        assert "candidate" not in vars(made)


def test_production_alone_is_shown_beside_the_golden_rows(sides: Callable[..., Sides]) -> None:
    """Without a reference, what the contract recorded stands in its place."""
    with sides("golden", reference=False) as made:
        (found,) = contrasts(made)
    assert (found.pair, len(found.size)) == ("recorded", 60)
    assert any(isinstance(part, Figure) for part in parting(found).parts)


def test_nothing_is_marked_where_nobody_need_look() -> None:
    """On a page of sides that agree no point stands out as if it were wrong."""
    assert not any(dots.marked for dots in scatter(contrast(RED / 100)).series)
