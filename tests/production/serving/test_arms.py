"""What the engine does with arms: stalled selectors, shadows, arms of one generation."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.ports import KEY
from contracts.schema.record import RecordDecoder
from production.selectors.champion import Champion
from production.selectors.contextual import Contextual
from production.selectors.explicit import Explicit
from production.selectors.port import only
from production.selectors.shadow import Shadow
from production.serving.bounded import TimeLimit

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from contracts.contract import Contract
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
    serving._limited = TimeLimit(0.01)
    serving.deploy(manifest(*candidates[:2]), revision=1)
    serving.update("metrics")  # type: ignore[arg-type]
    stuck.set()
    assert serving.choose("k").candidate == candidates[0]
    assert (serving.fallbacks, len(calls)) == (2, 1)
    assert serving.failure == "OverdueError: an earlier call has not ended yet"


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
    deployed: Callable[..., Engine],
    candidates: list[Candidate],
    requests: pa.Table,
) -> None:
    """Batches and single requests alike; its propensity is 0."""
    serving = deployed(Shadow(arms=["arm-2"]), *candidates[:2])
    served = serving.serve(requests)
    assert set(served.predictions[:, 0]) == {0.1}
    (mirrored,) = served.mirrored
    assert mirrored.candidate == candidates[1]
    assert np.array_equal(mirrored.predictions, np.full((400, 1), 0.2))
    (shadow,) = serving.deployed.shadows
    assert (shadow.candidate, shadow.propensity) == (candidates[1], 0.0)


def test_a_shadow_that_fails_costs_no_request(
    deployed: Callable[..., Engine],
    candidates: list[Candidate],
    requests: pa.Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The champion's predictions are served as ever."""
    serving = deployed(Shadow(arms=["arm-2"]), *candidates[:2])
    monkeypatch.setattr(serving.deployed.shadows[0].model._model, "predict", None)
    served = serving.serve(requests)
    assert set(served.predictions[:, 0]) == {0.1}
    assert served.mirrored == ()


@pytest.mark.parametrize("over", [None, "Halves"])
def test_a_segment_has_an_arm_of_its_own(  # noqa: PLR0917 - fixtures are arguments
    deployed: Callable[..., Engine],
    toy: Any,
    candidates: list[Candidate],
    requests: pa.Table,
    contract: Contract,
    over: str | None,
) -> None:
    """One by one as in a batch; others go by the other selector, with its propensities."""
    others = getattr(toy, over)() if over else None
    serving = deployed(
        Contextual(column="colour", arms={"red": "arm-3"}, selector=others), *candidates
    )
    served = serving.serve(requests)
    red = np.array([colour == "red" for colour in requests["colour"].to_pylist()])
    assert 0 < red.sum() < len(red)
    assert {*served.predictions[red, 0].tolist()} == {0.3}
    assert {*served.propensity[red].tolist()} == {1.0}
    assert {*served.predictions[~red, 0].tolist()} == ({0.1, 0.2, 0.3} if over else {0.1})
    assert {*served.propensity[~red].tolist()} == ({1 / 3} if over else {1.0})
    convert = RecordDecoder(contract.input_columns).convert
    offers = [
        serving.choose(row[KEY], convert({name: row[name] for name in ("colour", "size")}))
        for row in requests.to_pylist()
    ]
    assert [each.candidate for each in offers] == [served.candidates[at] for at in served.chosen]
    assert [each.propensity for each in offers] == served.propensity.tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"column": "flavour", "arms": {"red": "arm-2"}}, "'flavour', which is no input"),
        ({"column": "colour", "arms": {"red": "arm-9"}}, "no arm 'arm-9'"),
    ],
)
def test_a_segment_that_cannot_be_served_is_left_to_the_champion(
    deployed: Callable[..., Engine],
    candidates: list[Candidate],
    options: dict[str, Any],
    message: str,
) -> None:
    """Of another column, or to an arm that is not there: counted, as any failure is."""
    serving = deployed(Contextual(**options), *candidates)
    assert serving.choose("k").candidate == candidates[0]
    assert serving.fallbacks == 1
    assert message in serving.failure


def test_a_refresh_inside_an_arm_moves_no_key_to_another(
    engine: Callable[[Any], Engine],
    manifest: Callable[..., Manifest],
    toy: Any,
    candidates: list[Candidate],
) -> None:
    """The champion gets another generation in a new revision: each key stays with its arm."""
    serving, keys = engine(toy.Halves()), [f"key-{at}" for at in range(500)]
    stated = manifest(*candidates[:2])
    serving.deploy(stated, revision=1)
    before = [serving.choose(key).candidate for key in keys]
    refreshed = replace(stated, arms={**stated.arms, "champion": candidates[2]})
    serving.deploy(refreshed, revision=2)
    after = [serving.choose(key).candidate for key in keys]
    moved = {candidates[0]: candidates[2], candidates[1]: candidates[1]}
    assert all(new == moved[old] for new, old in zip(after, before, strict=True))
    assert 200 < before.count(candidates[0]) < 300
