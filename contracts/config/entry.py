"""What the three entry points share: arguments in, a task run, an exit code out.

Hydra composes the configuration and does nothing else: its own runner would also run what a
configuration file names as callback, launcher or logger.
"""

from __future__ import annotations

import shlex
import sys
from contextlib import nullcontext, redirect_stdout
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import DictConfig, OmegaConf

from contracts.config.command import FLAGS, completed, parse
from contracts.config.compose import compose
from contracts.config.instantiate import locate
from contracts.config.jobs import outcomes
from contracts.config.new_product import as_typed, quoted
from contracts.config.packages import OURS
from contracts.config.settings import settings, task_of
from contracts.config.sweep import runs
from contracts.errors import ConfigError, LiaisonError, exit_code
from contracts.host.encoding import substitute_unencodable
from contracts.host.loading import loading
from contracts.host.openmp import limit_spinning
from contracts.host.password import without_password
from contracts.report.result import hand_over
from contracts.report.verbosity import be_verbose, is_verbose
from contracts.report.write import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydra.core.override_parser.types import Override

    from contracts.config.command import Command
    from contracts.config.jobs import JobOutcome

T = TypeVar("T", bound=msgspec.Struct)

INTERRUPTED = 130
#: What every result says: whose it is, and of which task.
SHARED = ("product", "task")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked an entry point for: the configuration, and the words that made it.

    Attributes:
        entry: The entry point's package.
        config: The composed configuration.
        overrides: The overrides as typed.
        config_dir: A further configuration tree, or None.
    """

    entry: str
    config: DictConfig
    overrides: tuple[str, ...]
    config_dir: Path | None

    def settings(self, kind: type[T]) -> T:
        """Return the configuration as a value of ``kind``.

        Raises:
            ConfigError: A key that ``kind`` does not have, or a value of the wrong type.
        """
        added = tuple(o.key_or_group for o in self._parsed() if o.is_add() or o.is_force_add())
        return settings(self.config, kind, added=added)

    @property
    def command(self) -> str:
        """The command that repeats this request."""
        return self.command_for(self.entry, *self.overrides)

    def command_for(self, entry: str, *words: str) -> str:
        """Return the command for another request to an entry point, with the same trees.

        Reports show it: a password in a URL is replaced by asterisks.
        """
        tree = ("--config-dir", str(self.config_dir)) if self.config_dir else ()
        shown = map(without_password, words)
        return shlex.join(("python", "-m", entry, *tree, *shown))

    @property
    def overridden(self) -> frozenset[str]:
        """The dotted keys and groups that the overrides set."""
        return frozenset(override.key_or_group for override in self._parsed())

    def _parsed(self) -> list[Override]:
        return OverridesParser.create().parse_overrides(list(self.overrides))


def main(entry: str, *, usage: str, arguments: Sequence[str] | None = None) -> int:
    """Run the task that the arguments ask for and return the command's exit code.

    Args:
        entry: The entry point's package, also its primary config's name.
        usage: What ``--help`` prints.
        arguments: The words of the command line; those of the process unless given.
    """
    limit_spinning()
    substitute_unencodable(sys.stdout)
    substitute_unencodable(sys.stderr)
    words = list(sys.argv[1:] if arguments is None else arguments)
    if {"-h", "--help"} & {*words}:
        sys.stdout.write(usage)
        return 0
    try:
        _refuse_shadowing(entry)
        if words[:1] and words[0] in FLAGS:
            from contracts.config.completion import shell_completion  # noqa: PLC0415 - few ask

            sys.stdout.write(shell_completion(entry, words[1:]))
            return 0
        command = parse(words)
        be_verbose(verbose=command.verbose)
        return _dispatch(entry, command, words)
    except LiaisonError as error:
        return _say(error, words)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the same command resumes what can be resumed\n")
        return INTERRUPTED


def _dispatch(entry: str, command: Command, words: list[str]) -> int:
    """Do what a command asks for, print its result if that is asked for, return its exit code."""
    asked = runs(command.overrides) if command.multirun else [command.overrides]
    requests = [request_for(entry, overrides, command.config_dir) for overrides in asked]
    documents, code = [], 0
    # Beside a document on standard output all that people read is on standard error.
    with redirect_stdout(sys.stderr) if command.json else nullcontext():
        for number, request in enumerate(requests if command.multirun else ()):
            OmegaConf.update(request.config, "paths.output", _numbered(request.config, number))
        reply = partial(_configuration, resolve=command.resolve) if command.show else answer
        jobs = outcomes(requests, reply, several=command.multirun and not command.show)
        for number, request in enumerate(requests):
            if command.multirun:
                sys.stdout.write(f"\n#{number}: {' '.join(request.overrides)}\n")
                sys.stdout.flush()
            job = next(jobs)
            sys.stdout.write(job.text)
            sys.stdout.flush()
            failed = _say(job.error, words) if job.error else 0
            code = code or failed
            documents.append(_document(request, job, exit_code=failed, several=command.multirun))
    if command.json:
        document = {"runs": documents} if command.multirun else documents[0]
        if command.multirun or not code or len(document) > len(SHARED):
            sys.stdout.write(to_json(document).decode())
    return code


def _say(error: LiaisonError, words: list[str]) -> int:
    """Print an error with its next step, and return its exit code."""
    from contracts.report.terminal import say_error  # noqa: PLC0415 - rich, which takes a while

    error.hint = completed(error.hint, words)
    text = error.full if is_verbose() else str(error)
    say_error(f"{type(error).__name__}: {text}")
    return exit_code(error)


def _document(
    request: Request, job: JobOutcome, *, exit_code: int, several: bool
) -> dict[str, Any]:
    """Return a job's result, with its product and task; that of several says which it is."""
    product, task = (str(OmegaConf.select(request.config, f"{key}.name")) for key in SHARED)
    document = {**dict(zip(SHARED, (product, task), strict=True)), **(job.document or {})}
    if not several:
        return document
    return {"overrides": request.overrides, "exit_code": exit_code, "result": document}


