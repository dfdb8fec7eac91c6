from __future__ import annotations

import pytest

from contracts.score.metric.registry import metric
from production.agents.rules.step import UsualStep, usual_step
from production.agents.track_record import TrackRecord
from tests.production.agents.rules.evidence import evidence

STEPS = (0.02, 0.01, 0.03)


@pytest.mark.parametrize(
    ("step", "score", "verdict"),
    [
        (0.06, 0.5, "passed"),
        (0.061, 0.5, "failed"),
        (0.061, 0.44, "passed"),
        (0.9, 0.46, "failed"),
        (0.04, 0.51, "passed"),
        (0.041, 0.51, "failed"),
    ],
)
def test_predictions_move_a_few_times_as_far_as_usual_unless_they_are_clearly_better(
    step: float, score: float, verdict: str
) -> None:
    """Usual is the median; a tenth better is clearly better, and what is worse moves by less."""
    rule = UsualStep(metric("log_loss"), times=3, unless=0.1)
    finding = rule.find(evidence(score=score, measures={"step": step}, steps=STEPS))
    assert finding.verdict == verdict
    assert finding.figures["times"] == pytest.approx(step / 0.02)
    assert "times the usual 0.02" in finding.why


def test_without_an_exception_no_step_is_too_good() -> None:
    """A gate without a margin has none."""
    rule = UsualStep(metric("log_loss"), times=3, unless=None)
    case = evidence(score=0.1, measures={"step": 0.061}, steps=STEPS)
    assert rule.find(case).verdict == "failed"


@pytest.mark.parametrize("steps", [(), STEPS[:2], (0.02, 0.0, 0.0, 0.01)])
def test_fewer_than_three_steps_make_no_history(steps: tuple[float, ...]) -> None:
    """Refreshes that moved nothing do not count: any step would be endlessly far beside them."""
    rule = UsualStep(metric("log_loss"), times=3, unless=0.1)
    finding = rule.find(evidence(measures={"step": 9.0}, steps=steps))
    assert finding.verdict == "passed"
    assert "fewer than 3 steps" in finding.why


def test_the_usual_step_is_that_of_the_last_twelve() -> None:
    """What was usual long ago is not."""
    assert usual_step(TrackRecord(steps=(*[9.0] * 20, *[1.0] * 7, *[2.0] * 5))) == 1.0


def test_a_resumed_model_may_go_as_far_for_each_new_row_as_nine_in_ten_steps_do() -> None:
    """Its steps vary from day to day; what it moves all predictions by is not part of them."""
    record = TrackRecord(steps=(9.0,) * 30, paces=(9.0, *[0.01] * 12, *[0.03] * 12))
    assert usual_step(record, 100) == pytest.approx(3.0)
    rule = UsualStep(metric("log_loss"), times=3, unless=None)
    given = {"news": 100.0, "step": 50.0, "centred": 8.9}
    far = given | {"centred": 9.1}
    fine, refused = (
        rule.find(evidence(measures=each, paces=record.paces)) for each in (given, far)
    )
    assert (fine.verdict, refused.verdict) == ("passed", "failed")
