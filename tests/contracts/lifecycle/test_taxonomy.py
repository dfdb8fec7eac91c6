"""The taxonomy's file, and the lifecycles that its options declare."""

from __future__ import annotations

import pytest

from contracts.errors import ConfigError
from contracts.lifecycle import ATTRIBUTES, all_lifecycles, declare
from contracts.lifecycle.taxonomy import PATTERNS, TAXONOMY

EVERY = all_lifecycles()


def test_attributes_are_the_fields_of_a_lifecycle() -> None:
    """The file lists the five attributes in the order of the struct's fields."""
    assert tuple(ATTRIBUTES) == EVERY[0].__struct_fields__


def test_rows_name_options_that_exist() -> None:
    """Stages, needs and patterns name attributes and options of the file, and every actor acts."""
    options = {(a.name, option.name) for a in ATTRIBUTES.values() for option in a.options}
    for stage in TAXONOMY.stages:
        assert set(stage.when.items()) <= options
    assert {(need.attribute, need.option) for need in TAXONOMY.autonomous_needs} <= options
    assert all(set(pattern.deciding) <= set(ATTRIBUTES) for pattern in PATTERNS.values())
    assert {stage.actor for stage in TAXONOMY.stages} == set(TAXONOMY.actors)


def test_every_stage_has_its_own_place() -> None:
    """Stages of one name on one side never exist in the same lifecycle."""
    for lifecycle in EVERY:
        names = [
            (stage.side, stage.name)
            for stage in TAXONOMY.stages
            if all(lifecycle.choice(name) == option for name, option in stage.when.items())
        ]
        assert len(names) == len(set(names))


def test_every_option_is_explained() -> None:
    """Every option has a summary and a cost; an anti-pattern also a sound option instead."""
    for attribute in ATTRIBUTES.values():
        sound = [each.name for each in attribute.options if not each.anti_pattern]
        for option in attribute.options:
            assert option.summary
            assert option.cost
            assert bool(option.anti_pattern) == bool(option.change)
            assert not option.change or option.change in sound


def test_declare_returns_the_lifecycle_of_its_options() -> None:
    """The names of a lifecycle's own options declare that very lifecycle."""
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
    """The error for a misspelt attribute or option suggests the near match."""
    choices = {name: EVERY[0].choice(name) for name in ATTRIBUTES}
    with pytest.raises(ConfigError, match=message):
        declare(choices | change)


def test_declare_names_what_is_missing() -> None:
    """The error for a missing attribute names it."""
    with pytest.raises(ConfigError, match="lacks its data_access"):
        declare({})
