"""Jobs: one for a command, several for ``--multirun``, beside each other where they may be."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from omegaconf import OmegaConf

from contracts.compute.port import call
from contracts.config.instantiate import TARGET, instantiate
from contracts.config.settings import task_of
from contracts.errors import LiaisonError
from contracts.report.result import handed_over
from contracts.report.verbosity import be_verbose, is_verbose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from omegaconf import DictConfig

    from contracts.compute.port import Compute

    Answer = Callable[[Any], None]

#: Where the calls of a job are made that runs beside others: in its own process.
ALONE = {TARGET: "contracts.compute.local.LocalCompute", "name": "local", "processes": 1}


class Configured(Protocol):
    """A request, as far as jobs look at it."""

    @property
    def config(self) -> DictConfig:
        """Its configuration."""


class JobOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a job.

    Attributes:
        document: Its result, none where its task has none.
        error: What ended it before it was done; its result may be there all the same.
        text: What it printed, where that was not shown at once.
    """

    document: Mapping[str, Any] | None
    error: LiaisonError | None = None
    text: str = ""


def outcomes(
    requests: Sequence[Configured], answer: Answer, *, several: bool
) -> Iterator[JobOutcome]:
    """Yield what came of each job, in their order: beside each other if all of them allow it.

    Those of one command write into folders of their own, and read nothing of each other's.

    Args:
        requests: What each is asked for.
        answer: Runs one.
        several: Whether they are jobs of ``--multirun``.
    """
    compute = _compute(requests) if several else None
    if compute is None:
        yield from (_outcome(each, answer) for each in requests)
        return
    columns = get_terminal_size().columns if sys.stdout.isatty() else None
    with compute.workers(len(requests)) as run:
        yield from run(
            call(_beside, each, answer, columns=columns, verbose=is_verbose()) for each in requests
        )


def _compute(requests: Sequence[Configured]) -> Compute | None:
    """Return where jobs run beside each other; none where they do not."""
    if len(requests) == 1 or not all(task_of(each.config).beside for each in requests):
        return None
    node: Any = OmegaConf.to_container(requests[0].config.compute, resolve=True)
    compute: Compute = instantiate(node, "compute")
    return None if compute.alone else compute


def _outcome(request: Configured, answer: Answer) -> JobOutcome:
    """Run a job in this process, and return what came of it."""
    error = None
    with handed_over() as results:
        try:
            answer(request)
        except LiaisonError as raised:
            error = raised
    task = str(OmegaConf.select(request.config, "task.name"))
    # A task may be made of others, whose results are not its own.
    own = [each for each in results if each.get("task", task) == task]
    return JobOutcome(document=own[-1] if own else None, error=error)


def _beside(
    request: Configured, answer: Answer, *, columns: int | None, verbose: bool
) -> JobOutcome:
    """Run a job in a process of its own, and return what it printed besides."""
    OmegaConf.update(request.config, "compute", ALONE, merge=False)
    be_verbose(verbose=verbose)
    if columns is not None:
        os.environ["COLUMNS"] = str(columns)
    with redirect_stdout(StringIO()) as text:
        outcome = _outcome(request, answer)
    return msgspec.structs.replace(outcome, text=text.getvalue())
