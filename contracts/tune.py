"""Searches a learner's parameters with optuna: Parzen estimators, seeded, quiet.

optuna is an optional extra: it is imported when something is searched for.

J. Bergstra et al., "Algorithms for hyper-parameter optimization", NeurIPS 2011.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from contracts.errors import ConfigError, MissingExtraError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import optuna

    Space = Mapping[str, Mapping[str, Any]]
    Direction = Literal["lower", "higher"]

DIRECTIONS = {"lower": "minimize", "higher": "maximize"}
FIELDS = ("low", "high", "log", "int", "choices")


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters that were tried, and the value of the objective."""

    number: int
    params: dict[str, Any]
    value: float


def library() -> Any:
    """Return optuna.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        import optuna  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "optuna", extra="tune", purpose="a search for parameters"
        ) from error
    return optuna


def tune(
    objective: Callable[[dict[str, Any]], float],
    *,
    space: Space,
    params: Mapping[str, Any],
    direction: Direction,
    trials: int,
    seed: int,
) -> tuple[Trial, ...]:
    """Return the trials of a search, the best one first.

    The first trial tries ``params`` as they are, so the best is never worse than the start.

    Args:
        objective: Returns the value of parameters.
        space: What is varied: name → ``{low, high, log, int}`` or ``{choices}``.
        params: Where the search starts; parameters outside the space keep their value.
        direction: Which values are better.
        trials: How many parameters are tried.
        seed: The seed of the search.

    Raises:
        ConfigError: The space is malformed, or the start lies outside of it.
    """
    check(space, params)
    if not space or trials < 1:
        return (Trial(number=0, params=dict(params), value=objective(dict(params))),)
    with quiet() as optuna:
        study = optuna.create_study(
            direction=DIRECTIONS[direction], sampler=optuna.samplers.TPESampler(seed=seed)
        )
        study.enqueue_trial({name: params[name] for name in space if name in params})
        study.optimize(lambda trial: objective({**params, **suggest(trial, space)}), trials)
    done = [
        Trial(number=trial.number, params={**params, **trial.params}, value=float(trial.value or 0))
        for trial in study.trials
    ]
    return tuple(
        sorted(done, key=lambda t: (t.value if direction == "lower" else -t.value, t.number))
    )


def propose(
    past: Sequence[Trial], *, space: Space, direction: Direction, seed: int, count: int
) -> list[dict[str, Any]]:
    """Return the values of the space to try next, from trials that are on record.

    The same trials give the same proposals, so a search that was interrupted goes on as it would
    have. Trials whose values lie outside of the space say nothing about it.

    Args:
        past: The trials so far, oldest first.
        space: What is varied: see `tune`.
        direction: Which values are better.
        seed: The seed of the search.
        count: How many to propose, to be tried beside each other.
    """
    with quiet() as optuna:
        sampler = optuna.samplers.TPESampler(seed=seed + len(past), constant_liar=count > 1)
        study = optuna.create_study(direction=DIRECTIONS[direction], sampler=sampler)
        parts = distributions(space, optuna)
        for each in past:
            values = {name: each.params.get(name) for name in space}
            if all(inside(values[name], part) for name, part in space.items()):
                trial = optuna.trial.create_trial(
                    params=values, distributions=parts, value=each.value
                )
                study.add_trial(trial)
        return [suggest(study.ask(), space) for _ in range(count)]


def distributions(space: Space, optuna: Any) -> dict[str, Any]:
    """Return each parameter's part of the space as optuna has it."""
    return {name: _distribution(part, optuna) for name, part in space.items()}


def _distribution(part: Mapping[str, Any], optuna: Any) -> Any:
    """Return one parameter's part of the space as optuna has it."""
    if "choices" in part:
        return optuna.distributions.CategoricalDistribution(part["choices"])
    kinds = optuna.distributions
    kind = kinds.IntDistribution if part.get("int") else kinds.FloatDistribution
    return kind(part["low"], part["high"], log=bool(part.get("log")))


def suggest(trial: optuna.Trial, space: Space) -> dict[str, Any]:
    """Return the parameters that a trial tries."""
    params: dict[str, Any] = {}
    for name, part in space.items():
        if "choices" in part:
            params[name] = trial.suggest_categorical(name, part["choices"])
        else:
            draw = trial.suggest_int if part.get("int") else trial.suggest_float
            params[name] = draw(name, part["low"], part["high"], log=bool(part.get("log")))
    return params


def check(space: Space, params: Mapping[str, Any]) -> None:
    """Check that a space is well formed and that the start lies inside.

    Raises:
        ConfigError: A key is unknown, a bound is missing, or the start lies outside.
    """
    for name, part in space.items():
        for field in part:
            if field not in FIELDS:
                valid = ", ".join(FIELDS)
                raise ConfigError(
                    f"space.{name}.{field}: no such key{did_you_mean(field, FIELDS)}",
                    hint=f"keys: {valid}",
                )
        if "choices" not in part and not {"low", "high"} <= {*part}:
            raise ConfigError(f"space.{name}: expected low and high, or choices, got {[*part]}")
        if name in params and not inside(params[name], part):
            raise ConfigError(f"space.{name}: the search starts outside, at {params[name]!r}")


def inside(value: Any, part: Mapping[str, Any]) -> bool:
    """Return whether a value lies in one parameter's part of the space."""
    if value is None:
        return False
    if "choices" in part:
        return value in part["choices"]
    return bool(part["low"] <= value <= part["high"])


@contextmanager
def quiet() -> Iterator[Any]:
    """Yield optuna, which logs errors only while a search runs.

    Raises:
        MissingExtraError: It is not installed.
    """
    optuna = library()
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        yield optuna
    finally:
        optuna.logging.set_verbosity(before)
