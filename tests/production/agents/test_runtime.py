"""Runtime metrics of arms: what each earned since the experiment began."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow.compute as pc
import pytest
from sqlalchemy import update

from contracts.moment import DAY, END_OF_TIME
from production.agents.runtime import arm_events, arm_rewards
from production.database.tables import EVENTS
from production.generation.description import Candidate
from production.metrics import NO_REWARDS, Rewards, ScoredWindow
from production.registry.manifests import Inventoried
from production.serving.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Callable


def published(at: int, began: int, **arms: int) -> Inventoried:
    """Return a manifest whose arms point to generations, published at a moment."""
    manifest = Manifest(
        product="toy",
        contract="1.0.0",
        arms={
            name: Candidate(release="1.0.0", generation=number, artifact="a")
            for name, number in arms.items()
        },
        selector="any",
        began=began,
        salt="s",
    )
    document = msgspec.to_builtins(manifest)
    return Inventoried(product="toy", revision=at + 1, document=document, created_at=at)


def window(start: int, **means: float) -> ScoredWindow:
    """Return a window of length 10 in which generations earned, each two units."""
    earned = {
        f"1.0.0/{name[1:]}": Rewards(count=2, mean=mean, variance=0.0)
        for name, mean in means.items()
    }
    return ScoredWindow(start=start, end=start + 10, rows=9, served={}, baseline={}, rewards=earned)


def test_an_arm_earns_what_its_generations_do_while_it_points_to_them() -> None:
    """A refresh inside an arm joins the line; what another arm has by then is not its own."""
    manifests = [
        published(0, 0, champion=1),
        published(10, 10, candidate=2, champion=1),
        published(20, 10, candidate=3, champion=1),
    ]
    windows = [window(0, g1=9.0), window(10, g1=0.1, g2=0.2), window(20, g1=0.3, g2=9.0, g3=0.4)]
    means = {
        name: [each.mean for each in earned]
        for name, earned in arm_rewards(manifests[-1], lambda: manifests, windows).items()
    }
    assert means == {"champion": [0.1, 0.3], "candidate": [0.2, 0.4]}


def test_only_windows_that_began_after_the_experiment_count() -> None:
    """In an earlier one keys were drawn by another salt."""
    manifests = [published(0, 0, champion=1), published(12, 12, candidate=2, champion=1)]
    assert arm_rewards(
        manifests[-1], lambda: manifests, [window(0, g1=1.0), window(10, g1=1.0, g2=1.0)]
    ) == {
        "candidate": (),
        "champion": (),
    }


def test_an_arm_without_outcomes_earned_nothing() -> None:
    """Which is no reward of zero."""
    manifests = [published(0, 0, candidate=2, champion=1)]
    assert arm_rewards(manifests[-1], lambda: manifests, [window(0, g1=1.0)])["candidate"] == (
        NO_REWARDS,
    )


def test_a_champion_alone_has_nothing_to_be_compared_with() -> None:
    """Nor has a product without a manifest."""
    assert arm_rewards(None, list, []) == {}
    alone = published(0, 0, champion=1)
    assert arm_rewards(alone, lambda: [alone], [window(0, g1=1.0)]) == {}


@pytest.mark.usefixtures("toy")
def test_a_selector_sees_what_was_served_and_came_true(operation: Callable[..., Any]) -> None:
    """Two arms from day 18 on: a bandit begins with equal shares, then goes by what they earned."""
    case = operation("gate=open", "selector=thompson", "selector.least=5", until=40)
    assembly = case.build()
    steps = assembly.loop.steps()
    champion = next(iter(steps)) and assembly.engine.deployed.manifest.champion
    assembly.agents.promotion._publisher.publish(champion, 12 * DAY, arm="candidate")
    list(steps)
    runtime = assembly.engine._runtime
    shares = dict(
        zip(
            assembly.engine.deployed.distribution.arms,
            assembly.engine.deployed.distribution.shares,
            strict=True,
        )
    )
    totals = {name: sum(earned, NO_REWARDS) for name, earned in runtime.arms.items()}
    assert min(each.count for each in totals.values()) >= 5
    best = max(totals, key=lambda name: totals[name].mean)
    assert shares[best] > 0.5
    scored = assembly.feedback.scored("toy", 0, END_OF_TIME)
    assert {*np.unique(scored.generation).tolist()} >= {1, 2}
    assert len({*assembly.events.served("toy", 18 * DAY, 40 * DAY).propensity.tolist()}) > 2


def test_an_arm_served_what_its_generations_did_by_the_manifests_of_the_experiment() -> None:
    """Not what they served before it began, nor by a manifest in which another arm had them."""
    manifests = [
        published(0, 0, champion=1),
        published(10, 10, candidate=2, champion=1),
        published(20, 10, candidate=3, champion=2),
    ]
    served = {(1, "1.0.0/1"): 9, (11, "1.0.0/1"): 5, (11, "1.0.0/2"): 3, (21, "1.0.0/2"): 4}
    asked = []

    def counts(moment: int) -> dict[tuple[int, str], int]:
        asked.append(moment)
        return {**served, (21, "1.0.0/3"): 2}

    arms = arm_events(manifests[-1], lambda: manifests, counts)
    assert (arms, asked) == ({"candidate": 5, "champion": 9}, [10])
    alone = published(0, 0, champion=1)
    assert arm_events(None, list, counts) == arm_events(alone, lambda: [alone], counts) == {}


@pytest.mark.usefixtures("toy")
def test_a_segment_gets_its_arm_once_enough_of_its_outcomes_came_back(
    operation: Callable[..., Any],
) -> None:
    """Evaluation counts them by the logged records; other segments stay with the champion."""
    words = ["selector=cold_start", "selector.column=colour", "selector.least=100"]
    case = operation("gate=open", *words, until=30)
    case.config.selector["arms"] = {"red": "own", "blue": "own"}
    assembly = case.build()
    steps = assembly.loop.steps()
    champion = next(iter(steps)) and assembly.engine.deployed.manifest.champion
    assembly.agents.promotion._publisher.publish(champion, 12 * DAY, arm="own")
    # In virtual time events refer to the source's records: log those of one colour by value.
    red = case.history.events.filter(pc.field("colour") == "red")["id"].to_pylist()
    for _ in steps:
        with assembly.database.transaction() as connection:
            connection.execute(
                update(EVENTS).where(EVENTS.c.id.in_(red)).values(features='{"colour":"red"}')
            )
    segments = assembly.engine._runtime.segments
    assert (segments["red"] >= 100, segments.get("blue", 0)) == (True, 0)
    assert {*assembly.engine.deployed.segments} == {"red"}
    windows = [each.segments["red"] for each in assembly.windows.all() if each.segments]
    assert sum(windows) >= segments["red"] > max(windows)
