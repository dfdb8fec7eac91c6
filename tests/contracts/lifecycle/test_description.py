"""What a description gathers."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest
from msgspec.structs import replace

import contracts.lifecycle
from contracts.lifecycle import PATTERNS, Lifecycle, describe, every

ADAPTIVE = PATTERNS["adaptive"].preset


@pytest.mark.parametrize("lifecycle", every(), ids=str)
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
    """A pattern's own attributes decide it, a refusal its clash, the unnamed what parts it."""
    assert describe(lifecycle).deciding == deciding


def test_advice_heeds_what_the_user_set() -> None:
    """The override never undoes what the user typed."""
    description = describe(replace(ADAPTIVE, deployment="wrapped"), frozenset({"deployment"}))
    assert description.fixed == ("deployment",)
    assert description.advice.endswith(": model_updating=release_enforced")


def test_warnings_of_parts_are_passed_on() -> None:
    """What the parts warned of stands with the anti-patterns."""
    assert describe(ADAPTIVE, warnings=("ages",)).warnings == ("ages",)


def test_description_is_data() -> None:
    """A description survives its way through JSON."""
    description = describe(PATTERNS["open"].preset)
    wire = msgspec.json.encode(description)
    assert msgspec.json.decode(wire, type=contracts.lifecycle.Description) == description


def test_facade() -> None:
    """The public names are sorted, and all there."""
    names = contracts.lifecycle.__all__
    assert names == sorted(names, key=lambda n: (not n.isupper(), not n[0].isupper(), n))
    assert all(hasattr(contracts.lifecycle, each) for each in names)


def test_light() -> None:
    """Importing the taxonomy imports no heavy library."""
    heavy = "{'numpy', 'pandas', 'pyarrow', 'rich', 'pandera', 'ibis', 'sklearn'}"
    program = f"import sys, contracts.lifecycle; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
