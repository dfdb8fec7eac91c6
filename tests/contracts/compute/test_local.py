"""Calls in processes of this machine."""

from __future__ import annotations

import os

import pytest

from contracts.compute.local import LocalCompute
from contracts.compute.port import call
from contracts.errors import ConfigError


def test_results_come_in_the_order_of_the_calls() -> None:
    """Whichever process is done first."""
    with LocalCompute(processes=2).workers(4) as run:
        assert list(run(call(divmod, number, 3) for number in (7, 8, 9, 10))) == [
            (2, 1),
            (2, 2),
            (3, 0),
            (3, 1),
        ]


def test_one_process_is_this_one() -> None:
    """It makes the calls itself, one after the other; several are others."""
    one = LocalCompute(processes=1)
    assert one.alone
    with one.workers(2) as run:
        assert set(run(call(os.getpid) for _ in range(2))) == {os.getpid()}
    assert not LocalCompute().alone
    with LocalCompute(processes=2).workers(2) as run:
        assert os.getpid() not in set(run(call(os.getpid) for _ in range(2)))


def test_the_processes_stay_for_further_calls() -> None:
    """As long as the answers to those before were taken to the end."""
    with LocalCompute(processes=2).workers(4) as run:
        seen = {process for _ in range(3) for process in run(call(os.getpid) for _ in range(4))}
    assert len(seen) <= 2


def test_an_error_of_a_call_is_raised() -> None:
    """As it was raised where the call was made."""
    with LocalCompute(processes=2).workers(2) as run, pytest.raises(ZeroDivisionError):
        list(run(call(divmod, 1, number) for number in (1, 0)))


def test_no_process_is_refused() -> None:
    """A number below one, with the way to have one for each core."""
    with pytest.raises(ConfigError, match=r"compute\.processes=0"):
        LocalCompute(processes=0)
