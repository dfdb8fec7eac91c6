"""What a description contains."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest
from msgspec.structs import replace

import contracts.lifecycle
from contracts.lifecycle import PATTERNS, Lifecycle, all_lifecycles, describe

ADAPTIVE = PATTERNS["adaptive"].preset


@pytest.mark.parametrize("lifecycle", all_lifecycles(), ids=str)
def test_consistent(lifecycle: Lifecycle) -> None:
    """The refused have refusals and no flow; anti-patterns warnings; the coherent neither."""
    description = describe(lifecycle)
    refused = description.verdict == "refused"
    assert bool(description.refusals) == refused
    assert bool(description.stages) != refused
    assert bool(description.text) != refused
    assert bool(description.mermaid) != refused
    assert bool(description.warnings) == (description.verdict == "anti_pattern")
    assert bool(description.advice) == (description.verdict != "coherent")
    assert description.deciding


@pytest.mark.parametrize(
    ("lifecycle", "deciding"),
    [
        (PATTERNS["dual"].preset, ("data_access", "model_sourcing", "liaison")),
        (replace(ADAPTIVE, deployment="wrapped"), ("model_updating", "deployment")),
        (replace(ADAPTIVE, model_updating="release_enforced"), ("deployment",)),
    ],
)
def test_deciding(lifecycle: Lifecycle, deciding: tuple[str, ...]) -> None:
    """Deciding are a pattern's own attributes, those that clash, or those unlike the nearest."""
    assert describe(lifecycle).deciding == deciding


def test_advice_keeps_what_the_user_set() -> None:
    """The advice never changes an attribute that the user set."""
    description = describe(replace(ADAPTIVE, deployment="wrapped"), frozenset({"deployment"}))
    assert description.fixed == ("deployment",)
    assert description.advice.endswith(": model_updating=release_enforced")


def test_warnings_of_parts_are_passed_on() -> None:
    """Warnings about parts are listed with the anti-patterns."""
    assert describe(ADAPTIVE, warnings=("ages",)).warnings == ("ages",)


def test_description_is_data() -> None:
    """A description is equal to itself after encoding to JSON and back."""
    description = describe(PATTERNS["open"].preset)
    wire = msgspec.json.encode(description)
    assert msgspec.json.decode(wire, type=contracts.lifecycle.LifecycleDescription) == description


def test_facade() -> None:
    """The public names are sorted, and all of them exist."""
    names = contracts.lifecycle.__all__
    assert names == sorted(names, key=lambda n: (not n.isupper(), not n[0].isupper(), n))
    assert all(hasattr(contracts.lifecycle, each) for each in names)


def test_light() -> None:
    """Importing the taxonomy imports no heavy library."""
    heavy = "{'numpy', 'pandas', 'pyarrow', 'rich', 'pandera', 'ibis', 'sklearn'}"
    program = f"import sys, contracts.lifecycle; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
