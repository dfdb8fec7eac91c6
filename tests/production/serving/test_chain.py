"""The chain of a fallback: who predicts where an arm fails, is late, or returns no number."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from production.selectors.fallback import Fallback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from production.generation.description import Candidate
    from production.selectors.port import Selector
    from production.serving.engine import Engine


class Fails:
    """A model that fails in one way."""

    def __init__(self, way: str) -> None:
        self.way, self.stuck, self.calls = way, Event(), 0

    def predict(self, rows: pa.Table) -> Any:
        """Fail for red rows; in another way than by raising only for them."""
        if self.way == "nonfinite":
            red = np.array([colour == "red" for colour in rows["colour"].to_pylist()])
            return np.where(red, np.nan, 0.1)[:, None]
        return self._fail()

    def one(self, _: Any) -> tuple[float, ...]:
        """Fail."""
        return (float("nan"),) if self.way == "nonfinite" else self._fail()

    def _fail(self) -> Any:
        self.calls += 1
        if self.way == "error":
            raise ValueError("broken")
        self.stuck.wait()


@pytest.fixture
def chained(
    deployed: Callable[..., Engine],
    candidates: list[Candidate],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., tuple[Engine, Fails]]]:
    """Serves a chain whose first arm, the champion, fails in one way, and then the third."""
    failing: list[Fails] = []

    def make(way: str, selector: Selector | None = None) -> tuple[Engine, Fails]:
        model = Fails(way)
        failing.append(model)
        deadline = "20ms" if way == "deadline" else None
        fallback = Fallback(
            arms=["champion", "arm-3"],
            deadline=deadline,
            **({"selector": selector} if selector else {}),
        )
        serving = deployed(fallback, *candidates)
        loaded = serving._loader.load

        def load(candidate: Candidate) -> Any:
            return model if candidate == candidates[0] else loaded(candidate)

        monkeypatch.setattr(serving._loader, "load", load)
        serving.deploy(serving.deployed.manifest, revision=2)
        return serving, model

    yield make
    for each in failing:
        each.stuck.set()


@pytest.mark.parametrize("way", ["error", "nonfinite", "deadline"])
def test_the_next_arm_predicts_one_record_where_one_fails(
    chained: Callable[..., tuple[Engine, Fails]],
    candidates: list[Candidate],
    requests: pa.Table,
    way: str,
) -> None:
    """What is returned names who predicted, with the propensity that was drawn; it is counted."""
    serving, _ = chained(way)
    record = _records(requests)[0]
    offer, values = serving.predict(serving.choose("k"), record)
    assert (offer.candidate, values, offer.propensity) == (candidates[2], (0.3,), 1.0)
    assert dict(serving.handovers.counts) == {("1.0.0/1", way): 1}


@pytest.mark.parametrize("way", ["error", "nonfinite"])
def test_a_batch_is_predicted_by_the_next_arm_where_one_fails(
    chained: Callable[..., tuple[Engine, Fails]],
    candidates: list[Candidate],
    requests: pa.Table,
    way: str,
) -> None:
    """All rows where a model raises; else the rows without a number alone."""
    serving, _ = chained(way)
    served = serving.serve(requests)
    red = np.array([colour == "red" for colour in requests["colour"].to_pylist()])
    failed = red if way == "nonfinite" else np.ones(len(red), bool)
    assert np.array_equal(served.predictions[:, 0], np.where(failed, 0.3, 0.1))
    by = [served.candidates[at] for at in served.chosen]
    assert by == [candidates[2] if each else candidates[0] for each in failed]
    assert {*served.propensity.tolist()} == {1.0}
    assert dict(serving.handovers.counts) == {("1.0.0/1", way): int(failed.sum())}


def test_a_model_that_hangs_is_not_waited_for_again(
    chained: Callable[..., tuple[Engine, Fails]], requests: pa.Table
) -> None:
    """After eight calls that have not ended no other is begun, whoever deploys meanwhile."""
    serving, model = chained("deadline")
    record = _records(requests)[0]
    for revision in range(3, 15):
        _, values = serving.predict(serving.choose("k"), record)
        assert values == (0.3,)
        serving.deploy(serving.deployed.manifest, revision=revision)
    assert model.calls == 8
    assert serving.handovers.counts["1.0.0/1", "deadline"] == 12


def test_the_arm_that_another_selector_draws_is_tried_first(
    chained: Callable[..., tuple[Engine, Fails]], toy: Any, requests: pa.Table
) -> None:
    """The others of the chain follow it; its propensity goes with whoever predicts."""
    serving, _ = chained("error", toy.Halves())
    served = serving.serve(requests)
    assert {*served.predictions[:, 0].tolist()} == {0.2, 0.3}
    assert set(served.propensity) == {1 / 3}
    assert serving.serve(requests.slice(0, 0)).predictions.shape == (0, 1)


def test_what_the_last_arm_raises_is_raised(
    chained: Callable[..., tuple[Engine, Fails]],
    candidates: list[Candidate],
    requests: pa.Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is left to ask, for one record and for many."""
    serving, model = chained("error")
    monkeypatch.setattr(serving._loader, "load", lambda _: model)
    serving.deploy(serving.deployed.manifest, revision=3)
    with pytest.raises(ValueError, match="broken"):
        serving.predict(serving.choose("k"), _records(requests)[0])
    with pytest.raises(ValueError, match="broken"):
        serving.serve(requests)
    assert serving.handovers.counts == {(candidates[0].name, "error"): 1 + requests.num_rows}


def _records(requests: pa.Table) -> list[Any]:
    return [_Record(**row) for row in requests.select(["colour", "size"]).to_pylist()]


class _Record:
    def __init__(self, *, colour: str, size: float | None) -> None:
        self.colour, self.size = colour, size
