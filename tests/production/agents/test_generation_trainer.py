"""The gate in operation: what it refuses, holds back and refits, and what is on record of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from msgspec.structs import replace

from contracts.data.memory import Memory
from contracts.data.rows import INSTANT
from contracts.moment import DAY
from production.generation.description import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")
QUIET = ("gate.margin=null", "gate.step=null", "gate.alarm=null")


class Rewritten(Memory):
    """A source whose past is another one between two moments of asking."""

    def __init__(self, table: pa.Table, *, days: range, flipped: float, before: int) -> None:
        super().__init__(table)
        rng, late = np.random.default_rng(1), pc.less(table["time"], pa.scalar(before, INSTANT))
        flip = pa.array(rng.random(table.num_rows) < flipped)
        outcome = pc.if_else(pc.and_(flip, late), pc.invert(table["outcome"]), table["outcome"])
        at = table.column_names.index("outcome")
        self._other = Memory(table.set_column(at, "outcome", outcome))
        self._days = days

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events of a window, of the past as it is told at that moment."""
        if known_by // DAY in self._days:
            return self._other.window(start, end, known_by=known_by)
        return super().window(start, end, known_by=known_by)


def verdicts(assembly: Any) -> list[str]:
    """Return the verdicts on all trainings, in order."""
    return [each.verdict for each in assembly.trainings.all("toy")]


def finding(training: Any, rule: str) -> Any:
    """Return what a rule found of a training."""
    return next(each for each in training.detail["findings"] if each["rule"] == rule)


def test_a_past_that_changed_is_refused_until_it_is_mended(
    operation: Callable[..., Any], history: pa.Table
) -> None:
    """Each refresh compares with the last history that held, so the mended one is no change."""
    source = Rewritten(history, days=range(17, 26), flipped=0.3, before=8 * DAY)
    assembly, _ = operation(*QUIET, source=source, until=32).run()
    assert verdicts(assembly) == ["promoted", "refused", "refused", "promoted"]
    first, second, third, last = assembly.trainings.all("toy")
    for each in (second, third):
        found = finding(each, "history")
        assert found["verdict"] == "failed"
        assert found["figures"]["share"] == pytest.approx(0.3 * 8 / 12, abs=0.05)
        assert each.detail["why"].startswith("history: ")
        assert "known at 1970-01-13T00:00:00Z" in each.detail["why"]
        assert (each.seconds, each.detail["unserved"]) == (0.0, None)
        assert "more than 0.10%; a source that revises by design is declared" in each.detail["why"]
    assert finding(last, "history")["figures"]["changed"] == 0
    assert finding(first, "history")["why"] == "no rows of an earlier refresh to compare"


def test_a_past_that_is_revised_by_design_is_reported(
    operation: Callable[..., Any], history: pa.Table
) -> None:
    """It is promoted, and the next refresh compares with the past as revised."""
    source = Rewritten(history, days=range(17, 26), flipped=0.3, before=8 * DAY)
    case = operation(*QUIET, source=source, until=32)
    case.config = replace(case.config, product=replace(case.config.product, revises=True))
    assembly, _ = case.run()
    assert set(verdicts(assembly)) == {"promoted"}
    _, second, third, last = assembly.trainings.all("toy")
    assert "as product.revises declares" in finding(second, "history")["why"]
    assert finding(third, "history")["figures"]["changed"] == 0
    assert finding(last, "history")["figures"]["changed"] > 0


def test_what_an_alarm_holds_back_waits_for_a_person(
    operation: Callable[..., Any], history: pa.Table
) -> None:
    """It is registered, and what served before serves on."""
    day = 12 + 3 * 10
    words = (*QUIET[:2], "gate.history=null", "trigger.every=3d", "strategy.window=9d")
    newest = pc.greater_equal(history["time"], pa.scalar((day - 3) * DAY, INSTANT))
    inside = pc.and_(newest, pc.less(history["time"], pa.scalar(day * DAY, INSTANT)))
    # In those days green is late most of the time and blue in time: told the other way around.
    told = pc.not_equal(history["colour"], "green")
    spoilt = pc.and_(inside, pc.is_valid(history["outcome"]))
    outcome = pc.if_else(spoilt, told, history["outcome"])
    source = Memory(history.set_column(3, "outcome", outcome))
    assembly, _ = operation(*words, source=source, until=day + 1).run()
    trainings = assembly.trainings.all("toy")
    alarmed = trainings[-1]
    assert verdicts(assembly) == ["promoted"] * 10 + ["alarmed"]
    assert alarmed.detail["why"].startswith("alarm: the champion's log_loss where the holdout")
    generation = assembly.generations.all("toy")[-1]
    assert (alarmed.generation, generation.number) == (11, 11)
    assert assembly.manifests.current("toy").created_at == (day - 3) * DAY
    waiting = Candidate(
        release=generation.release,
        generation=generation.number,
        artifact=generation.artifact,
        contract=generation.contract_version,
    )
    assert assembly.loader.load(waiting)


@pytest.mark.parametrize(
    ("learner", "serves"),
    [({}, "refit"), ({"worsens": 2}, "challenger"), ({"raises": 2}, "challenger")],
)
def test_the_first_generation_is_refitted_too_and_a_refit_that_is_worse_does_not_serve(
    operation: Callable[..., Any], learner: dict[str, int], serves: str
) -> None:
    """The second fit is the refit; what was judged serves where that came out wrong, or failed."""
    assembly, _ = operation(learner=learner, until=13).run()
    (training,) = assembly.trainings.all("toy")
    (generation,) = assembly.generations.all("toy")
    assert training.detail["serves"] == serves
    days = 12 if serves == "refit" else 9
    assert training.known_by == generation.known_by == days * DAY
    why = finding(training, "refit")["why"]
    assert why.endswith("so the challenger serves") == (serves == "challenger")


def test_a_champion_that_cannot_be_reproduced_refuses_what_comes_after(
    operation: Callable[..., Any],
) -> None:
    """The learner changed since: its fit of the champion's own rows is another model."""
    words = ("gate.margin=null", "gate.step=null", "gate.reproduction=0.1", "gate.refit=false")
    # After the first, each training is two fits: the eleventh is that of the champion on day 42.
    assembly, _ = operation(*words, learner={"worsens": 11}, until=43).run()
    assert verdicts(assembly) == ["promoted"] * 5 + ["refused"]
    sound, last = assembly.trainings.all("toy")[-2:]
    assert finding(sound, "reproduction")["figures"]["moved"] == 0
    assert last.detail["why"].startswith("reproduction: the champion fitted anew predicts")
    assert last.seconds > 0
