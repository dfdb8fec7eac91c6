"""Runs mirrored on MLflow: by its client where the extra is installed, on a real server."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from math import isnan, nan
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError, MissingExtraError, UnavailableError
from contracts.tracking.mirror import mirror
from contracts.tracking.mlflow import MlflowTracking
from contracts.tracking.port import MetricPoint, NoTracking, TrackedRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The command `mlflow` of an environment with all of MLflow, which has the server.
SERVER = os.environ.get("LIAISON_MLFLOW", "")

installed = pytest.mark.skipif(
    find_spec("mlflow") is None,
    reason="mlflow-skinny, for tracking=mlflow alone, is not in the lock: install it to run this",
)
served = pytest.mark.skipif(
    not SERVER, reason="LIAISON_MLFLOW does not name the command `mlflow` of a full MLflow"
)
client_warnings = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")

#: What the server reads: no jobs beside it, and nothing told to MLflow's makers.
ENVIRONMENT = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}

SECOND = 1_000_000
CHILD = TrackedRun(
    id="year-0",
    name="refused 1970-01-02",
    start=2 * SECOND,
    end=5 * SECOND,
    params={"depth": 3},
    tags={"liaison.verdict": "failed"},
    metrics=(MetricPoint(name="rmse", value=nan, time=7 * SECOND),),
    failed=True,
)
RUN = TrackedRun(
    id="year",
    name="adaptive",
    start=SECOND,
    end=9 * SECOND,
    params={f"trigger.{number}": number for number in range(150)},
    tags={"liaison.contract": "1.0.0"},
    metrics=tuple(
        MetricPoint(name="window.rmse|x", value=step / 2, time=step * SECOND, step=step)
        for step in range(1200)
    ),
    children=(CHILD, replace(CHILD, id="year-1", name="1.0.0/2", failed=False)),
)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a server of MLflow's own, ended at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ("--host", "127.0.0.1", "--port", str(port), "--workers", "1",
             "--backend-store-uri", f"sqlite:///{folder}/mlflow.db")  # fmt: skip
    process = subprocess.Popen(
        [SERVER, "server", *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, env={**os.environ, **ENVIRONMENT}, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if re.search("startup complete", line):
                yield f"http://127.0.0.1:{port}"
                break
        else:
            pytest.fail("the server ended")
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # its children hold its output open
        process.wait(timeout=60)
        if process.stdout is not None:
            process.stdout.close()


def runs(uri: str, name: str) -> dict[str, Any]:
    """Return the runs of an experiment by id, as MLflow's own client reads them."""
    from mlflow import MlflowClient  # noqa: PLC0415 - an extra

    client = MlflowClient(uri)
    experiment = client.get_experiment_by_name(name)
    found = client.search_runs([experiment.experiment_id])
    assert len({run.data.tags["liaison.id"] for run in found}) == len(found)
    return {run.data.tags["liaison.id"]: run for run in found}


@installed
@served
@client_warnings
@pytest.mark.e2e
def test_a_run_and_its_children_are_there_once_and_complete(tmp_path: Path) -> None:
    """Written in part, then whole, then again: each param, metric and tag is there once."""
    from mlflow import MlflowClient  # noqa: PLC0415 - an extra

    with server(tmp_path) as uri:
        with pytest.raises(UnavailableError, match=r"tracking\.patience=0"):
            MlflowTracking(uri=uri, patience=0).record("toy", RUN)
        tracking = MlflowTracking(uri=uri, timeout=30)
        bad = replace(CHILD, id="year-1", params={"x" * 300: 1})
        with pytest.raises(UnavailableError, match="did not take all of adaptive"):
            tracking.record("toy", replace(RUN, children=(CHILD, bad)))
        assert runs(uri, "toy")["year"].info.status == "RUNNING"
        page = tracking.record("toy", RUN)
        assert tracking.record("toy", RUN) == page
        found = runs(uri, "toy")
        assert set(found) == {"year", "year-0", "year-1"}
        year, failed, promoted = (found[each] for each in ("year", "year-0", "year-1"))
        assert page.endswith(f"/runs/{year.info.run_id}")
        assert (year.info.status, year.info.run_name) == ("FINISHED", "adaptive")
        assert (year.info.start_time, year.info.end_time) == (1000, 9000)
        assert year.data.params == {name: str(value) for name, value in RUN.params.items()}
        assert year.data.tags["liaison.contract"] == "1.0.0"
        history = MlflowClient(uri).get_metric_history(year.info.run_id, "window.rmse_x")
        assert sorted((each.step, each.value, each.timestamp) for each in history) == [
            (step, step / 2, step * 1000) for step in range(1200)
        ]
        assert (failed.info.status, promoted.info.status) == ("FAILED", "FINISHED")
        assert isnan(failed.data.metrics["rmse"])
        assert failed.data.tags["mlflow.parentRunId"] == year.info.run_id


@installed
@client_warnings
@pytest.mark.e2e
def test_an_outage_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the address and what writes the rest, and the environment is as it was."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3")
    line = mirror(MlflowTracking(uri="http://127.0.0.1:9"), "toy", RUN)
    assert line.startswith("! tracking.uri=http://127.0.0.1:9: MLflow did not take all of adaptive")
    assert line.endswith("the run is whole, and the same command writes what is missing there")
    assert len(line.splitlines()) == 1
    assert os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "3"


def test_nothing_is_said_where_nothing_is_tracked() -> None:
    """The default writes nothing, and shows no step."""
    steps: list[str] = []

    def status(step: str) -> AbstractContextManager[None]:
        steps.append(step)
        return nullcontext()

    assert mirror(NoTracking(), "toy", RUN, status=status) == ""
    assert steps == []
    tracking = Mock(**{"record.return_value": "there"})
    assert mirror(tracking, "toy", RUN, status=status) == "tracked: there"
    assert steps == ["tracking"]


@pytest.mark.parametrize("uri", ["", "127.0.0.1:5000", "sqlite:///x.db", "http://a:secret@host"])
def test_no_address_is_refused(uri: str) -> None:
    """The message shows what one looks like, and no password."""
    with pytest.raises(ConfigError, match=r"tracking\.uri=") as caught:
        MlflowTracking(uri=uri)
    assert "http://127.0.0.1:5000" in caught.value.hint
    assert "secret" not in str(caught.value)


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the work begins, with the words that install it."""
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(MissingExtraError, match="tracking=mlflow") as caught:
        MlflowTracking(uri="http://127.0.0.1:5000")
    assert "liaison-lifecycle[mlflow]" in caught.value.hint
