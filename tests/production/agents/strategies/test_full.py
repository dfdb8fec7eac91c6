"""Models fitted anew more often than the holdout is long, on the small product."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from contracts.moment import DAY
from production.agents.builder import ModelBuilder
from production.agents.strategies.full import RULE, FullRefit

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.data.labelled import LabelledRows

pytestmark = pytest.mark.usefixtures("toy")
DAILY = ("trigger.every=1d", "gate.margin=null", "gate.step=null")


@pytest.fixture
def tally(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Makes the small product's operation with the learner that counts."""
    learner = {"_target_": "production_toy.TallyLearner"}
    return partial(operation, *DAILY, learner=learner, model="production_toy.Tally", until=18)


def scores(assembly: Any) -> list[dict[str, float]]:
    """Return the scores of each training."""
    return [each.detail["scores"] for each in assembly.trainings.all("toy")]


def compared(assembly: Any) -> list[str]:
    """Return what each training has on record of what its challenger is compared with."""
    return [
        next((each["why"] for each in training.detail["findings"] if each["rule"] == RULE), "")
        for training in assembly.trainings.all("toy")
    ]


def test_a_challenger_is_compared_with_what_has_not_learned_the_holdout(
    tally: Callable[..., Any],
) -> None:
    """As it is where a model is resumed: counts are the same, resumed or counted anew."""
    anew, _ = tally(state="anew").run()
    resumed, _ = tally("strategy=incremental", state="resumed").run()
    assert len(scores(anew)) > 5
    assert scores(anew) == scores(resumed)
    first, *others = compared(anew)
    assert not first
    assert all("judged before its refit" in each for each in others)


def test_where_it_was_made_by_another_process_it_is_fitted_anew(
    tally: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the same rows, so it is judged alike; its seconds count."""
    whole, _ = tally(state="whole").run()

    def forgetful(self: FullRefit, moment: int, *, cut: int) -> Any:
        self._judged.clear()
        return origin(self, moment, cut=cut)

    origin = FullRefit.origin
    monkeypatch.setattr(FullRefit, "origin", forgetful)
    again, _ = tally(state="again").run()
    assert scores(again) == scores(whole)


def test_one_that_cannot_be_fitted_is_compared_as_it_serves_and_that_is_said(
    tally: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refresh is judged all the same."""

    def forgetful(self: FullRefit, moment: int, *, cut: int) -> Any:
        self._judged.clear()
        monkeypatch.setattr(ModelBuilder, "fit", broken)
        try:
            return origin(self, moment, cut=cut)
        finally:
            monkeypatch.setattr(ModelBuilder, "fit", fit)

    def broken(*_: Any, **__: Any) -> Any:
        raise ValueError("no memory")

    origin, fit = FullRefit.origin, ModelBuilder.fit
    monkeypatch.setattr(FullRefit, "origin", forgetful)
    assembly, _ = tally().run()
    assert all("cannot be fitted" in each for each in compared(assembly)[1:])
    assert {each.verdict for each in assembly.trainings.all("toy")} == {"promoted"}


def test_refreshes_further_apart_than_the_holdout_compare_with_what_serves(
    tally: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is fitted for it, and no model of the past stays in memory."""
    fitted: list[int] = []

    def counted(self: ModelBuilder, rows: LabelledRows, **options: Any) -> Any:
        fitted.append(len(rows))
        return fit(self, rows, **options)

    fit = ModelBuilder.fit
    monkeypatch.setattr(ModelBuilder, "fit", counted)
    assembly, _ = tally("trigger.every=4d").run()
    trainings = assembly.trainings.all("toy")
    assert len(fitted) == 2 * len(trainings)
    assert not any(compared(assembly))
    assert trainings[-1].requested_at - trainings[-2].requested_at == 4 * DAY
    assert len(assembly.agents.training.trainer._strategy._judged) == 1
