from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.contract.terms import ClauseTerm
from contracts.equivalence.probes.differences import quantiles
from contracts.equivalence.proof import judge
from contracts.equivalence.registry import items
from contracts.equivalence.report.paired import (
    PairedPredictions,
    paired_predictions,
    tolerance_under,
)
from contracts.equivalence.report.paired_section import (
    MARKED,
    POINTS,
    condition_text,
    difference_text,
    paired_section,
    scatter,
    tail,
)
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


def predictions(
    difference: Floats, *, within: float | None = 0.01, **changes: Any
) -> PairedPredictions:
    """Return predictions of two sides that differ by so much, over one category of three."""
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
    return PairedPredictions(pair="same_data", **given | changes)


RED = np.where(np.arange(N) % 3 == 0, 0.2, 0.0)


def test_rows_outside_the_tolerance_are_described() -> None:
    """What distinguishes them is a sentence, followed by the rows."""
    faulty = predictions(RED)
    assert "1,000 rows are outside the tolerance, 0.01 for 99% of the rows" in difference_text(
        faulty
    )
    assert condition_text(faulty).startswith(
        "What distinguishes the 1,000 rows outside: `colour = red`. This holds for 100.0% of them"
    )
    assert faulty.data["combined_condition"]["words"] == "colour = red"
    kinds = [type(part).__name__ for part in paired_section(faulty).parts]
    assert kinds == ["Note", "Note", "Scatter", "Tail", "Table", "Table"]


def test_without_a_tolerance_the_rows_with_the_largest_differences_are_shown() -> None:
    """One row in a hundred, those that differ most."""
    rows = predictions(RED * np.linspace(1, 2, N), within=None)
    assert rows.worst.sum() == N // 100
    assert condition_text(rows).startswith("What distinguishes the 30 worst rows: `colour = red")


def test_rows_of_sides_that_agree_are_folded() -> None:
    """Within the tolerance, or different by rounding alone, there is nothing to look at first."""
    for near in (predictions(RED / 100), predictions(RED * 1e-7, within=None)):
        assert near.agree
        assert isinstance(paired_section(near).parts[-1], Collapsible)
    assert "which is rounding to float32" in difference_text(predictions(RED * 1e-7, within=None))


def test_the_same_predictions_need_no_picture() -> None:
    """If both predict the same, a sentence says so."""
    same = paired_section(predictions(np.zeros(N)))
    assert [*map(type, same.parts)] == [Note]


def test_a_scatter_has_the_worst_rows_and_not_too_many() -> None:
    """Of many rows some are drawn, those that differ most among them."""
    faulty = predictions(RED * np.linspace(1, 2, N))
    drawn = scatter(faulty)
    others, worst = drawn.series
    assert (len(others.x) + len(worst.x), len(worst.x)) == (POINTS, MARKED)
    assert max(np.abs(np.subtract(worst.x, worst.y))) == pytest.approx(faulty.size.max())
    assert (others.marked, worst.marked, drawn.absolute) == (False, True, 0.01)


def test_a_tail_ends_with_the_largest() -> None:
    """Sizes rise with the share of rows; the limit is the tolerance's, up to its share."""
    drawn = tail(predictions(RED * np.linspace(1, 2, N)))
    (line,), (limit,) = drawn.series, drawn.limits
    assert np.all(np.diff(line.y) >= 0)
    assert np.all(np.diff(line.x) > 0)
    assert line.y[-1] == pytest.approx(0.4, abs=1e-3)
    assert (limit.value, limit.share) == (0.01, 0.99)


def test_if_all_rows_are_outside_those_that_differ_most_are_marked() -> None:
    """The legend counts the marked rows, and says why they are marked."""
    worst, others = scatter(predictions(RED + 0.1)), scatter(predictions(RED))
    assert worst.series[-1].name == "differ most (30)"
    assert others.series[-1].name == "outside the tolerance (1,000)"


def test_rows_that_do_not_differ_are_counted_and_not_drawn() -> None:
    """A tail says how many rows its line leaves out because they do not differ."""
    assert "2,000 of 3,000 rows do not differ at all" in tail(predictions(RED)).caption
    assert "at all" not in tail(predictions(RED + 0.1)).caption


def test_one_quantile_has_one_value() -> None:
    """What report.json says of a picture is what the clauses' evidence says."""
    one = predictions(np.linspace(0, 1, N) ** 2)
    assert one.data["quantiles"] == quantiles(one.size)


def test_of_several_outputs_the_worst_is_drawn() -> None:
    """A model of three labels is shown by the one whose predictions differ most."""
    reference = np.full((N, 3), 1 / 3)
    changes = {"reference": reference, "outputs": ("low", "mid", "high")}
    several = predictions(RED, candidate=reference + np.stack([RED, -2 * RED, RED], 1), **changes)
    assert "`mid`" in scatter(several).caption
    assert several.size.max() == pytest.approx(0.4)


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
    """`pointwise` of the same pair says how far rows may differ, else `golden` does."""
    pairs = {"golden": "recorded", "pointwise": "same_data"}
    terms = [
        ClauseTerm(name=name, pair=pairs[name], tolerance={"absolute": value})  # type: ignore[arg-type]
        for name, value in clauses.items()
    ]
    tolerance = tolerance_under(write(tmp_path, clauses=tuple(terms)), pair)
    assert (tolerance and tolerance.absolute) == absolute


@pytest.fixture
def sides(write: Callable[..., Contract], toy: ModuleType, tmp_path: Path) -> Callable[..., Sides]:
    """Makes the sides of a small product, of which some clauses are judged."""

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


def test_pictures_show_what_clauses_compared(sides: Callable[..., Sides]) -> None:
    """Nothing is fitted for a picture: without a comparison of both sides there is none."""
    with sides("ranking") as made:
        (paired,) = paired_predictions(made)
        assert (paired.pair, len(paired.size)) == ("same_data", 600)
        assert paired.combined is not None
        assert paired.combined.text == "colour = blue"
    with sides() as made:
        assert paired_predictions(made) == ()
        assert "candidate" not in made.made


def test_production_alone_is_shown_beside_the_golden_rows(sides: Callable[..., Sides]) -> None:
    """Without a reference, what the contract recorded takes its place."""
    with sides("golden", reference=False) as made:
        (paired,) = paired_predictions(made)
    assert (paired.pair, len(paired.size)) == ("recorded", 60)
    assert any(isinstance(part, Figure) for part in paired_section(paired).parts)


def test_nothing_is_marked_if_the_sides_agree() -> None:
    """No point stands out as if it were wrong."""
    assert not any(dots.marked for dots in scatter(predictions(RED / 100)).series)
