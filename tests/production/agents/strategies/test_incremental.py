"""Incremental refreshes on the small product: what each model has learned, and what is on record.

Its learner counts, so a model that learned a row twice, or skipped one, has other counts.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from msgspec.structs import replace

from contracts.data.memory import Memory
from contracts.data.rows import INSTANT
from contracts.errors import ConfigError
from contracts.moment import DAY
from production.registry.lineage import lineage_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.registry.generations import Generation

pytestmark = pytest.mark.usefixtures("toy")
WORDS = ("strategy=incremental", "trigger.every=1d")
JUDGED = ("gate.margin=null", "gate.step=null")
COLOURS = ("red", "green", "blue")


@pytest.fixture
def tally(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Makes the small product's operation with the learner that counts."""
    learner = {"_target_": "production_toy.TallyLearner"}
    return partial(operation, *WORDS, *JUDGED, learner=learner, model="production_toy.Tally")


def counts(assembly: Any, artifact: str) -> list[list[float]]:
    """Return the counts in an artifact: by colour, how many were late, and how many there were."""
    folder = assembly.loader._artifacts.open(artifact)
    return json.loads((folder / "model" / "counts.json").read_text())  # type: ignore[no-any-return]


def known(history: pa.Table, *, start: int, known_by: int) -> list[list[float]]:
    """Return the counts of all rows from a moment on whose outcome had arrived by another."""
    arrived = pc.fill_null(
        pc.less(history["arrived"], pa.scalar(known_by, INSTANT)), fill_value=False
    )
    inside = pc.greater_equal(history["time"], pa.scalar(start, INSTANT))
    rows = history.filter(pc.and_(arrived, inside))
    colours = np.array(rows["colour"].to_pylist())
    late = np.array(rows["outcome"].to_pylist(), float)
    return [
        [float(late[colours == each].sum()) for each in COLOURS],
        [float((colours == each).sum()) for each in COLOURS],
    ]


def check_generation(assembly: Any, history: pa.Table, generation: Generation) -> None:
    """Check that a generation and its base have learned each row that was known, once."""
    lineage = lineage_of(generation)
    assert lineage is not None
    for artifact, mark in (
        (generation.artifact, lineage.learned),
        (lineage.base, lineage.judged),
    ):
        expected = known(history, start=generation.start, known_by=mark.known_by)
        assert counts(assembly, artifact) == expected
        assert mark.rows == sum(expected[1])


def test_each_outcome_is_learned_once_and_by_the_moment_it_is_known(
    tally: Callable[..., Any], history: pa.Table
) -> None:
    """Late ones are learned when they arrive; the base stays behind by the holdout."""
    assembly, _ = tally(until=20).run()
    generations = assembly.generations.all("toy")
    assert len(generations) == 8
    lineages = [lineage_of(each) for each in generations]
    assert [each.strategy for each in lineages] == ["full", *["incremental"] * 7]
    assert [each.parent for each in lineages] == [None, *(f"1.0.0/{n}" for n in range(1, 8))]
    for generation, lineage in zip(generations, lineages, strict=True):
        check_generation(assembly, history, generation)
        assert lineage.judged.known_by == generation.created_at - 3 * DAY
        assert lineage.learned.known_by == generation.known_by == generation.created_at
        assert generation.rows == lineage.learned.rows
    learned = [each.detail["learned"] for each in assembly.trainings.all("toy")]
    assert max(learned[1:]) < 5 * 40 < learned[0]


def test_the_gate_compares_with_the_champions_base(tally: Callable[..., Any]) -> None:
    """The champion itself has learned two of the holdout's three days, its base none of them."""
    assembly, _ = tally(until=16).run()
    *_, before, last = assembly.generations.all("toy")
    base = lineage_of(before).base
    known_rows = assembly.agents.training.trainer._builder.rows(last.created_at)
    holdout = known_rows.arrived_from(last.created_at - 3 * DAY)
    late, seen = map(np.array, counts(assembly, base))
    rates = dict(zip(COLOURS, (late + 1) / (seen + 2), strict=True))
    chance = np.array([rates[colour] for colour in holdout.events["colour"].to_pylist()])
    truth = holdout.outcomes
    loss = -np.mean(truth * np.log(chance) + (1 - truth) * np.log(1 - chance))
    assert last.scores["champion.log_loss"] == pytest.approx(loss)


def test_a_refused_refresh_is_no_parent_and_loses_nothing(
    tally: Callable[..., Any], history: pa.Table
) -> None:
    """The next one goes on from the champion, with all that arrived since its base."""
    assembly, _ = tally("gate.step=0.8", until=24).run()
    verdicts = [each.verdict for each in assembly.trainings.all("toy")]
    assert "refused" in verdicts[1:-1]
    generations = assembly.generations.all("toy")
    assert len(generations) == verdicts.count("promoted")
    for generation in generations:
        check_generation(assembly, history, generation)


