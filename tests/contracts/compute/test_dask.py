"""Calls on a Dask cluster: a real scheduler and two workers, each a process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from contracts.compute.dask import DaskCompute
from contracts.compute.port import call
from contracts.errors import ConfigError, UnavailableError
from tests.suites.dask_cluster import cluster

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.e2e
def test_calls_are_made_by_the_workers_in_the_folder_of_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results in the order of the calls; an error of one is raised; the cluster outlives it."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    with cluster(tmp_path, workers=2) as address:
        compute = DaskCompute(address=address)
        with compute.workers(8) as run:
            assert list(run(call(divmod, number, 3) for number in range(8))) == [
                divmod(number, 3) for number in range(8)
            ]
            assert set(run(call(os.getcwd) for _ in range(4))) == {str(here)}
            assert os.getpid() not in set(run(call(os.getpid) for _ in range(4)))
        with compute.workers(2) as run, pytest.raises(ZeroDivisionError):
            list(run(call(divmod, 1, number) for number in (1, 0)))


def test_no_address_is_refused() -> None:
    """The message shows what one looks like."""
    with pytest.raises(ConfigError, match=r"compute\.address=10\.0\.0\.5") as caught:
        DaskCompute(address="10.0.0.5")
    assert "tcp://10.0.0.5:8786" in caught.value.hint


@pytest.mark.e2e
def test_a_cluster_that_does_not_answer_is_named() -> None:
    """With what starts one."""
    compute = DaskCompute(address="tcp://127.0.0.1:9", patience=0.2)
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:9"), compute.workers(1):
        pytest.fail("there is nothing there")
