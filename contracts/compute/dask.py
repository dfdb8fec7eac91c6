"""Runs calls on the workers of a Dask cluster."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.compute.port import call_in
from contracts.errors import ConfigError, MissingExtraError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.compute.port import Call, RunCalls

#: How the address of a scheduler begins.
SCHEMES = ("tcp://", "tls://", "ws://", "wss://", "ucx://")


class DaskCompute:
    """Runs calls on the workers of a Dask scheduler.

    The workers have the same packages as this process, and see the same files under the same paths:
    they read data, and write reports and the state of runs. Each call is made in the folder in
    which this process stands. A call whose worker dies is made again by another. One thread a
    worker is right: ``dask worker --nthreads 1``.

    Args:
        address: The scheduler's, such as ``tcp://10.0.0.5:8786``.
        patience: Seconds to wait for it, and for its first worker.

    Raises:
        ConfigError: That is no address.
    """

    alone = False

    def __init__(self, *, address: str, patience: float = 30.0) -> None:
        if not address.startswith(SCHEMES):
            raise ConfigError(
                f"compute.address={address}: expected the address of a Dask scheduler",
                hint="for example tcp://10.0.0.5:8786, as `dask scheduler` prints it",
            )
        self._address, self._patience = address, patience

    @contextmanager
    def workers(self, calls: int) -> Iterator[RunCalls]:  # noqa: ARG002 - the cluster has its own
        """Yield what runs calls on the cluster."""
        here = Path.cwd()

        def run(calls: Iterable[Call]) -> Iterator[Any]:
            with warnings.catch_warnings():  # calls bring their rows: nothing else has them
                warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
                futures = [client.submit(call_in, here, each, pure=False) for each in calls]
            try:
                for future in futures:
                    yield future.result()
            finally:
                client.cancel(futures)

        with self._client() as client:
            yield run

    def _client(self) -> Any:
        """Return a client of the scheduler, which has a worker."""
        try:
            from distributed import Client  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise MissingExtraError("distributed", extra="dask", purpose="compute=dask") from error
        connect: Any = Client
        try:
            client = connect(self._address, timeout=self._patience)
            client.wait_for_workers(1, timeout=self._patience)
        except (OSError, TimeoutError) as error:
            raise UnavailableError(
                f"compute.address={self._address}: no scheduler with a worker answers there: "
                f"{error}",
                hint="start `dask scheduler` and `dask worker ADDRESS --nthreads 1`, or set "
                "compute=local",
            ) from error
        return client
