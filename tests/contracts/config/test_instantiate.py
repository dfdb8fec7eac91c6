from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from contracts.config import components
from contracts.config.instantiate import check_components, instantiate
from contracts.errors import ConfigError
from contracts.moment import DAY
from production.metrics import Runtime
from production.triggers.schedule import Schedule
from tests.suites.package import install

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANY = "production.triggers.any_of.AnyOf"
TARGET = "production.triggers.schedule.Schedule"
SHOP = """
class Box:
    def __init__(self, **given):
        self.given = given

class Named(Box):
    def __init__(self, name, inner=None, folder=None):
        super().__init__(name=name, inner=inner, folder=folder)
"""
NAMES = "source = shop:Named\nselector = shop:Named\nsource-box = shop:Box\ninner = shop:Box\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package `shop`, which declares components of its own."""
    install(tmp_path, "shop", NAMES, SHOP)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("shop", None)
    components._others.cache_clear()


def test_a_component_becomes_an_object_without_its_name() -> None:
    """The option's name is not passed on as an argument."""
    trigger = instantiate({"_target_": TARGET, "name": "schedule", "every": "1d"}, "trigger")
    asked = Runtime(now=DAY, since=0, promoted=0, requests=0, outcomes=0)
    assert isinstance(trigger, Schedule)
    assert trigger.due(asked) == "schedule: every 1d"


def test_a_partial_is_a_plain_functools_partial() -> None:
    """Calling it costs no wrapper of Hydra's."""
    node = {"_target_": TARGET, "_partial_": True, "every": "1d"}
    assert type(instantiate(node, "trigger")) is partial


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("port", ["source", "selector"])
def test_a_components_own_name_is_passed_on(port: str) -> None:
    """A target that takes a name gets the configured one, also as an option of a group."""
    assert instantiate({"_target_": "shop.Named", "name": "mine"}, port).given["name"] == "mine"


@pytest.mark.usefixtures("shop")
def test_any_key_reaches_a_target_that_takes_any() -> None:
    """Neither a configured argument nor one of the caller's is dropped."""
    box = instantiate({"_target_": "shop.Box", "name": "mine", "size": 2}, "source", kind="binary")
    assert box.given == {"name": "mine", "size": 2, "kind": "binary"}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("inner", [{"_target_": "shop.Box"}, [{"_target_": "shop.Box"}]])
def test_a_component_inside_another_is_of_its_keys_port(inner: Any) -> None:
    """It becomes an object too, alone or in a list."""
    source = instantiate({"_target_": "shop.Named", "name": "mine", "inner": inner}, "source")
    boxes = source.given["inner"] if isinstance(inner, list) else [source.given["inner"]]
    assert [type(box).__name__ for box in boxes] == ["Box"]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("node", "port", "message"),
    [
        ({"_target_": TARGET, "evry": "1d"}, "trigger", r"trigger\.evry: .* mean 'every'\?"),
        (
            {"_target_": TARGET},
            "trigger",
            r"trigger: production\.triggers\.schedule\.Schedule needs 'every'",
        ),
        ({"_target_": "shop.Named", "name": "a", "nam": 1}, "source", r"source\.nam: .*'name'\?"),
        (
            {"_target_": "contracts.data.dump.Dump", "path": "a", "name": "b"},
            "source",
            r"source\.name: contracts\.data\.dump\.Dump takes no such key",
        ),
        (
            {"_target_": "shop.Named", "name": "a", "folder": "b"},
            "source",
            r"source\.folder: is not",
        ),
        (
            {"_target_": "shop.Named", "name": "a", "inner": {"_target_": "shop.Named"}},
            "source",
            r"source\.inner\._target_: 'shop\.Named' is not declared for the port 'inner' but for",
        ),
        ({"every": "1d"}, "trigger", r"trigger: expected a component, with `_target_`.*, got dict"),
        (None, "trigger", "trigger: expected a component, .*, got NoneType"),
        ({"_target_": ["os.system"]}, "trigger", r"got \['os\.system'\]"),
        ({"_target_": TARGET, "_args_": ["1d"]}, "trigger", r"trigger\._args_: .* no such key"),
        ({"_target_": TARGET, "_recursive_": False}, "trigger", r"trigger\._recursive_: "),
        ({"_target_": TARGET, "_convert_": "all"}, "trigger", r"trigger\._convert_: "),
        ({"_target_": TARGET, "_partial_": "os.system"}, "trigger", "expected true or false"),
    ],
)
def test_a_malformed_component_is_refused_by_its_key(node: Any, port: str, message: str) -> None:
    """Unknown, missing and twice given arguments are refused, and what is no component."""
    with pytest.raises(ConfigError, match=message):
        instantiate(node, port, folder="given")


PART = {"_target_": TARGET}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("node", "key", "hint"),
    [
        (PART, "trigger", r"give it: \+trigger\.every=…"),
        ({"_target_": "shop.Named"}, "product.source", r"give it: \+product\.source\.name=…"),
        (
            {"_target_": ANY, "triggers": {"weekly": PART}},
            "trigger",
            r"give it: \+trigger\.triggers\.weekly\.every=…",
        ),
        (
            {"_target_": ANY, "triggers": [PART]},
            "trigger",
            rf"triggers\[0\]: .* in the list: {{_target_: {TARGET}, every: …}}",
        ),
        ({"_target_": "shop.Named"}, "source", "named by its path alone"),
    ],
)
def test_the_hint_reaches_what_lacks_an_argument(node: Any, key: str, hint: str) -> None:
    """It is the whole key; an override reaches nothing in a list, or outside of a configuration."""
    with pytest.raises(ConfigError, match=hint):
        instantiate(node, key)


def test_what_is_not_installed_is_not_refused_early() -> None:
    """Production alone runs a product whose solution is not installed."""
    check_components({"solution": {"learner": {"_target_": "research_of_shop.Learner"}}})
