"""Generations from elsewhere, loaded first in a process that may die."""

from __future__ import annotations

import os
import signal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from contracts.errors import IntegrityError, StateError, UnfinishedError
from contracts.moment import DAY
from production.generation import probe as probing
from production.generation.description import Description
from production.generation.files import pack
from production.generation.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

INPUTS = ("colour", "size")


@pytest.fixture
def folder(toy: Any, history: pa.Table, tmp_path: Path) -> Path:
    """A sound generation."""
    description = Description(product="toy", contract="1.0.0", inputs=INPUTS, k=1)
    golden = history.slice(0, 20).select(list(INPUTS))
    pack(tmp_path, toy.Rates(np.full(3, 0.5)), description=description, golden=golden)
    return tmp_path


def check(probe: Probe, folder: Path) -> None:
    """Check a generation as the loader does."""
    probe.check("digest", folder, inputs=INPUTS, name="1.0.0/7")


def test_a_sound_generation_is_loaded_elsewhere_once(
    folder: Path, toy: Any, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its verdict is remembered by its digest."""
    probe = Probe(toy.Rates, contract)
    check(probe, folder)
    monkeypatch.setattr(probing.subprocess, "run", None)
    check(probe, folder)


def test_a_generation_of_this_process_needs_no_other(
    folder: Path, toy: Any, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was packed and read back here is trusted by its digest."""
    monkeypatch.setattr(probing.subprocess, "run", None)
    probe = Probe(toy.Rates, contract)
    probe.trust("digest")
    check(probe, folder)


def test_a_broken_generation_is_refused_in_the_words_of_its_loading(
    folder: Path, toy: Any, contract: Contract
) -> None:
    """By name, with the next step; and again when it is asked for again."""
    (folder / "model" / "rates.json").write_text("[0.1, 0.1, 0.1]")
    probe = Probe(toy.Rates, contract)
    for _ in range(2):
        with pytest.raises(IntegrityError, match=r"1\.0\.0/7: its golden set is 0\.4 off"):
            check(probe, folder)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("Dies", "ended its process by SIGSEGV"),
        ("Leaves", "ended its process with exit code 3"),
        ("Spins", "took more than 1 s"),
        ("Sleeps", "took more than 1 s"),
        ("Hoards", "MemoryError"),
        ("Unreadable", "ZeroDivisionError"),
    ],
)
def test_whatever_loading_does_the_asking_process_goes_on(
    folder: Path, toy: Any, contract: Contract, model: str, words: str
) -> None:
    """A crash, an exit, an endless loop or all memory: an error that says which."""
    probe = Probe(getattr(toy, model), contract, seconds=1)
    with pytest.raises(IntegrityError, match=words):
        check(probe, folder)


@pytest.mark.parametrize(("model", "unfinished"), [("Sleeps", True), ("Spins", False)])
def test_what_other_processes_may_have_caused_is_no_proof_of_a_broken_generation(
    folder: Path, toy: Any, contract: Contract, model: str, *, unfinished: bool
) -> None:
    """Time on the wall clock passes on a busy machine too; CPU time is the generation's own."""
    probe = Probe(getattr(toy, model), contract, seconds=1)
    with pytest.raises(IntegrityError) as error:
        check(probe, folder)
    assert isinstance(error.value, UnfinishedError) == unfinished


def test_what_a_model_prints_is_no_verdict(folder: Path, toy: Any, contract: Contract) -> None:
    """Neither by Python nor by a library below it."""
    check(Probe(toy.Talks, contract), folder)


def test_a_class_that_no_process_can_import_is_no_fault_of_the_generation(
    folder: Path, toy: Any, contract: Contract
) -> None:
    """Nothing was loaded, so nothing is said of it."""

    class Local(toy.Rates):  # type: ignore[misc]
        pass

    with pytest.raises(StateError, match="could not be tried") as refusal:
        check(Probe(Local, contract), folder)
    assert not isinstance(refusal.value, IntegrityError)
    assert "must be importable" in refusal.value.hint


def test_a_process_that_ends_before_it_is_ready_is_no_verdict(
    folder: Path, toy: Any, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine failed, not the generation."""
    ended = SimpleNamespace(returncode=-signal.SIGKILL, stdout=b"")
    monkeypatch.setattr(probing.subprocess, "run", lambda *_, **__: ended)
    with pytest.raises(StateError, match=r"could not be tried .* ended its process by SIGKILL"):
        check(Probe(toy.Rates, contract), folder)


def test_a_large_artifact_has_more_time_and_memory(
    folder: Path, toy: Any, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ensemble of a gigabyte takes longer to load than a small one."""
    requests = []
    monkeypatch.setattr(probing, "_run", requests.append)
    check(Probe(toy.Rates, contract), folder)
    os.truncate(folder / "model" / "rates.json", 2**30)
    check(Probe(toy.Rates, contract), folder)
    small, large = requests
    assert (small.seconds, large.seconds) == (probing.SECONDS, probing.SECONDS + 64)
    assert large.memory - small.memory > 2**32 - 2**20


def test_only_what_an_earlier_process_trained_is_tried_again(
    operation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run tries none of its own generations; one that goes on, the one it serves by, once."""
    tried: list[str] = []
    monkeypatch.setattr(probing, "_run", lambda request: tried.append(request.name))
    asked = operation("gate=open", until=30)
    built = asked.build()
    steps = built.loop.steps()
    while next(steps).at < 18 * DAY:
        pass
    steps.close()
    assert (len(built.generations.all("toy")), tried) == (2, [])
    again, _ = asked.run()
    assert len(again.generations.all("toy")) == 3
    assert tried == ["1.0.0/2"]
