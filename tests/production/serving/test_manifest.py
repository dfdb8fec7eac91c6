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
    candidates=(ONE, TWO),
    champion=TWO,
    selector="champion",
    salt="toy:0:1",
)


def document(**changes: Any) -> Any:
    """Return the manifest as it is stored, with changes."""
    return {**msgspec.to_builtins(MANIFEST), **changes}


def test_a_manifest_reads_back() -> None:
    """Each candidate says which version of the contract it fulfils."""
    assert read(document()) == MANIFEST
    assert [c.contract for c in read(document()).candidates] == ["1.0.0", "1.1.0"]


def test_in_the_first_format_the_manifest_spoke_for_its_candidates() -> None:
    """One version stood for all: each candidate is read with it."""
    first = {"release": "1.0.0", "generation": 1, "artifact": "a"}
    stored = document(format=1, contract="1.0.0", candidates=[first], champion=first)
    assert read(stored) == replace(MANIFEST, contract="1.0.0", candidates=(ONE,), champion=ONE)


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"format": FORMAT + 1, "of_another_time": True}, f"format {FORMAT + 1}, this code reads"),
        (document(surprise=1), "not a manifest: .*surprise"),
        ([], "not a manifest"),
    ],
)
def test_what_this_code_cannot_read_is_refused(stored: Any, message: str) -> None:
    """A newer format is named as newer, whatever else it holds."""
    with pytest.raises(StateError, match=message):
        read(stored)


def test_a_candidate_of_another_major_version_is_refused_by_name() -> None:
    """An older minor version is not."""
    MANIFEST.check()
    strange = replace(TWO, contract="2.0.0")
    with pytest.raises(IncompatibleError, match=r"toy 1\.0\.0/2: fulfils contract 2\.0\.0"):
        replace(MANIFEST, candidates=(ONE, strange)).check()


def test_a_champion_that_is_not_offered_is_refused() -> None:
    """It would never be loaded, and is what every request falls back on."""
    with pytest.raises(StateError, match=r"champion 1\.0\.0/2 is not one of its 1 candidates"):
        replace(MANIFEST, candidates=(ONE,), champion=TWO).check()
