"""The rules that judge a combination, over all 32."""

from __future__ import annotations

from collections import Counter

import pytest

from contracts.lifecycle import (
    ATTRIBUTES,
    Lifecycle,
    all_lifecycles,
    classify,
    declare,
    limitations,
)

EVERY = all_lifecycles()


def test_counts() -> None:
    """Of 32 combinations 6 are coherent, 12 anti-patterns, 14 refused."""
    assert len(set(EVERY)) == 32
    assert Counter(classify(each).verdict for each in EVERY) == {
        "coherent": 6,
        "anti_pattern": 12,
        "refused": 14,
    }


@pytest.mark.parametrize("lifecycle", EVERY, ids=str)
def test_verdict(lifecycle: Lifecycle) -> None:
    """Autonomous without its needs is refused; else a dump or a session is an anti-pattern."""
    needs = (lifecycle.data_access, lifecycle.model_sourcing, lifecycle.deployment)
    unwise = {"ad_hoc_dump", "interactive"} & {*needs}
    if lifecycle.model_updating == "autonomous":
        met = needs == ("programmatic", "unattended", "dynamic")
        expected = "coherent" if met else "refused"
    else:
        expected = "anti_pattern" if unwise else "coherent"
    assert classify(lifecycle).verdict == expected


@pytest.mark.parametrize("lifecycle", EVERY, ids=str)
def test_reasons(lifecycle: Lifecycle) -> None:
    """Only a coherent combination has no reasons; the others' changes together make it coherent."""
    classification = classify(lifecycle)
    assert bool(classification.reasons) == (classification.verdict != "coherent")
    changes = dict(reason.change.split("=") for reason in classification.reasons)
    choices = {name: lifecycle.choice(name) for name in ATTRIBUTES}
    assert classify(declare(choices | changes)).verdict == "coherent"


@pytest.mark.parametrize("lifecycle", EVERY, ids=str)
def test_limitations(lifecycle: Lifecycle) -> None:
    """Each limitation is listed once, and follows from the option that causes it."""
    listed = [line.partition(":")[0] for line in limitations(lifecycle)]
    assert len(listed) == len(set(listed))
    assert ("no serving evaluation" in listed) == (lifecycle.data_access == "ad_hoc_dump")
    assert ("no repeatable training" in listed) == (lifecycle.model_sourcing == "interactive")
    assert ("no rollout control" in listed) == (lifecycle.deployment == "wrapped")
    assert ("no code of production's own" in listed) == (lifecycle.liaison == "joint")
    still = lifecycle.model_updating == "release_enforced" or "no serving evaluation" in listed
    assert ("no autonomous refresh" in listed) == still