def _configuration(request: Request, *, resolve: bool) -> None:
    """Print a configuration."""
    hand_over({"config": OmegaConf.to_container(request.config, resolve=resolve)})
    sys.stdout.write(OmegaConf.to_yaml(request.config, resolve=resolve))


def request_for(entry: str, overrides: tuple[str, ...], config_dir: Path | None) -> Request:
    """Return what overrides ask an entry point for.

    Raises:
        ConfigError: The configuration does not compose with them.
    """
    overrides = quoted(overrides)
    config = compose(entry, overrides, config_dir=config_dir)
    return Request(entry=entry, config=config, overrides=overrides, config_dir=config_dir)


def _numbered(config: DictConfig, number: int) -> str:
    """Return the folder of one run of several."""
    return f"{config.paths.output}/{number}"


def answer(request: Request) -> None:
    """Do what a request asks for.

    Raises:
        ConfigError: Its task belongs to another entry point.
        LiaisonError: As the task does.
    """
    task = task_of(request.config)
    if task.package != request.entry:
        raise ConfigError(
            f"task={task.name} belongs to {task.package}, not to {request.entry}",
            hint=request.command_for(task.package, *as_typed(request.overrides)),
        )
    with loading():
        reply = locate(task.answer, "answer", key="task.answer")
    reply(request)


def _refuse_shadowing(entry: str) -> None:
    """Refuse to run where a folder in the working directory hides one of our packages.

    ``python -m`` puts the working directory first on the import path.
    """
    ours = Path(__file__).resolve().parents[2]
    for name in OURS:
        spec = find_spec(name)
        origin = Path(spec.origin).resolve() if spec and spec.origin else ours / name / "x"
        if origin.parents[1] != ours:
            raise ConfigError(
                f"the folder {origin.parent} hides the package {name!r} of that name",
                hint=f"run `python -m {entry}` from another directory, or rename the folder",
            )
