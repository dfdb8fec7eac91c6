"""Whoever writes a product's file, a configuration folder or an override runs no code by it."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from importlib.metadata import entry_points
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.config import components
from contracts.config.compose import compose
from contracts.config.entry import main
from contracts.config.instantiate import check_components, instantiate
from contracts.errors import ConfigError
from tests.suites.hostile_config import (
    CANARY,
    CONTENTS,
    HYDRA_FILES,
    HYDRA_WORDS,
    KEYS,
    RESOLVERS,
    TARGETS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[3]
INSTALLED = cache(lambda *, group: entry_points(group=group))


@pytest.fixture
def nest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory with the canary on the import path, which must stay silent."""
    (tmp_path / "canary.py").write_text(CANARY)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = {*sys.modules}
    yield tmp_path
    assert not (tmp_path / "sung").exists()
    assert {"canary", "antigravity", "idlelib", "pip"} & {*sys.modules} - before == set()


def refused(capsys: pytest.CaptureFixture[str], entry: str, *words: str) -> str:
    """Run an entry point, which must end with one line about the configuration; return it."""
    code = main(entry, usage="", arguments=words)
    captured = capsys.readouterr()
    assert (code, captured.out, captured.err.count("\n")) == (2, "", 1), captured.err
    assert captured.err.startswith("ConfigError: ")
    return captured.err


def product(folder: Path, text: str) -> tuple[str, ...]:
    """Write a product's file with a given text, and return the words that choose it."""
    (folder / "conf" / "product").mkdir(parents=True, exist_ok=True)
    (folder / "conf" / "product" / "bird.yaml").write_text(text)
    return "--config-dir", str(folder / "conf"), "product=bird"


