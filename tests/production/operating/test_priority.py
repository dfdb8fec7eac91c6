"""How processes share the processors of a machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from production.operating import priority
from production.operating.priority import apart, keep_to


@pytest.mark.parametrize(
    ("processors", "share", "others", "agents"),
    [
        ({0, 1}, 0.5, {0}, {1}),
        ({2, 5, 7}, 0.5, {2, 5}, {7}),
        ({0, 1, 2, 3, 4, 5, 6, 7}, 0.25, {0, 1, 2, 3, 4, 5}, {6, 7}),
        ({0, 1, 2, 3}, 0.01, {0, 1, 2}, {3}),
        ({0, 1, 2, 3}, 0.99, {0}, {1, 2, 3}),
        ({0, 1}, 1, set(), set()),
        ({3}, 0.5, set(), set()),
    ],
)
def test_each_side_has_its_own(
    processors: set[int],
    share: float,
    others: set[int],
    agents: set[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At least one each, of those that this process may use; all share all where that cannot be."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: processors, raising=False)
    monkeypatch.setattr(priority, "CPUS", Path("/nowhere"))
    assert apart(share) == (others, agents)


def test_threads_of_one_core_stay_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the system numbers them."""
    for processor in range(8):
        topology = tmp_path / f"cpu{processor}" / "topology"
        topology.mkdir(parents=True)
        first = processor % 4
        (topology / "thread_siblings_list").write_text(f"{first},{first + 4}\n")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(priority, "CPUS", tmp_path)
    assert apart(0.5) == ({0, 1, 4, 5}, {2, 3, 6, 7})


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux alone keeps them apart")
def test_a_processor_that_is_gone_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The process runs on, on all: so does one that has ended."""
    keep_to(os.getpid(), frozenset({100_000}))
    assert "runs on all processors, not on [100000] alone" in caplog.text
    keep_to(2**22, frozenset({0}))


def test_a_system_that_cannot_keep_processes_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """All share all there."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert apart(0.5) == (frozenset(), frozenset())
