from __future__ import annotations

import re
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
import yaml

from contracts.config import components
from contracts.config.components import component, installed, registered
from contracts.config.compose import TREE
from contracts.config.instantiate import TARGET, locate
from contracts.errors import ConfigError
from tests.suites.package import install

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

DECLARED = [(port, path) for path, port in components._ours()]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the import path with the package `shop` of a user's own."""
    names = "learner = shop:Learner\nlearner-other = shop:Other\nsource = shop:Events\nold = shop\n"
    install(tmp_path, "shop", names, "class Learner: ...\nclass Other: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("shop", None)
    components._others.cache_clear()


@pytest.mark.parametrize(("port", "path"), DECLARED)
def test_each_of_our_components_is_there(port: str, path: str) -> None:
    """What the table declares can be imported and called."""
    assert callable(locate(path, port))


def test_our_own_options_name_declared_components_only() -> None:
    """No file of the tree names what the table lacks."""
    contents = [yaml.safe_load(file.read_text()) for file in TREE.glob("*/*.yaml")]
    named = [each for content in contents for each in targets(content)]
    assert named
    assert [each for each in named if each not in {path for _, path in DECLARED}] == []


def targets(node: Any) -> Iterator[str]:
    """Yield every component's dotted path in the content of a file."""
    if isinstance(node, dict):
        if TARGET in node:
            yield node[TARGET]
        for value in node.values():
            yield from targets(value)


def test_the_page_declares_a_package_for_ports_that_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it writes under the entry points is declared once the package is installed."""
    block = re.search(
        r"```toml\n(.*?)```", (TREE.parent / "docs" / "parts.md").read_text(), re.DOTALL
    )
    assert block is not None
    points = tomllib.loads(block[1])["project"]["entry-points"][components.GROUP]
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    install(tmp_path, "parcels", lines, "")
    monkeypatch.syspath_prepend(tmp_path)
    ports = {name.partition("-")[0] for name in points}
    assert ports <= {port for port, _ in DECLARED}
    for name, value in points.items():
        assert component(value.replace(":", "."), name.partition("-")[0]).value == value


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", ["Learner", "Other"])
def test_a_package_declares_its_own(name: str) -> None:
    """An entry point is named after its port; a hyphen tells two of one port apart."""
    assert component(f"shop.{name}", "learner").value == f"shop:{name}"
    assert "shop" in registered()


@pytest.mark.usefixtures("shop")
def test_deciding_imports_nothing() -> None:
    """Whether a name is declared is read from metadata."""
    component("shop.Learner", "learner")
    with pytest.raises(ConfigError):
        component("shop.Hidden", "learner")
    assert "shop" not in sys.modules


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("path", "port", "message"),
    [
        (
            "shop.Lerner",
            "learner",
            r"for the port 'learner' \(did you mean 'shop\.Learner'\?\)",
        ),
        ("shop.Learner", "selector", "not declared for the port 'selector' but for learner"),
        ("shop", "old", "not declared for the port 'old'"),
        ("shop.Events", "source", "cannot be loaded: .* has no attribute 'Events'"),
    ],
)
def test_another_name_is_refused_with_what_is_declared(path: str, port: str, message: str) -> None:
    """The message names the port, the near match or the port that it is declared for."""
    with pytest.raises(ConfigError, match=message):
        locate(path, port)


def test_the_refusal_lists_what_is_declared_for_the_port() -> None:
    """The hint lists the port's components, and says how a package declares its own."""
    with pytest.raises(ConfigError) as refusal:
        component("os.system", "evaluation", key="evaluation._target_")
    assert str(refusal.value).startswith("evaluation._target_: 'os.system' is not declared")
    assert "declared: production.agents.evaluation.EvaluationAgent, " in refusal.value.hint


def test_a_package_that_is_not_installed_is_named() -> None:
    """Where production runs without research, the error has the missing module as its cause."""
    with pytest.raises(ConfigError, match="there is no package 'shop' here") as refusal:
        locate("shop.Learner", "learner")
    assert isinstance(refusal.value.__cause__, ModuleNotFoundError)
    assert not installed("shop.Learner")
