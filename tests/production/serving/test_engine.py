from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.errors import IntegrityError, StateError
from contracts.ports import KEY
from contracts.schema.record import RecordDecoder
from production.selectors.champion import Champion
from production.selectors.latest import Latest
from production.selectors.port import Split, only
from production.selectors.single import Single

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract
    from production.generation.description import Candidate
    from production.serving.engine import Engine
    from production.serving.manifest import Manifest

INPUTS = ("colour", "size")


@pytest.mark.parametrize(
    ("selector", "expected"), [(Champion(), 0.1), (Latest(), 0.2)], ids=["champion", "latest"]
)
def test_the_selector_decides_who_serves(
    deployed: Callable[..., Engine],
    candidates: list[Candidate],
    requests: pa.Table,
    selector: Any,
    expected: float,
) -> None:
    """The champion is the alias's, the latest the newest; either serves with probability one."""
    serving = deployed(selector, *candidates[:2], revision=4)
    served = serving.serve(requests)
    assert np.array_equal(served.predictions, np.full((400, 1), expected))
    assert set(served.propensity) == {1.0}
    assert served.manifest == 4


def test_two_candidates_dispatch_by_key_with_their_propensity(
    deployed: Callable[..., Engine],
    toy: Any,
    candidates: list[Candidate],
    requests: pa.Table,
) -> None:
    """A key stays with its candidate, alone or in a batch, and its share is returned."""
    serving = deployed(toy.Halves(), *candidates[:2])
    served = serving.serve(requests)
    by_key: dict[str, set[float]] = {}
    for key, value in zip(requests[KEY].to_pylist(), served.predictions[:, 0], strict=True):
        by_key.setdefault(key, set()).add(float(value))
    assert all(len(values) == 1 for values in by_key.values())
    assert {value for values in by_key.values() for value in values} == {0.1, 0.2}
    assert set(served.propensity) == {0.5}
    numbers = np.array([each.generation for each in served.candidates])[served.chosen]
    assert np.array_equal(numbers / 10, served.predictions[:, 0])
    for at in (0, 17, 101):
        assert serving.serve(requests.slice(at, 1)).predictions == served.predictions[at]


def test_one_record_is_served_as_the_batch_serves_it(
    deployed: Callable[..., Engine],
    toy: Any,
    candidates: list[Candidate],
    requests: pa.Table,
    contract: Contract,
) -> None:
    """The same key, the same generation, the same number."""
    serving = deployed(toy.Halves(), *candidates[:2])
    convert = RecordDecoder(contract.input_columns).convert
    single = []
    for row in requests.slice(0, 40).to_pylist():
        record = convert({name: row[name] for name in INPUTS})
        single += serving.choose(row[KEY], record).model.one(record)
    assert single == serving.serve(requests).predictions[:40, 0].tolist()


