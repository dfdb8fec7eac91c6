from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from omegaconf import OmegaConf

from contracts.config import instantiate, locate, settings
from contracts.config.compose import TREE, compose
from contracts.config.instantiate import TARGET
from contracts.lifecycle import PATTERNS
from contracts.tasks.settings import Contracts
from production.settings import Production, declared_lifecycle
from research.new.asked import NewProduct
from research.settings import Research

if TYPE_CHECKING:
    from pathlib import Path

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

ENTRIES = {"production": Production, "research": Research, "contracts": Contracts}
#: What values that a person must give may look like, where any text will not do.
NEEDED = {"options.generation": "1.0.0/1", "url": "postgresql+psycopg://ada@db/live"}
OPTIONS = sorted(str(path.relative_to(TREE).with_suffix("")) for path in TREE.glob("*/*.yaml"))


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_entry_point_composes_into_its_settings(entry: str) -> None:
    """The primary configs have the keys of their settings structs, and no others."""
    assert isinstance(settings(compose(entry), ENTRIES[entry]), ENTRIES[entry])


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_composes_and_its_components_instantiate(option: str) -> None:
    """No file of the tree is broken or forgotten."""
    group, _, name = option.partition("/")
    entry = _entry(group, name)
    composed = compose(entry, [f"{group}={name}", *required(group, name)])
    config: Any = settings(composed, NewProduct if option == "task/new" else ENTRIES[entry])
    node = getattr(config, group, None)
    if isinstance(node, dict) and TARGET in node:
        locate(node[TARGET], group)
    if group in {"trigger", "selector", "gate"}:
        metrics = [SimpleNamespace(name="mae", skill=0.0)]
        assert instantiate(node, group, contract=SimpleNamespace(metrics=metrics)) is not None
    if group == "task":
        locate(node.answer, "answer")


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_says_how_it_is_used(option: str) -> None:
    """The first line of an option's file, after Hydra's header, is the command that uses it."""
    lines = (TREE / f"{option}.yaml").read_text().splitlines()
    first = next(line for line in lines if not line.startswith("# @package"))
    assert first.startswith("# python -m ")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_presets_are_those_of_the_taxonomy(pattern: str) -> None:
    """The four lifecycles in the tree are the four patterns of the taxonomy."""
    config = settings(compose("production", [f"lifecycle={pattern}"]), Production)
    declared = declared_lifecycle(config)
    preset = PATTERNS[pattern].preset
    assert declared == preset


@pytest.mark.parametrize("path", sorted(TREE.glob("**/*.yaml")), ids=str)
def test_self_comes_first_in_every_defaults_list(path: Path) -> None:
    """Last, ``_self_`` would silently undo what a preset overrides."""
    lines = [line.strip() for line in path.read_text().splitlines()]
    if "- _self_" in lines:
        assert lines[lines.index("- _self_") - 1] == "defaults:"


def required(group: str, name: str) -> list[str]:
    """Return overrides for the values that an option's file leaves to the person."""
    option: Any = OmegaConf.to_container(OmegaConf.load(TREE / group / f"{name}.yaml"))
    values = {**option, **{f"options.{key}": it for key, it in option.get("options", {}).items()}}
    missing = [key for key, value in values.items() if value == "???"]
    return [f"{group}.{key}={NEEDED.get(key, 'x')}" for key in missing]


def _entry(group: str, name: str) -> str:
    if group == "task":
        return next(
            e for e in ENTRIES if f"package: {e}" in (TREE / f"task/{name}.yaml").read_text()
        )
    if group == "variant":
        return "research"
    return "contracts" if group in {"product", "paths"} else "production"
