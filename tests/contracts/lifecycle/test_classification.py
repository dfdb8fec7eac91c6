"""The rules, over all 32 combinations."""

from __future__ import annotations

from collections import Counter

import pytest

from contracts.errors import ConfigError
from contracts.lifecycle import ATTRIBUTES, Lifecycle, cannot, classify, declare, every

EVERY = every()


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
def test_cannot(lifecycle: Lifecycle) -> None:
    """Each limit is said once, and follows from the option that sets it."""
    said = [line.partition(":")[0] for line in cannot(lifecycle)]
    assert len(said) == len(set(said))
    assert ("no serving evaluation" in said) == (lifecycle.data_access == "ad_hoc_dump")
    assert ("no repeatable training" in said) == (lifecycle.model_sourcing == "interactive")
    assert ("no rollout control" in said) == (lifecycle.deployment == "wrapped")
    assert ("no code of production's own" in said) == (lifecycle.liaison == "joint")
    still = lifecycle.model_updating == "release_enforced" or "no serving evaluation" in said
    assert ("no autonomous refresh" in said) == still


def test_options_speak() -> None:
    """Every option says what it means and costs; an anti-pattern names a sound one instead."""
    for attribute in ATTRIBUTES.values():
        sound = [each.name for each in attribute.options if not each.anti_pattern]
        for option in attribute.options:
            assert option.summary
            assert option.cost
            assert bool(option.anti_pattern) == bool(option.change)
            assert not option.change or option.change in sound


def test_declare_is_inverse() -> None:
    """Plain words declare the lifecycle they name."""
    for each in EVERY:
        assert declare({name: each.choice(name) for name in ATTRIBUTES}) == each


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"liason": "dual"}, "did you mean 'liaison'"),
        ({"liaison": "dull"}, "did you mean 'dual'"),
    ],
)
def test_declare_names_the_near_match(change: dict[str, str], message: str) -> None:
    """A misspelt attribute or option is answered with the near match."""
    choices = {name: EVERY[0].choice(name) for name in ATTRIBUTES}
    with pytest.raises(ConfigError, match=message):
        declare(choices | change)


def test_declare_names_what_is_missing() -> None:
    """A missing attribute is named."""
    with pytest.raises(ConfigError, match="lacks its data_access"):
        declare({})