def test_a_full_refit_is_made_when_it_is_due_and_takes_the_window(
    tally: Callable[..., Any], history: pa.Table
) -> None:
    """What lies before the window is forgotten then, and not sooner."""
    words = ("strategy.full_every=5d", "strategy.window=10d")
    assembly, _ = tally(*words, until=23).run()
    generations = assembly.generations.all("toy")
    for generation in generations:
        check_generation(assembly, history, generation)
    anew = [each for each in generations if lineage_of(each).strategy == "full"]
    assert [each.created_at // DAY for each in anew] == [12, 17, 22]
    assert [each.start // DAY for each in anew] == [2, 7, 12]
    assert "strategy.full_every" in lineage_of(anew[1]).why
    starts = [each.start // DAY for each in generations]
    assert starts == [2] * 5 + [7] * 5 + [12]


def test_without_a_holdout_there_is_one_state(
    operation: Callable[..., Any], history: pa.Table
) -> None:
    """What serves is what the next refresh goes on from."""
    learner = {"_target_": "production_toy.TallyLearner"}
    given = {"learner": learner, "model": "production_toy.Tally", "until": 16}
    assembly, _ = operation(*WORDS, "gate=open", **given).run()
    for generation in assembly.generations.all("toy"):
        lineage = lineage_of(generation)
        assert (lineage.base, lineage.judged) == (generation.artifact, lineage.learned)
        check_generation(assembly, history, generation)


class Backdated(Memory):
    """A source in which ten outcomes of the third day appear, with an early date, on day 15."""

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events of a window, without those ten before that day."""
        rows = super().window(start, end, known_by=known_by)
        if known_by >= 15 * DAY:
            return rows
        times = np.asarray(rows["time"].cast("int64"))
        hidden = np.isin(times, times[times // DAY == 2][:10])
        return rows.filter(pa.array(~hidden))


def test_what_changes_behind_the_watermark_is_reported_and_waits_for_a_full_refit(
    tally: Callable[..., Any], history: pa.Table
) -> None:
    """The finding says how many rows were learned, and how many are known by then now."""
    case = tally("gate.history=null", "strategy.full_every=6d", source=Backdated(history), until=20)
    assembly, _ = case.run()
    found = {
        each.requested_at // DAY: next(
            finding for finding in each.detail["findings"] if finding["rule"] == "watermark"
        )
        for each in assembly.trainings.all("toy")
        if any(finding["rule"] == "watermark" for finding in each.detail["findings"])
    }
    assert "as they were" in found[14]["why"]
    for day in (15, 16, 17):
        assert "joined by others of an earlier date" in found[day]["why"]
        assert 0 < found[day]["figures"]["known"] - found[day]["figures"]["learned"] <= 10
    assert 18 not in found
    assert "as they were" in found[19]["why"]


def test_other_parameters_begin_anew(tally: Callable[..., Any]) -> None:
    """A model is not resumed by what would not have made it."""
    tally(until=14).run()
    other = tally(until=15)
    learning = replace(other.product.contract.learning, seed=4)
    contract = replace(other.product.contract, learning=learning)
    other.product = replace(other.product, contract=contract)
    assembly, _ = other.run()
    last = assembly.generations.all("toy")[-1]
    assert lineage_of(last).strategy == "full"
    assert "by another learner, or with other parameters" in lineage_of(last).why


def test_a_broken_base_begins_anew(tally: Callable[..., Any]) -> None:
    """The reason is on record with the generation that was fitted anew."""
    case = tally(until=14)
    with case.open() as assembly:
        list(assembly.loop.steps())
        base = lineage_of(assembly.generations.all("toy")[-1]).base
        folder = assembly.loader._artifacts.open(base)
    (folder / "model" / "counts.json").chmod(0o644)
    (folder / "model" / "counts.json").write_text("[]")
    assembly, _ = tally(until=15).run()
    last = lineage_of(assembly.generations.all("toy")[-1])
    assert last.strategy == "full"
    assert "cannot be read" in last.why


def test_the_champion_need_not_be_reproduced_by_fitting_it_anew(tally: Callable[..., Any]) -> None:
    """It was not made so: the rule of the gate that asks for that is refused."""
    with pytest.raises(ConfigError, match=r"gate\.reproduction=null, or strategy=full"):
        tally("gate.reproduction=0.1").build()


def test_a_step_may_be_the_longer_the_more_outcomes_are_new(tally: Callable[..., Any]) -> None:
    """So one that is refused delays a refresh, and does not keep all later ones from serving."""
    assembly, _ = tally("gate.step=0.8", until=24).run()
    steps = [
        finding["figures"]
        for each in assembly.trainings.all("toy")
        for finding in each.detail["findings"]
        if finding["rule"] == "step" and "usual" in finding["figures"]
    ]
    news = [each.detail["measures"]["news"] for each in assembly.trainings.all("toy")[4:]]
    assert max(news) > 1.5 * min(news)
    paces = np.array([each["usual"] for each in steps]) / news
    assert np.ptp(paces) < 0.5 * paces.mean()


def test_a_learner_that_cannot_resume_is_refused_before_anything_runs(
    operation: Callable[..., Any],
) -> None:
    """With what to do instead."""
    with pytest.raises(ConfigError, match=r"Learner has no method `resume` → strategy=full, or"):
        operation(*WORDS).build()
