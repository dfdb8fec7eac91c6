"""Mirrors runs on an MLflow tracking server, through MLflow's own client."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contracts.errors import ConfigError, MissingExtraError, UnavailableError
from contracts.host.clock import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.tracking.port import MetricPoint, TrackedRun

#: The tag that holds a run's id.
ID = "liaison.id"
#: What MLflow takes at a time, of metrics and of params and tags.
METRICS_AT_ONCE, WORDS_AT_ONCE = 1000, 100
#: The longest text of a param, and of a tag.
PARAM_LENGTH, TAG_LENGTH = 6000, 8000
#: What no name may hold.
FOREIGN = re.compile(r"[^\w./ :-]")


class MlflowTracking:
    """Writes each run as a run of MLflow, and its children as nested runs.

    A run is found by its id in the tag ``liaison.id``. One that is there and has ended stays as it
    is; one that was not written to its end is completed.

    MLflow reads who may write from its own environment variables, such as
    ``MLFLOW_TRACKING_TOKEN``; they are not part of a configuration, which reports show.

    Args:
        uri: The server's address: ``http://127.0.0.1:5000``.
        timeout: Seconds to wait for one answer. No request is made twice.
        patience: Seconds for a whole run; what is left is not written.

    Raises:
        ConfigError: That is no address of a server.
        MissingExtraError: MLflow's client is not installed.
    """

    def __init__(self, *, uri: str, timeout: int = 5, patience: float = 60.0) -> None:
        parts = urlsplit(uri)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.password:
            raise ConfigError(
                f"tracking.uri={_without_password(uri)}: expected the address of an MLflow server",
                hint="for example http://127.0.0.1:5000, as `mlflow server` prints it; a password "
                "stands in the environment: MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD",
            )
        if not _installed():
            raise MissingExtraError("mlflow", extra="mlflow", purpose="tracking=mlflow")
        self._uri, self._timeout, self._patience = uri.rstrip("/"), timeout, patience

    def record(self, experiment: str, run: TrackedRun) -> str:
        """Write a run and its children, unless they are there; return its page.

        Raises:
            UnavailableError: The server did not take all of it.
        """
        with _environment(self._timeout):
            from mlflow import MlflowClient  # noqa: PLC0415 - an extra, and slow to import
            from mlflow.exceptions import MlflowException  # noqa: PLC0415 - an extra

            client = MlflowClient(tracking_uri=self._uri)
            try:
                at = _Mirrored(client, _experiment(client, experiment), self._patience)
                written = at.write(run)
            except (MlflowException, OSError) as error:
                why = str(error).splitlines()[0][:300]
                raise UnavailableError(
                    f"tracking.uri={self._uri}: MLflow did not take all of {run.name}: {why}",
                    hint="and the same command writes what is missing there",
                ) from error
        return f"{self._uri}/#/experiments/{at.experiment}/runs/{written}"


class _Mirrored:
    """Runs of one experiment on the server, written one after another until patience ends."""

    def __init__(self, client: Any, experiment: str, patience: float) -> None:
        self._client, self.experiment, self._patience = client, experiment, patience
        self._watch = Stopwatch()

    def write(self, run: TrackedRun, parent: str | None = None) -> str:
        """Write a run, its children, and last that it ended; return MLflow's id of it."""
        if self._watch.seconds() > self._patience:
            raise TimeoutError(f"it takes longer than tracking.patience={self._patience:g}")
        own = {} if parent is None else {"mlflow.parentRunId": parent}
        tags = {**{key: text[:TAG_LENGTH] for key, text in run.tags.items()}, **own, ID: run.id}
        there = self._find(run.id)
        if there is None:
            there = self._client.create_run(
                self.experiment, start_time=run.start // 1000, tags=tags, run_name=run.name
            )
        mlflow_id: str = there.info.run_id
        if there.info.status == run.status:
            return mlflow_id
        for params, metrics in _batches(_params(run.params), run.metrics):
            self._client.log_batch(mlflow_id, params=params, metrics=metrics)
        for child in run.children:
            self.write(child, mlflow_id)
        self._client.set_terminated(mlflow_id, run.status, end_time=run.end // 1000)
        return mlflow_id

    def _find(self, run_id: str) -> Any:
        """Return MLflow's run of an id; None where there is none."""
        return next(
            iter(self._client.search_runs([self.experiment], f"tags.`{ID}` = '{run_id}'")), None
        )


def _experiment(client: Any, name: str) -> str:
    """Return MLflow's id of the experiment of a name, which is made if there is none."""
    there = client.get_experiment_by_name(name)
    return str(there.experiment_id if there else client.create_experiment(name))


def _params(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(FOREIGN.sub("_", key), str(value)[:PARAM_LENGTH]) for key, value in params.items()]


def _batches(
    params: Sequence[tuple[str, str]], metrics: Sequence[MetricPoint]
) -> Iterator[tuple[list[Any], list[Any]]]:
    """Yield what is written at once, as MLflow's own values: of each kind as many as it takes."""
    from mlflow.entities import Metric, Param  # noqa: PLC0415 - an extra

    for at in range(0, len(params), WORDS_AT_ONCE):
        yield [Param(key, text) for key, text in params[at : at + WORDS_AT_ONCE]], []
    for at in range(0, len(metrics), METRICS_AT_ONCE):
        points = metrics[at : at + METRICS_AT_ONCE]
        yield (
            [],
            [
                Metric(FOREIGN.sub("_", each.name), each.value, each.time // 1000, each.step)
                for each in points
            ],
        )


def _installed() -> bool:
    """Return whether MLflow's client is there, without importing it, which takes seconds."""
    try:
        return find_spec("mlflow") is not None
    except ValueError:  # what stands in its place is no module
        return False


@contextmanager
def _environment(timeout: int) -> Iterator[None]:
    """Set what MLflow's client reads from the environment: it waits for minutes by itself."""
    ours = {
        "MLFLOW_HTTP_REQUEST_TIMEOUT": str(timeout),
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
        "MLFLOW_DISABLE_TELEMETRY": "true",  # nothing is told to MLflow's makers
        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",  # one address is enough
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _without_password(uri: str) -> str:
    """Return an address as it may be shown."""
    return f"{urlsplit(uri).scheme}://…@{urlsplit(uri).hostname}" if "@" in uri else uri
