"""Products of other kinds under every lifecycle: open labels, and numbers around a million.

Their right values are computed here once more, from the raw history, row by row in plain Python.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace

from contracts.config.product import Side
from contracts.data.baseline import YesterdaysRate
from contracts.data.memory import Memory
from contracts.data.rows import content_digest
from contracts.moment import DAY, END_OF_TIME
from production.assembly.product import OpenProduct
from production.backtest.history import History
from production.backtest.result import report_data
from production.backtest.tables import monthly_table
from production.settings import Liaison
from tests.production.backtest.kinds import FIRST, PRODUCTS, SKIES, STORM, UNTIL, contract, history
from tests.production.conftest import Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from production.backtest.result import RunResult

WORDS = {
    "interactive": ("lifecycle=interactive",),
    "open": ("lifecycle=open",),
    "adaptive": ("lifecycle=adaptive", "trigger.every=6d", "strategy.window=8d"),
    "dual": ("lifecycle=dual", "trigger.every=6d", "strategy.window=8d"),
}


#: It takes long and says nothing of a Python: once, not on every one.
# The code of both products is beside the toy.
pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("toy")]


@pytest.fixture(scope="module")
def runs(
    configure: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, RunResult]]:
    """Each product's run under each lifecycle."""
    results: dict[str, dict[str, RunResult]] = {}
    for product in PRODUCTS.values():
        folder = tmp_path_factory.mktemp(product.name)
        table = history(product)
        source = Memory(table)
        past = History(
            product=OpenProduct(
                contract=contract(product, table, folder),
                source=source,
                baseline=YesterdaysRate(
                    kind=product.kind, k=max(1, len(product.labels)), offset="0"
                ),
                golden=table.slice(0, 30).select(["wind"]),
                data_start=0,
                start=FIRST * DAY,
            ),
            events=source.window(0, UNTIL * DAY, known_by=END_OF_TIME),
            digest=content_digest(table),
            until=UNTIL * DAY,
            offset=0,
        )
        results[product.name] = {}
        for name, words in WORDS.items():
            config = configure(words)
            learner, model = product.sides["dual" if name == "dual" else "joint"]
            side = Side(learner={"_target_": f"kinds_toy.{learner}"}, model=f"kinds_toy.{model}")
            config = replace(config, liaison=Liaison(name=config.liaison.name, side=side))
            (folder / name).mkdir()
            results[product.name][name] = Operation(config, past, folder / name).score()
    return results


@pytest.fixture(params=[*WORDS])
def lifecycle(request: pytest.FixtureRequest) -> str:
    """The name of a lifecycle."""
    return str(request.param)


def settled(product: str) -> list[dict[str, Any]]:
    """Return the events of operation that have an outcome, instants as microseconds."""
    table = history(PRODUCTS[product])
    for at in (2, 4, 5):
        table = table.set_column(at, table.column_names[at], table[at].cast(pa.int64()))
    rows = table.to_pylist()
    return [row for row in rows if row["time"] >= FIRST * DAY and row["outcome"] is not None]


def mean(values: Iterator[float]) -> float:
    """Return the mean of values."""
    numbers = [*values]
    return math.fsum(numbers) / len(numbers)


def test_every_side_predicts_probabilities_of_the_contracts_labels(
    runs: dict[str, dict[str, RunResult]], lifecycle: str
) -> None:
    """Each row has three and they sum to one, whatever labels a training window had."""
    predictions = runs["skies"][lifecycle].run.predictions
    for _, predicted in predictions.sides():
        assert predicted.shape == (len(settled("skies")), 3)
        np.testing.assert_allclose(predicted.sum(axis=1), 1.0, rtol=1e-12)
        assert predicted.min() >= 0


def test_a_label_that_a_window_lacks_is_padded_by_the_framework(
    runs: dict[str, dict[str, RunResult]],
) -> None:
    """Research's models name fewer labels there, production's none: both serve the same."""
    joint, dual = (runs["skies"][name].run.predictions.served for name in ("adaptive", "dual"))
    assert (joint[:, 2] == 0).any()
    assert (joint[:, 2] > 0).any()
    np.testing.assert_array_equal(joint, dual)


def test_scores_of_labels_are_those_of_every_row_unlisted_ones_included(
    runs: dict[str, dict[str, RunResult]], lifecycle: str
) -> None:
    """A storm costs what any label without probability costs, and is never a hit."""
    result, rows = runs["skies"][lifecycle], settled("skies")
    sides = dict(result.run.predictions.sides())
    for side, scores in result.overall.items():
        pairs = [
            (row["outcome"], dict(zip(SKIES, predicted, strict=True)))
            for row, predicted in zip(rows, sides[side].tolist(), strict=True)
        ]
        expected = {
            "log_loss": mean(-math.log(max(p.get(label, 0.0), 1e-15)) for label, p in pairs),
            "brier": mean(
                sum((p.get(s, 0.0) - (s == label)) ** 2 for s in (*SKIES, STORM))
                for label, p in pairs
            ),
            "accuracy": mean(float(max(p, key=p.__getitem__) == label) for label, p in pairs),
            "unlisted": mean(float(label == STORM) for label, _ in pairs),
        }
        assert {name: each.value for name, each in scores.items()} == pytest.approx(expected)


