"""What the three entry points share: arguments in, a task run, an exit code out.

Composing here, before Hydra's own runner, is what lets a misspelt word be answered in one line;
flags that belong to Hydra (`--multirun`, `--cfg`, …) are handed to its runner untouched.
"""

from __future__ import annotations

import os
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

import hydra
import msgspec
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from contracts.config.compose import TREE, compose
from contracts.config.instantiate import locate
from contracts.config.packages import OURS
from contracts.config.settings import settings
from contracts.errors import ConfigError, LiaisonError, exit_code
from contracts.host.controls import printable
from contracts.host.encoding import substitute_unencodable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydra.core.override_parser.types import Override

T = TypeVar("T", bound=msgspec.Struct)

INTERRUPTED = 130
#: Tasks decide where they write; Hydra's own runner makes no folders.
NO_FOLDERS = (
    "hydra.run.dir=.",
    "hydra.sweep.subdir=.",
    "hydra.output_subdir=null",
    "hydra/job_logging=stdout",
)


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
        """Return the command for another request to an entry point, with the same trees."""
        tree = ("--config-dir", str(self.config_dir)) if self.config_dir else ()
        return shlex.join(("python", "-m", entry, *tree, *words))

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
    # OpenMP threads of one fit that spin while they wait starve everything else, each other
    # included: ten times slower. The limit on spinning must be set before OpenMP loads.
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")
    substitute_unencodable(sys.stdout)
    substitute_unencodable(sys.stderr)
    words = list(sys.argv[1:] if arguments is None else arguments)
    if {"-h", "--help"} & {*words}:
        sys.stdout.write(usage)
        return 0
    try:
        _refuse_shadowing(entry)
        _dispatch(entry, words)
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {printable(str(error))}\n")
        return exit_code(error)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the same command resumes what can be resumed\n")
        return INTERRUPTED
    return 0


def _dispatch(entry: str, words: list[str]) -> None:
    config_dir, rest = _split_config_dir(words)
    if any(word.startswith("-") for word in rest):
        if not {"-m", "--multirun"} & {*rest}:
            # A misspelt word is answered here, in one line, before Hydra sees it.
            compose(entry, [w for w in rest if "=" in w and w[0] != "-"], config_dir=config_dir)
        _run_by_hydra(entry, words, config_dir)
    else:
        config = compose(entry, rest, config_dir=config_dir)
        _run(Request(entry=entry, config=config, overrides=tuple(rest), config_dir=config_dir))


def _run(request: Request) -> None:
    task = request.config.task
    if task.package != request.entry:
        raise ConfigError(
            f"task={task.name} belongs to {task.package}, not to {request.entry}",
            hint=request.command_for(task.package, *request.overrides),
        )
    locate(task.answer)(request)


def _run_by_hydra(entry: str, words: list[str], config_dir: Path | None) -> None:
    def job(config: DictConfig) -> None:
        runtime = HydraConfig.get()
        if runtime.mode == RunMode.MULTIRUN:
            OmegaConf.update(config, "paths.output", f"{config.paths.output}/{runtime.job.num}")
        overrides = tuple(runtime.overrides.task)
        _run(Request(entry=entry, config=config, overrides=overrides, config_dir=config_dir))

    # Hydra's parser wants all overrides in one place: ours go before the first of theirs.
    at = next((at for at, w in enumerate(words) if "=" in w and w[0] != "-"), len(words))
    with TemporaryDirectory() as folder:
        sys.argv[1:] = [*words[:at], *NO_FOLDERS, f"hydra.sweep.dir={folder}", *words[at:]]
        hydra.main(config_path=str(TREE), config_name=entry, version_base="1.3")(job)()


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


def _split_config_dir(words: list[str]) -> tuple[Path | None, list[str]]:
    """Split ``--config-dir DIR`` (or ``-cd DIR``, ``--config-dir=DIR``) off the words."""
    for at, word in enumerate(words):
        flag, _, value = word.partition("=")
        if flag not in {"--config-dir", "-cd"}:
            continue
        used = 1 if value else 2
        folder = value or "".join(words[at + 1 : at + 2])
        if not folder or not Path(folder).is_dir():
            raise ConfigError(f"--config-dir: no folder {folder!r}")
        return Path(folder), words[:at] + words[at + used :]
    return None, words
