"""The comparison of lifecycles: which are equal and why, and its data in report.json."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from contracts.report.write import to_json
from production.assembly.proof import RunProof
from production.backtest.comparison import compare_runs, comparison_data
from production.backtest.state import digest_but_liaison
from tests.production.backtest.conftest import RESAMPLING

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.backtest.comparison import LifecycleComparison
    from production.backtest.result import RunResult

METRICS = ("log_loss", "roc_auc", "brier")


def test_a_session_and_an_agent_that_train_alike_are_equal(
    compared: LifecycleComparison, results: dict[str, RunResult]
) -> None:
    """Interactive and open: one training on the same rows, the same predictions, no gain."""
    assert compared.equal_by_construction == (("interactive", "open"),)
    one, other = (results[name].run.predictions for name in ("interactive", "open"))
    assert np.array_equal(one.served, other.served)
    for each in compared.lifecycles["interactive"].gain.values():
        assert (each.value, each.low, each.high) == (0.0, 0.0, 0.0)


def test_adaptive_and_dual_differ_by_their_liaison_alone(
    compared: LifecycleComparison, results: dict[str, RunResult]
) -> None:
    """They are equal by contract, not by construction."""
    assert compared.equal_by_contract == (("adaptive", "dual"),)
    one, other = (results[name].run for name in ("adaptive", "dual"))
    assert one.lifecycle.changes(other.lifecycle) == ("liaison",)
    assert one.served_by == other.served_by


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("strategy.window=5d",), id="window"),
        pytest.param(("gate.holdout=2d",), id="gate"),
        pytest.param(("training_takes=1h",), id="duration"),
    ],
)
def test_variants_with_another_configuration_are_not_equal_by_contract(
    operation: Callable[..., Any], results: dict[str, RunResult], words: tuple[str, ...]
) -> None:
    """Whatever else the configuration changes: the clauses bind one training of both sides."""
    other = operation("lifecycle=dual", *words).config
    run = replace(results["dual"].run, but_liaison=digest_but_liaison(other))
    pair = {"adaptive": results["adaptive"], "variant": replace(results["dual"], run=run)}
    comparison = compare_runs(pair, against="adaptive", offset=0, resampling=RESAMPLING)
    assert comparison.equal_by_contract == ()


def test_equal_trainings_that_served_otherwise_are_not_equal(
    results: dict[str, RunResult],
) -> None:
    """A learner with parameters of its own gives other predictions of the same rows."""
    run = results["open"].run
    served = replace(run.predictions, served=run.predictions.served + 0.01)
    other = replace(results["open"], run=replace(run, predictions=served))
    pair = {"open": results["open"], "variant": other}
    comparison = compare_runs(pair, against="open", offset=0, resampling=RESAMPLING)
    assert comparison.equal_by_construction == ()


def test_runs_trained_at_other_moments_are_not_equal(
    compared: LifecycleComparison, results: dict[str, RunResult]
) -> None:
    """The same attributes as open, and other releases: other predictions."""
    later = results["later"].run
    assert later.lifecycle == results["open"].run.lifecycle
    assert len(later.generations) == 3
    assert "later" not in chain(*compared.equal_by_construction, *compared.equal_by_contract)
    assert compared.lifecycles["later"].gain["log_loss"].value != 0


def test_the_reference_is_compared_with_the_naive_baseline(
    compared: LifecycleComparison, results: dict[str, RunResult]
) -> None:
    """The others are compared with the reference: a gain is the difference of two scores."""
    against = {name: each.against for name, each in compared.lifecycles.items()}
    assert against == {name: "naive" if name == "open" else "open" for name in results}
    scores = results["open"].overall
    served, naive = (scores[side]["log_loss"].value for side in ("served", "naive"))
    assert compared.lifecycles["open"].gain["log_loss"].value == pytest.approx(naive - served)
    adaptive = results["adaptive"].overall["served"]["roc_auc"].value
    gain = compared.lifecycles["adaptive"].gain["roc_auc"]
    assert gain.value == pytest.approx(adaptive - scores["served"]["roc_auc"].value)
    assert gain.low <= gain.value <= gain.high


def test_a_note_and_the_data_say_what_was_taken_from_another_run(
    compared: LifecycleComparison,
) -> None:
    """How many fits of which run, and how long they had taken: part of what it is charged."""
    run = compared.lifecycles["adaptive"]
    first, *others = run.result.run.trainings
    detail = {**first.detail, "shared": {"fits": 2, "seconds": 1.25}}
    trainings = (replace(first, detail=detail, seconds=2.0), *others)
    result = replace(run.result, run=replace(run.result.run, trainings=trainings))
    lifecycles = {**compared.lifecycles, "adaptive": replace(run, result=result)}
    sharing = replace(compared, lifecycles=lifecycles)
    (note,) = [each for each in sharing.notes if each.startswith("Fits taken from another run")]
    assert "adaptive 2." in note
    assert "1.2 s were not spent again" in note
    data = comparison_data(sharing, seconds=1.5)["lifecycles"]["adaptive"]
    assert (data["shared_fits"].fits, data["shared_fits"].seconds) == (2, 1.25)
    assert data["training_seconds"] >= 2.0


def test_notes_say_why_pairs_are_equal(compared: LifecycleComparison) -> None:
    """One sentence for each pair, and none for a proof that was not made."""
    equal, liaison = compared.notes
    assert equal.startswith("interactive and open are equal by construction")
    assert liaison.startswith("adaptive and dual differ by their liaison alone")
    assert compared.title.startswith("toy · 5 lifecycles")


def test_a_proof_that_lifecycles_share_is_noted_once(compared: LifecycleComparison) -> None:
    """With the names of all lifecycles that share it."""
    joint, dual = (
        RunProof(verdicts=(), candidate_us=us, reference_us=None, liaison=liaison)
        for us, liaison in ((35.0, "joint"), (7.0, "dual"))
    )
    proven = {
        name: replace(each, result=replace(each.result, proof=dual if name == "dual" else joint))
        for name, each in compared.lifecycles.items()
    }
    _, _, *proofs = replace(compared, lifecycles=proven).notes
    assert proofs == [f"interactive, open, adaptive, later: {joint.text}", f"dual: {dual.text}"]


@pytest.fixture(scope="module")
def read(compared: LifecycleComparison) -> dict[str, Any]:
    """The data of the comparison, as read from JSON."""
    decoded: dict[str, Any] = msgspec.json.decode(to_json(comparison_data(compared, seconds=1.5)))
    return decoded


def test_json_has_every_lifecycle_with_its_metrics_and_gains(
    read: dict[str, Any], compared: LifecycleComparison
) -> None:
    """Each has a value with its interval; a gain names what it is compared with."""
    assert [*read["lifecycles"]] == [*compared.lifecycles]
    for name, lifecycle in read["lifecycles"].items():
        assert {*lifecycle["metrics"]} == {*lifecycle["gain"]} == {*METRICS}
        for metric in METRICS:
            score, gain = lifecycle["metrics"][metric], lifecycle["gain"][metric]
            assert score["low"] <= score["value"] <= score["high"]
            assert gain["low"] <= gain["value"] <= gain["high"]
            assert gain["against"] == compared.lifecycles[name].against
    assert {*read["naive"]} == {*METRICS}


def test_json_has_what_each_cost_and_does_without(read: dict[str, Any]) -> None:
    """Trainings and their seconds, anti-patterns and limits; the whole comparison's seconds."""
    lifecycles = read["lifecycles"]
    trainings = {name: each["trainings"] for name, each in lifecycles.items()}
    assert trainings == {"interactive": 1, "open": 1, "adaptive": 4, "dual": 4, "later": 3}
    assert all(each["training_seconds"] > 0 for each in lifecycles.values())
    reasons = {name: len(each["anti_patterns"]) for name, each in lifecycles.items()}
    assert reasons == {"interactive": 2, "open": 0, "adaptive": 0, "dual": 0, "later": 0}
    assert any(line.startswith("no autonomous refresh") for line in lifecycles["open"]["cannot"])
    assert lifecycles["dual"]["cannot"] == []
    assert read["seconds"] == 1.5
    assert read["equal_by_construction"] == [["interactive", "open"]]
    assert read["equal_by_contract"] == [["adaptive", "dual"]]


def test_json_has_a_verdict_on_all_and_on_each(read: dict[str, Any]) -> None:
    """Which to choose is one of them; a static toy is worse than the baseline: its truth flips."""
    assert read["verdict"]["lifecycle"] in {"adaptive", "dual", "later"}
    codes = {name: each["verdict"]["code"] for name, each in read["lifecycles"].items()}
    assert codes["open"] == codes["interactive"] == "worse_than_naive"


def test_a_lifecycle_that_the_product_cannot_have_is_named(compared: LifecycleComparison) -> None:
    """On the terminal and the page as a note, and in report.json."""
    without = replace(compared, left_out=("dual",))
    assert without.notes[0].startswith(
        "dual is left out: it serves production's own implementation"
    )
    assert comparison_data(without, seconds=1.0)["left_out"] == ("dual",)
