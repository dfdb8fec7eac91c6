"""What the engine does with arms: stalled selectors, shadows, arms of one generation."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from production.selectors.champion import Champion
from production.selectors.explicit import Explicit
from production.selectors.port import only
from production.selectors.shadow import Shadow
from production.serving.bounded import Within

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    import pytest

    from production.generation.description import Candidate
    from production.serving.engine import Engine
    from production.serving.manifest import Manifest


def test_a_selector_that_stalls_is_replaced_by_the_champion(
    engine: Callable[[Any], Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
) -> None:
    """It is waited for once: while it is stuck no further call is begun."""
    stuck, calls = Event(), []

    def selector(choice: Any, _: Any) -> Any:
        calls.append(choice)
        stuck.wait()
        return only("arm-2")

    serving = engine(selector)
    serving._within = Within(0.01)
    serving.deploy(manifest(*candidates[:2]), revision=1)
    serving.update("metrics")  # type: ignore[arg-type]
    stuck.set()
    assert serving.choose("k").candidate == candidates[0]
    assert (serving.fallbacks, len(calls)) == (2, 1)
    assert serving.failure == "StateError: an earlier call has not ended yet"


def test_a_manifest_states_its_selector(
    engine: Callable[[Any], Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
) -> None:
    """It is built from the manifest's component; one that cannot be built is counted."""
    serving = engine(Champion())
    serving._build = lambda component: Explicit(arm=component["arm"])
    stated = replace(manifest(*candidates[:2]), component={"arm": "arm-2"})
    serving.deploy(stated, revision=1)
    assert serving.choose("k").candidate == candidates[1]
    serving.deploy(replace(stated, component={"ar": "arm-2"}), revision=2)
    assert serving.choose("k").candidate == candidates[0]
    assert serving.failure == "KeyError: 'arm'"


def test_arms_of_one_generation_serve_it_with_the_sum_of_their_shares(
    engine: Callable[[Any], Engine],
    manifest: Callable[..., Manifest],
    toy: Any,
    candidates: list[Candidate],
    requests: pa.Table,
) -> None:
    """The propensity is that of the generation, whichever arm was drawn."""
    serving = engine(toy.Halves())
    stated = manifest(candidates[0])
    serving.deploy(replace(stated, arms={**stated.arms, "again": candidates[0]}), revision=1)
    assert set(serving.serve(requests).propensity) == {1.0}
    assert serving.choose("k").propensity == 1.0


def test_a_shadow_predicts_each_request_and_serves_none(
    engine: Callable[[Any], Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
    requests: pa.Table,
) -> None:
    """Batches and single requests alike; its propensity is 0."""
    serving = engine(Shadow(arms=["arm-2"]))
    serving.deploy(manifest(*candidates[:2]), revision=1)
    served = serving.serve(requests)
    assert set(served.predictions[:, 0]) == {0.1}
    (mirrored,) = served.mirrored
    assert mirrored.candidate == candidates[1]
    assert np.array_equal(mirrored.predictions, np.full((400, 1), 0.2))
    (shadow,) = serving.deployed.shadows
    assert (shadow.candidate, shadow.propensity) == (candidates[1], 0.0)


def test_a_shadow_that_fails_costs_no_request(
    engine: Callable[[Any], Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
    requests: pa.Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The champion's predictions are served as ever."""
    serving = engine(Shadow(arms=["arm-2"]))
    serving.deploy(manifest(*candidates[:2]), revision=1)
    monkeypatch.setattr(serving.deployed.shadows[0].model._model, "predict", None)
    served = serving.serve(requests)
    assert set(served.predictions[:, 0]) == {0.1}
    assert served.mirrored == ()
