"""The metrics of processes on one port, as they leave them for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.service.exposition import counter, exposition
from production.service.peers import Peers, forget_families, write_families

if TYPE_CHECKING:
    from pathlib import Path

    from production.service.exposition import Family


def requests(count: float) -> list[Family]:
    """Return the metrics of a process that answered so many requests."""
    return [counter("requests_total", "Answers.", [({"route": "/predict"}, count)])]


def test_a_process_without_others_has_no_label() -> None:
    """Its metrics are as they are."""
    assert Peers().join(requests(3)) == requests(3)


def test_each_family_is_there_once_with_the_samples_of_all(tmp_path: Path) -> None:
    """A label names whose a sample is; a process's own are those of now, not of its file."""
    write_families(tmp_path, "1", requests(1))
    write_families(tmp_path, "2", requests(5))
    assert exposition(Peers(tmp_path, worker=1).join(requests(3))).decode() == (
        "# HELP requests_total Answers.\n"
        "# TYPE requests_total counter\n"
        'requests_total{worker="1",route="/predict"} 3\n'
        'requests_total{worker="2",route="/predict"} 5.0\n'
    )


def test_metrics_that_have_the_label_keep_it(tmp_path: Path) -> None:
    """What a supervisor says of a worker is that worker's."""
    restarts = [counter("restarts_total", "Starts.", [({"worker": "2"}, 1)])]
    write_families(tmp_path, "supervisor", restarts)
    joined = Peers(tmp_path, worker=1).join([])
    assert b'restarts_total{worker="2"} 1' in exposition(joined)


def test_a_process_that_died_is_forgotten(tmp_path: Path) -> None:
    """Its numbers do not stay for ever; forgetting it twice changes nothing."""
    write_families(tmp_path, "2", requests(5))
    for _ in range(2):
        forget_families(tmp_path, "2")
    assert Peers(tmp_path, worker=1).join([]) == []


def test_it_writes_until_it_is_closed(tmp_path: Path) -> None:
    """What a process tells is what it counts, and nothing more once another takes its place."""
    peers, told = Peers(tmp_path, worker=2), []

    def families() -> list[Family]:
        peers.close()
        told.append(requests(7))
        return told[-1]

    peers.start(families)
    peers.wait(60)
    assert len(told) == 1
    assert b'requests_total{worker="2",route="/predict"} 7' in exposition(
        Peers(tmp_path, worker=1).join([])
    )