def test_outcomes_that_are_not_listed_are_counted(
    runs: dict[str, dict[str, RunResult]], lifecycle: str
) -> None:
    """In the report, its table and its warnings, month by month."""
    result = runs["skies"][lifecycle]
    storms = [row["outcome"] for row in settled("skies")].count(STORM)
    assert storms > 20
    assert report_data(result)["unlisted"] == storms
    assert [month.unlisted for month in result.months] == [
        [row["outcome"] for row in settled("skies") if first <= row["time"] < end].count(STORM)
        for first, end in ((0, 31 * DAY), (31 * DAY, UNTIL * DAY))
    ]
    table = monthly_table(result)
    at = [heading.name for heading in table.headings].index("unlisted")
    assert table.rows[-1][at] == storms
    assert any(f"{storms} outcomes are labels" in warning for warning in result.warnings)
    share = f"the contract lacks (storm): they are {storms / len(settled('skies')):.1%} of the"
    assert share in result.verdict.words


def test_no_training_takes_a_row_whose_label_is_not_listed(
    runs: dict[str, dict[str, RunResult]], lifecycle: str
) -> None:
    """Its record counts them beside the rows that it took."""
    result = runs["skies"][lifecycle]
    table = history(PRODUCTS["skies"])
    times, arrived = (table[name].cast(pa.int64()).to_pylist() for name in ("time", "arrived"))
    outcomes = table["outcome"].to_pylist()
    trainings = [each for each in result.run.trainings if each.generation]
    for training, made in zip(trainings, result.run.generations, strict=True):
        seen = [
            outcome
            for time, moment, outcome in zip(times, arrived, outcomes, strict=True)
            if moment is not None and made.start <= time < made.end and moment < made.known_by
        ]
        unlisted = seen.count(STORM)
        assert (training.rows, training.detail["unlisted"]) == (len(seen) - unlisted, unlisted)
    autonomous = lifecycle in {"adaptive", "dual"}
    assert any(each.detail["unlisted"] for each in result.run.trainings) == autonomous


def test_the_evaluation_agent_scores_every_window(runs: dict[str, dict[str, RunResult]]) -> None:
    """Their mean over rows is the report's figure, for every metric that is a mean."""
    for product, names in (("skies", ("log_loss", "unlisted")), ("amounts", ("mae",))):
        for lifecycle in ("open", "adaptive", "dual"):
            result = runs[product][lifecycle]
            for name in names:
                expected = result.overall["served"][name].value
                assert result.known[name] == pytest.approx(expected)
            assert sum(window.rows for window in result.run.windows) == len(settled(product))


def test_scores_of_numbers_around_a_million_are_exact(
    runs: dict[str, dict[str, RunResult]], lifecycle: str
) -> None:
    """Of every side, in the outcome's own unit; the largest outcomes are far from the mean."""
    result, rows = runs["amounts"][lifecycle], settled("amounts")
    outcomes = [row["outcome"] for row in rows]
    assert max(outcomes) > 20e6
    assert 1e6 < sorted(outcomes)[len(outcomes) // 2] < 4e6
    sides = dict(result.run.predictions.sides())
    for side, scores in result.overall.items():
        errors = [p - y for p, y in zip(sides[side][:, 0].tolist(), outcomes, strict=True)]
        expected = {
            "mae": mean(abs(error) for error in errors),
            "rmse": math.sqrt(mean(error * error for error in errors)),
        }
        assert {name: each.value for name, each in scores.items()} == pytest.approx(expected)
    assert "unlisted" not in [heading.name for heading in monthly_table(result).headings]


def test_numbers_around_a_million_are_refreshed_by_either_side(
    runs: dict[str, dict[str, RunResult]],
) -> None:
    """No training fails; joint and dual serve the same to the last digits of a float64."""
    for lifecycle, trainings in (("interactive", 1), ("open", 1), ("adaptive", 4), ("dual", 4)):
        verdicts = [each.verdict for each in runs["amounts"][lifecycle].run.trainings]
        assert len(verdicts) == trainings
        assert verdicts[0] == "promoted"
        assert "failed" not in verdicts
    joint, dual = (runs["amounts"][name].run.predictions.served for name in ("adaptive", "dual"))
    np.testing.assert_allclose(joint, dual, rtol=1e-12)
