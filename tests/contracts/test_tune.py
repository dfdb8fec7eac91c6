import logging
from typing import Any

import optuna
import pytest

from contracts.errors import ConfigError
from contracts.tune import tune

SPACE = {"x": {"low": -3.0, "high": 3.0}, "n": {"low": 1, "high": 9, "int": True, "log": True}}


def bowl(params: dict[str, Any]) -> float:
    """Lowest at x = 1 and n = 3."""
    return (params["x"] - 1) ** 2 + (params["n"] - 3) ** 2 + params["fixed"]


def search(**changes: Any) -> Any:
    """Search the bowl."""
    given = {"space": SPACE, "params": {"x": 0.0, "n": 2, "fixed": 1}, "direction": "lower"}
    return tune(bowl, **{"trials": 15, "seed": 0, **given, **changes})


def test_same_seed_tries_the_same() -> None:
    """A search is repeatable, and another seed searches elsewhere."""
    assert search() == search()
    assert search() != search(seed=1)


def test_search_starts_from_the_given_parameters_and_never_ends_worse() -> None:
    """The start is the first trial, the best is the lowest, and other parameters stay."""
    trials = search()
    start = next(trial for trial in trials if trial.number == 0)
    assert start.params == {"x": 0.0, "n": 2, "fixed": 1}
    assert trials[0].value == min(trial.value for trial in trials) <= start.value
    assert {trial.params["fixed"] for trial in trials} == {1}


def test_the_direction_may_be_higher() -> None:
    """Then the best trial is the highest."""
    trials = search(direction="higher")
    assert trials[0].value == max(trial.value for trial in trials)


def test_without_a_space_the_start_is_the_only_trial() -> None:
    """Without trials, too."""
    assert [trial.params for trial in search(space={})] == [{"x": 0.0, "n": 2, "fixed": 1}]
    assert len(search(trials=0)) == 1


def test_choices_are_tried() -> None:
    """A parameter may be one of a few values."""
    trials = search(space={"n": {"choices": [2, 3]}})
    assert trials[0].params["n"] == 3


def test_search_is_quiet_and_restores_the_level_of_optuna(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Nothing is printed or logged, and optuna logs as before afterwards."""
    before = optuna.logging.get_verbosity()
    search(trials=3)
    assert capfd.readouterr() == ("", "")
    assert optuna.logging.get_verbosity() == before != logging.ERROR


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({"x": {"lwo": 1, "high": 2}}, "did you mean 'low'"),
        ({"x": {"low": 1}}, "expected low and high"),
        ({"x": {"low": 1, "high": 2}}, "starts outside, at 0.0"),
    ],
)
def test_a_malformed_space_is_refused(space: dict[str, Any], message: str) -> None:
    """A misspelt field, a missing end and a start outside are named."""
    with pytest.raises(ConfigError, match=message):
        search(space=space)