def test_an_offer_names_what_serves_a_request(
    engine: Callable[[Any], Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
    requests: pa.Table,
) -> None:
    """One request is served by the generation, with the propensity, that a batch records."""
    serving = engine(
        lambda choice, _: Split(shares=dict(zip(choice.arms, (0.25, 0.75), strict=True)))
    )
    serving.deploy(manifest(*candidates[:2]), revision=4)
    served = serving.serve(requests)
    offers = [serving.choose(key) for key in requests[KEY].to_pylist()]
    chosen = [served.candidates[at] for at in served.chosen]
    assert [each.candidate for each in offers] == chosen
    assert [each.propensity for each in offers] == served.propensity.tolist()
    assert {each.manifest for each in offers} == {4}


@pytest.mark.parametrize("selector", ["Raises", "Strange", "Single"])
def test_a_selector_that_fails_falls_back_to_the_champion(
    deployed: Callable[..., Engine],
    toy: Any,
    candidates: list[Candidate],
    requests: pa.Table,
    selector: str,
) -> None:
    """Whether it raises or chooses what the manifest does not offer; each failure is counted."""
    failing = Single() if selector == "Single" else getattr(toy, selector)()
    serving = deployed(failing, *candidates, champion=candidates[1])
    served = serving.serve(requests)
    assert np.array_equal(served.predictions, np.full((400, 1), 0.2))
    assert served.candidates == (candidates[1],)
    assert set(served.propensity) == {1.0}
    assert serving.fallbacks == 1


def test_the_selector_is_called_for_deployments_and_updates_and_not_for_requests(
    deployed: Callable[..., Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
    requests: pa.Table,
    contract: Contract,
) -> None:
    """New metrics share the traffic anew; a failure is counted once, however many are served."""
    runtimes: list[Any] = []

    def selector(choice: Any, runtime: Any) -> Any:
        runtimes.append(runtime)
        if runtime == "broken":
            raise KeyError(runtime)
        return only([*choice.arms][1 if runtime else 0])

    serving = deployed(selector, *candidates)
    record = RecordDecoder(contract.input_columns).convert({"colour": "red", "size": None})
    assert serving.choose("k", record).model.one(record) == (0.1,)
    serving.update("metrics")  # type: ignore[arg-type] - the engine hands them on as they are
    assert [
        serving.choose("k", record).model.one(record),
        serving.choose("l", record).model.one(record),
    ] == [(0.2,), (0.2,)]
    assert serving.serve(requests).candidates == (candidates[1],)
    serving.update("broken")  # type: ignore[arg-type]
    assert [
        serving.choose("k", record).model.one(record),
        serving.choose("l", record).model.one(record),
    ] == [(0.1,), (0.1,)]
    serving.deploy(manifest(candidates[2]), revision=2)
    assert serving.choose("k", record).model.one(record) == (0.3,)
    assert runtimes == [None, "metrics", "broken", "broken"]
    assert serving.fallbacks == 2


def test_a_request_keeps_the_deployment_it_entered_with(
    deployed: Callable[..., Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
) -> None:
    """A deployment is replaced, never changed."""
    serving = deployed(Champion(), candidates[0])
    before = serving.deployed
    serving.deploy(manifest(candidates[1]), revision=2)
    assert (before.revision, before.offers[0].candidate) == (1, candidates[0])
    assert before.offers != serving.deployed.offers


def test_a_bundle_serves_its_only_candidate(
    deployed: Callable[..., Engine],
    candidates: list[Candidate],
    requests: pa.Table,
) -> None:
    """The single selector takes what there is."""
    serving = deployed(Single(), candidates[2])
    assert serving.serve(requests).predictions[0, 0] == 0.3
    assert serving.fallbacks == 0


def test_a_broken_candidate_leaves_the_engine_on_the_old_manifest(
    deployed: Callable[..., Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
    requests: pa.Table,
    tmp_path: Path,
) -> None:
    """Nothing is swapped before everything is loaded and verified."""
    serving = deployed(Latest(), candidates[0])
    file = tmp_path / "artifacts" / "published" / candidates[1].artifact / "golden.arrow"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    with pytest.raises(IntegrityError):
        serving.deploy(manifest(*candidates[:2]), revision=2)
    assert serving.deployed.revision == 1
    assert serving.serve(requests).predictions[0, 0] == 0.1


def test_a_candidate_that_fails_its_golden_set_is_not_deployed(
    deployed: Callable[..., Engine],
    manifest: Callable[..., Manifest],
    toy: Any,
    candidates: list[Candidate],
) -> None:
    """Its bytes are as published, but it does not predict what it did at training."""
    serving = deployed(Champion(), candidates[0])
    serving._loader._kind = toy.Unreadable
    with pytest.raises(IntegrityError, match="does not load"):
        serving.deploy(manifest(candidates[1]), revision=2)
    assert serving.deployed.manifest.champion == candidates[0]


def test_what_is_loaded_already_is_not_read_again(
    deployed: Callable[..., Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
) -> None:
    """A manifest that adds a candidate keeps the models of the others."""
    serving = deployed(Champion(), candidates[0])
    first = serving.choose("k").model
    serving.deploy(manifest(*candidates), revision=2)
    assert serving.choose("k").model is first


def test_nothing_serves_before_a_deployment(
    engine: Callable[[Any], Engine],
    requests: pa.Table,
) -> None:
    """An engine without a manifest says what to do."""
    serving = engine(Champion())
    assert not serving.is_deployed
    with pytest.raises(StateError, match="nothing is deployed"):
        serving.serve(requests)


def test_a_manifest_of_an_unknown_artifact_is_refused(
    engine: Callable[[Any], Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
) -> None:
    """The engine serves what is in the store, and nothing else."""
    strange = replace(candidates[0], artifact="0" * 64)
    with pytest.raises(StateError, match="unknown artifact"):
        engine(Champion()).deploy(manifest(strange), revision=1)
