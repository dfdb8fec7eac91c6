from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from contracts.errors import IncompatibleError, StateError
from production.generation.description import Candidate
from production.serving.manifest import FORMAT, Manifest, read

ONE = Candidate(release="1.0.0", generation=1, artifact="a", contract="1.0.0")
TWO = Candidate(release="1.0.0", generation=2, artifact="b", contract="1.1.0")
MANIFEST = Manifest(
    product="toy",
    contract="1.1.0",
    arms={"champion": TWO, "1.0.0-1": ONE},
    selector="champion",
    salt="toy:0:1",
)


def document(**changes: Any) -> Any:
    """Return the manifest as it is stored, with changes."""
    return {**msgspec.to_builtins(MANIFEST), **changes}


def earlier(number: int, *candidates: Any, champion: Any, **changes: Any) -> Any:
    """Return the manifest as an earlier format stored it."""
    parts = {"product": "toy", "selector": "champion", "salt": "toy:0:1", **changes}
    return {"format": number, "candidates": candidates, "champion": champion, **parts}


def test_a_manifest_reads_back() -> None:
    """Each arm's generation says which version of the contract it fulfils."""
    assert read(document()) == MANIFEST
    assert [c.contract for c in read(document()).candidates] == ["1.1.0", "1.0.0"]


def test_in_the_second_format_candidates_had_no_names() -> None:
    """The champion is the arm of that name, others are arms by their own; the salt stays."""
    one, two = map(msgspec.to_builtins, (ONE, TWO))
    assert read(earlier(2, one, two, champion=two, contract="1.1.0")) == MANIFEST


def test_in_the_first_format_the_manifest_spoke_for_its_candidates() -> None:
    """One version stood for all: each candidate is read with it."""
    first = {"release": "1.0.0", "generation": 1, "artifact": "a"}
    stored = earlier(1, first, champion=first, contract="1.0.0")
    assert read(stored) == replace(MANIFEST, contract="1.0.0", arms={"champion": ONE})


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"format": FORMAT + 1, "of_another_time": True}, f"format {FORMAT + 1}, this code reads"),
        (document(surprise=1), "not a manifest: .*surprise"),
        (document(arms={"../x": document()["arms"]["champion"]}), "not a manifest"),
        (earlier(2, champion=msgspec.to_builtins(ONE), contract="1.0.0"), "not one of its 0"),
        ([], "not a manifest"),
    ],
)
def test_what_this_code_cannot_read_is_refused(stored: Any, message: str) -> None:
    """A newer format is named as newer, whatever else it holds."""
    with pytest.raises(StateError, match=message):
        read(stored)


def test_an_arm_of_another_major_version_is_refused_by_name() -> None:
    """An older minor version is not."""
    MANIFEST.check()
    strange = replace(TWO, contract="2.0.0")
    with pytest.raises(IncompatibleError, match=r"toy 1\.0\.0/2: fulfils contract 2\.0\.0"):
        replace(MANIFEST, arms={"champion": ONE, "candidate": strange}).check()


def test_a_manifest_without_a_champion_is_refused() -> None:
    """It is what every request falls back on."""
    with pytest.raises(StateError, match="no arm 'champion', only candidate"):
        replace(MANIFEST, arms={"candidate": TWO}).check()


def test_an_experiment_is_its_selector_and_the_names_of_its_arms() -> None:
    """A refresh inside an arm is none of another; other options or arms are."""
    refreshed = replace(MANIFEST, arms={"champion": ONE, "1.0.0-1": TWO}, salt="s")
    assert refreshed.experiment == MANIFEST.experiment
    others = [
        replace(MANIFEST, arms={"champion": TWO}),
        replace(MANIFEST, selector="latest"),
        replace(MANIFEST, component={"weights": {"champion": 2}}),
    ]
    assert len({MANIFEST.experiment, *(each.experiment for each in others)}) == 4
