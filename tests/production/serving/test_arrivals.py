"""Which generations are new in their arms."""

from __future__ import annotations

import msgspec
import pytest

from production.generation.description import Candidate
from production.registry.manifests import Inventoried
from production.serving.arrivals import Arrival, arrivals
from production.serving.manifest import Manifest


def generation(number: int) -> Candidate:
    """Return a generation."""
    return Candidate(release="1.0.0", generation=number, artifact=f"a{number}")


def published(*history: dict[str, int]) -> list[Inventoried]:
    """Return manifests with these generations of arms, the n-th published at n."""
    return [
        Inventoried(
            product="toy",
            revision=at,
            document=msgspec.to_builtins(
                Manifest(
                    product="toy",
                    contract="1.0.0",
                    arms={name: generation(number) for name, number in arms.items()},
                    selector="any",
                    salt="s",
                )
            ),
            created_at=at,
        )
        for at, arms in enumerate(history, start=1)
    ]


def test_a_generation_that_replaces_another_is_new_until_it_is_replaced() -> None:
    """By the manifest that brought it, whatever was published since."""
    history = published({"champion": 1}, {"champion": 2}, {"champion": 2, "other": 9})
    new = Arrival(
        arm="champion",
        candidate=generation(2),
        reference=generation(1),
        is_new_arm=False,
        at=2,
    )
    assert [*arrivals(history[:2])] == [new]
    assert new in arrivals(history)


def test_an_arm_that_begins_is_compared_with_the_champion() -> None:
    """Unless it has the champion's own generation."""
    (new,) = arrivals(published({"champion": 1}, {"champion": 1, "candidate": 2, "baseline": 1}))
    assert (new.arm, new.reference, new.is_new_arm) == ("candidate", generation(1), True)


@pytest.mark.parametrize(
    "history",
    [
        ({"champion": 1},),
        ({"champion": 1}, {"champion": 2}, {"champion": 1}),
        ({"champion": 3}, {"champion": 2}, {"champion": 1}, {"champion": 2}),
    ],
    ids=["the first of all", "the first again", "another one again"],
)
def test_what_served_its_arm_before_is_not_new(history: tuple[dict[str, int], ...]) -> None:
    """So a rollback is never rolled back, and what a person brings back stays."""
    assert [*arrivals(published(*history))] == []