@pytest.mark.parametrize("target", TARGETS)
def test_no_port_takes_an_undeclared_name(
    nest: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """It is refused at every key that takes a component, when composed and when instantiated."""
    assert nest.is_dir()
    monkeypatch.setattr(components, "entry_points", INSTALLED)  # reading them each time is slow
    for key in {key.removesuffix("._target_") for keys in KEYS.values() for key in keys}:
        with pytest.raises(ConfigError):
            instantiate({"_target_": target}, key.rpartition(".")[2])
        with pytest.raises(ConfigError):
            check_components({key: [{"_target_": target}]})


#: Every key of every entry point; with `turns`, one after the other for a list of cases.
PLACES = [(entry, key) for entry, keys in KEYS.items() for key in keys]


def turns(cases: Iterable[Any], places: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return cases, each with the next of some places."""
    return [*zip(cases, cycle(places), strict=False)]


@pytest.mark.parametrize(("target", "place"), turns(TARGETS[::3], PLACES))
def test_an_entry_point_refuses_it_in_one_line(
    nest: Path, capsys: pytest.CaptureFixture[str], target: str, place: tuple[str, str]
) -> None:
    """The error names the key, with exit code 2."""
    entry, key = place
    quoted = '"' + target + '"'
    task = ("task=describe",) if entry == "production" else ()
    assert nest.is_dir()
    assert key.partition(".")[0] in refused(capsys, entry, *task, f"{key}={quoted}")


@pytest.mark.parametrize(("entry", "key"), PLACES)
def test_each_key_refuses_what_can_be_imported(
    nest: Path, capsys: pytest.CaptureFixture[str], entry: str, key: str
) -> None:
    """Also a key that the task does not use; the message names key and port."""
    assert nest.is_dir()
    message = refused(capsys, entry, f"{key}=canary.Bird")
    port = key.removesuffix("._target_").rpartition(".")[2]
    assert f"'canary.Bird' is not declared for the port {port!r}" in message


def test_a_component_of_another_port_is_refused(
    nest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A selector is no learner."""
    assert nest.is_dir()
    word = "selector._target_=production.implementations.flights.learner.FlightsLearner"
    assert "for the port 'selector' but for learner" in refused(capsys, "production", word)


FLAGS = (("-m",), (), ("--cfg", "job"))


@pytest.mark.parametrize(("word", "flags"), turns(HYDRA_WORDS, FLAGS), ids=str)
def test_no_override_changes_hydras_own_settings(
    nest: Path, capsys: pytest.CaptureFixture[str], word: str, flags: tuple[str, ...]
) -> None:
    """With and without ``--multirun``, whatever the key's prefix or package."""
    assert nest.is_dir()
    refused(capsys, "production", *flags, "task=describe", word)


@pytest.mark.parametrize(("name", "flags"), turns(HYDRA_FILES, FLAGS[:2]))
def test_no_file_changes_hydras_own_settings(
    nest: Path, capsys: pytest.CaptureFixture[str], name: str, flags: tuple[str, ...]
) -> None:
    """Neither a product's file nor an option beside it does."""
    words = product(nest, f"# @package _global_\n{HYDRA_FILES[name]}")
    for group in ("launcher", "callbacks"):
        (nest / "conf" / "hydra" / group).mkdir(parents=True)
        (nest / "conf" / "hydra" / group / "bird.yaml").write_text("_target_: canary.Bird\n")
    refused(capsys, "production", *flags, "task=describe", *words)


@pytest.mark.parametrize(("name", "entry"), turns(CONTENTS, KEYS))
def test_no_file_names_code(
    nest: Path, capsys: pytest.CaptureFixture[str], name: str, entry: str
) -> None:
    """A product's file is refused wherever in it the name is, and however it is written."""
    refused(capsys, entry, *product(nest, f"defaults: [flights]\n{CONTENTS[name]}"))


@pytest.mark.parametrize(
    "text", ["task: {answer: canary.run}\n", "defaults:\n  - pkg://canary/a\n"]
)
def test_no_file_reaches_beyond_its_product(
    nest: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    """Neither another function for the task nor options from a package."""
    refused(capsys, "production", *product(nest, f"# @package _global_\n{text}"))


@pytest.mark.parametrize("value", RESOLVERS)
def test_no_value_calls_a_resolver(nest: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """A value refers to other keys and reads nothing else, not even the environment."""
    assert nest.is_dir()
    monkeypatch.setenv("CANARY", "secret")
    with pytest.raises(ConfigError) as refusal:
        compose("production", [f'+product.note="{value}"'])
    assert "product.note" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_a_defaults_list_shows_nothing_of_the_environment(
    nest: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hydra would resolve the name of an option there."""
    monkeypatch.setenv("CANARY", "secret")
    words = product(nest, "# @package _global_\ndefaults:\n  - /paths: ${oc.env:CANARY}\n")
    assert "secret" not in refused(capsys, "production", *words)


@pytest.mark.parametrize(
    "words",
    [
        ("--config-name", "canary"),
        ("--config-path", "."),
        ("--config-path=.",),
        ("--experimental-rerun", "canary.pickle"),
        ("--experimental-rerun=canary.pickle",),
        ("--hydra-help",),
        ("--info", "all"),
        ("--package", "hydra"),
        ("--cfg", "hydra"),
        ("--config-di=.",),
    ],
    ids=str,
)
def test_hydras_own_flags_are_refused(
    nest: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """Hydra's runner reads a pickle for one of them; ours takes its own flags only."""
    assert nest.is_dir()
    assert "flags: --help, --config-dir DIR" in refused(capsys, "production", *words)


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("production", ("task=describe", "trigger._target_=canary.run")),
        ("contracts", ("task=list", "product.source._target_=canary.Bird")),
        ("research", ("task=explore", "task.answer=canary.run")),
        ("production", ("-m", "task=describe", "hydra.callbacks={a: {_target_: canary.Bird}}")),
        ("production", ("-m", "task=describe", "trigger._target_=canary.run,canary.Bird")),
    ],
    ids=str,
)
def test_a_process_ends_with_code_2_and_has_run_nothing(
    nest: Path, entry: str, words: tuple[str, ...]
) -> None:
    """Python puts the working directory, with the canary in it, first on the import path."""
    done = subprocess.run(
        [sys.executable, "-m", entry, *words],
        cwd=nest,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("ConfigError: ")
