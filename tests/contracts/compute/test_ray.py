"""Calls on a Ray cluster: a real one of two CPUs, where the extra is installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from contracts.compute.port import call
from contracts.compute.ray import RayCompute
from contracts.errors import ConfigError, MissingExtraError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Read by the cluster and by its clients: no tokens, and nothing told to Ray's makers.
ENVIRONMENT = {
    "RAY_AUTH_MODE": "disabled",
    "RAY_USAGE_STATS_ENABLED": "0",
    "PYTHONUNBUFFERED": "1",  # its address comes at once
}

installed = pytest.mark.skipif(
    find_spec("ray") is None,
    reason="ray, 200 MB and for compute=ray alone, is not in the lock: pip install ray",
)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of a cluster of two CPUs, ended at the end."""
    words = (
        "start", "--head", "--block", "--num-cpus", "2", "--port", "0", "--temp-dir", str(folder),
        "--include-dashboard", "false", "--object-store-memory", "100000000",
    )  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "ray.scripts.scripts", *words],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"--address='(\S+?)'", line):
                yield found[1]
                break
        else:
            pytest.fail("the cluster ended")
    finally:
        process.terminate()
        process.communicate(timeout=60)


@installed
@pytest.mark.e2e
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_calls_are_made_by_the_workers_in_the_folder_of_this_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, short_folder: Path
) -> None:
    """Results in the order of the calls; an error is raised as it was; the cluster outlives it."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    with cluster(short_folder) as at:
        compute = RayCompute(address=at)
        assert not compute.alone
        with compute.workers(8) as run:
            assert list(run(call(divmod, number, 3) for number in range(8))) == [
                divmod(number, 3) for number in range(8)
            ]
            assert set(run(call(os.getcwd) for _ in range(4))) == {str(tmp_path)}
            assert os.getpid() not in set(run(call(os.getpid) for _ in range(4)))
        with compute.workers(2) as run, pytest.raises(ZeroDivisionError) as caught:
            list(run(call(divmod, 1, number) for number in (1, 0)))
        assert type(caught.value) is ZeroDivisionError


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for the sockets that Ray puts below it."""
    with TemporaryDirectory(prefix="ray", dir="/tmp", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.mark.parametrize("address", ["10.0.0.5", "auto", "tcp://10.0.0.5:8786", ""])
def test_no_address_is_refused(address: str) -> None:
    """The message shows what one looks like."""
    with pytest.raises(ConfigError, match=r"compute\.address=") as caught:
        RayCompute(address=address)
    assert "10.0.0.5:6379" in caught.value.hint


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the words that install it."""
    monkeypatch.setitem(sys.modules, "ray", None)
    compute = RayCompute(address="127.0.0.1:6379")
    with pytest.raises(MissingExtraError, match="compute=ray") as caught, compute.workers(1):
        pytest.fail("it is not installed")
    assert "liaison-lifecycle[ray]" in caught.value.hint


@installed
@pytest.mark.e2e
def test_a_cluster_that_does_not_answer_is_named() -> None:
    """At once, with what starts one: Ray itself would wait for minutes."""
    compute = RayCompute(address="127.0.0.1:9")
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:9"), compute.workers(1):
        pytest.fail("there is nothing there")
