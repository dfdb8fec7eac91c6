"""The trials of a search on record, in a file: an interrupted search goes on, a longer one extends.

The file is a study of optuna in SQLite, so optuna's own tools read it. A search proposes the same
parameters in the same order whether it was interrupted or not: what is on record is not tried
again, and everything else is as if the search had been made at once.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.config.packages import source_digest
from contracts.data.rows import content_digest
from contracts.errors import StateError
from contracts.host.owned import claim
from contracts.report.page import installed_versions
from contracts.tune import DIRECTIONS, distributions, quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from contracts.tune import Direction, Space
    from research.learn.experiment import Experiment

LIBRARIES = ("numpy", "pandas", "scikit-learn", "scipy")
#: What of a plan does not change the value of a trial: how many there are, and the final test.
WITHOUT_EFFECT = ("trials", "test", "repeats", "metrics")


class RecordedTrials:
    """The values of the parameters that were tried.

    Args:
        study: The study of optuna in which new ones are recorded.
        space: What the search varies.
        optuna: The library.
    """

    def __init__(self, study: Any, space: Space, optuna: Any) -> None:
        self._study, self._space, self._optuna = study, space, optuna
        self._parts = distributions(space, optuna)
        self._values = {_key(each.params): float(each.value) for each in study.trials}

    def __len__(self) -> int:
        return len(self._values)

    def value(self, params: Mapping[str, Any]) -> float | None:
        """Return the value of parameters that were tried, else None."""
        return self._values.get(_key({name: params[name] for name in self._space}))

    def add(self, params: Mapping[str, Any], value: float) -> None:
        """Record the value of parameters."""
        varied = {name: params[name] for name in self._space}
        self._study.add_trial(
            self._optuna.trial.create_trial(params=varied, distributions=self._parts, value=value)
        )
        self._values[_key(varied)] = value


@contextmanager
def recorded(
    file: Path, name: str, *, space: Space, direction: Direction
) -> Iterator[RecordedTrials]:
    """Yield the record of a search that a file holds under a name; it is made where it is missing.

    Args:
        file: A SQLite database, in a folder of ours.
        name: See `search_name`.
        space: What the search varies.
        direction: Which values are better.

    Raises:
        StateError: The file is none that optuna reads, or the disk failed.
        MissingExtraError: optuna is not installed.
    """
    claim(file.parent)
    with quiet() as optuna:
        storage = None
        try:
            storage = optuna.storages.RDBStorage(_address(file))
            study = optuna.create_study(
                storage=storage,
                study_name=name,
                direction=DIRECTIONS[direction],
                load_if_exists=True,
            )
            record = RecordedTrials(study, space, optuna)
        except Exception as error:
            if storage is not None:
                storage.engine.dispose()
            raise StateError(
                f"{file} cannot be read as a study: {str(error).splitlines()[0]}",
                hint="move it away, or learn without a record: task.options.study=null",
            ) from error
        try:
            yield record
        finally:
            storage.engine.dispose()


def search_name(experiment: Experiment, *, metric: str, product: str, solution: str) -> str:
    """Return the name of a search: the same for everything on which a trial's value depends.

    That is the training window's rows, the plan of folds, start and space, the metric, the
    solution's code and configuration, our own code, and the libraries.

    Args:
        experiment: Rows and plan.
        metric: The name of the metric that scores the trials.
        product: The product's name, for people who look at the file.
        solution: The digest of the solution's configuration and code.
    """
    plan = msgspec.to_builtins(experiment.plan)
    parts = {
        "rows": content_digest(experiment.train.events),
        "plan": {name: value for name, value in plan.items() if name not in WITHOUT_EFFECT},
        "metric": metric,
        "solution": solution,
        "code": source_digest(()),
        "libraries": installed_versions(LIBRARIES),
    }
    return f"{product} {sha256(msgspec.json.encode(parts, order='sorted')).hexdigest()[:16]}"


def _address(file: Path) -> str:
    """Return the address of a SQLite file; characters that a URL gives a meaning are escaped."""
    path = str(file.resolve())
    for character in "%?#":
        path = path.replace(character, f"%{ord(character):02X}")
    return f"sqlite:///{path}"


def _key(params: Mapping[str, Any]) -> str:
    return json.dumps(params, sort_keys=True)
