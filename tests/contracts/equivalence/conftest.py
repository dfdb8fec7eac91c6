"""Small products with one side changed by a function."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from contracts.equivalence.case import Case
from contracts.equivalence.sides import Sides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    from contracts.contract import Contract


@pytest.fixture
def altered(toy: ModuleType) -> Callable[..., Any]:
    """Makes learners whose models have other methods than the honest ones."""

    def make(kind: str = "binary", **methods: Callable[..., Any]) -> Any:
        learner = toy.Learner(kind)
        learner.model = type("Altered", (toy.Cells,), methods)
        return learner

    return make


@pytest.fixture
def answering(toy: ModuleType, altered: Callable[..., Any]) -> Callable[..., Any]:
    """Makes learners whose models return what a function makes of the honest predictions."""

    def make(change: Callable[..., Any], kind: str = "binary") -> Any:
        def predict(model: Any, rows: Any) -> Any:
            return change(toy.Cells.predict(model, rows), rows)

        return altered(kind, predict=predict)

    return make


@pytest.fixture
def looking(write: Callable[..., Contract], toy: ModuleType, tmp_path: Path) -> Callable[..., Any]:
    """Opens the case of a candidate beside the honest reference."""

    @contextmanager
    def opened(
        candidate: Any, kind: str = "binary", *, pair: str = "same_data", **options: Any
    ) -> Iterator[Case]:
        reference = options.pop("reference", toy.Learner(kind))
        contract = write(tmp_path, kind, **options)
        with Sides(contract, toy.Events(kind), candidate=candidate, reference=reference) as sides:
            yield Case(sides, pair)

    return opened
