"""Runs calls on the workers of a Ray cluster."""

from __future__ import annotations

import re
import socket
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.compute.port import call_in
from contracts.errors import ConfigError, MissingExtraError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.compute.port import Call, RunCalls

#: A node of a cluster that this machine belongs to, or the server of a cluster elsewhere.
ADDRESS = re.compile(r"(?:ray://)?(?P<host>[^\s:/]+):(?P<port>\d{1,5})")


class RayCompute:
    """Runs calls as tasks of a Ray cluster, each on one of its CPUs.

    The nodes have the same packages as this process, and see the same files under the same paths:
    calls read data, and write reports and the state of runs. Each is made in the folder in which
    this process stands. A call whose worker dies is made again by another.

    Calls are Ray's own tasks, not those of its joblib backend: that one returns nothing before
    all are done, so that a command that is killed would keep nothing of them.

    Args:
        address: ``10.0.0.5:6379`` where this machine is a node of the cluster, as ``ray start``
            prints it; ``ray://10.0.0.5:10001`` where it is not.
        patience: Seconds to wait for it.

    Raises:
        ConfigError: That is no address.
    """

    alone = False

    def __init__(self, *, address: str, patience: float = 30.0) -> None:
        parts = ADDRESS.fullmatch(address)
        if parts is None:
            raise ConfigError(
                f"compute.address={address}: expected the address of a Ray cluster",
                hint="for example 10.0.0.5:6379, as `ray start --head` prints it, or "
                "ray://10.0.0.5:10001 from a machine outside of it",
            )
        self._address, self._patience = address, patience
        self._server = (parts["host"], int(parts["port"]))

    @contextmanager
    def workers(self, calls: int) -> Iterator[RunCalls]:  # noqa: ARG002 - the cluster has its own
        """Yield what runs calls on the cluster."""
        here = Path.cwd()
        ray = self._connected()

        def run(calls: Iterable[Call]) -> Iterator[Any]:
            make = ray.remote(num_cpus=1)(call_in)
            futures = [make.remote(here, each) for each in calls]
            try:
                for future in futures:
                    yield ray.get(future)
            except ray.exceptions.RayTaskError as error:
                raise error.cause from None  # as it was raised, without Ray's text around it
            finally:
                for future in futures:
                    ray.cancel(future, force=True)

        try:
            yield run
        finally:
            ray.shutdown()

    def _connected(self) -> Any:
        """Return ray, connected to the cluster, which has a CPU."""
        try:
            import ray  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise MissingExtraError("ray", extra="ray", purpose="compute=ray") from error
        module: Any = ray
        try:
            # Ray itself waits for minutes where nothing answers.
            socket.create_connection(self._server, timeout=self._patience).close()
            module.init(address=self._address, log_to_driver=False, logging_level="ERROR")
        except (OSError, RuntimeError, ValueError) as error:
            raise self._unavailable(str(error)) from error
        if module.cluster_resources().get("CPU", 0) < 1:
            module.shutdown()
            raise self._unavailable("no node has a CPU")
        return module

    def _unavailable(self, why: str) -> UnavailableError:
        return UnavailableError(
            f"compute.address={self._address}: no Ray cluster can be used there: {why}",
            hint="start `ray start --head` there, or set compute=local",
        )
