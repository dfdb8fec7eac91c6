"""The three entry points' common way: arguments in, a task run, an exit code out.

Composing here, before Hydra's own runner, is what lets a misspelt word answer in one line; flags
that belong to Hydra (`--multirun`, `--cfg`, …) are handed to its runner untouched.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import hydra
import msgspec
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from contracts.config.compose import TREE, compose
from contracts.config.instantiate import OURS, locate
from contracts.errors import ConfigError, LiaisonError, exit_code
from contracts.host.encoding import substitute_unencodable

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
#: Tasks say where they write; Hydra's own runner is to make no folders beside that.
QUIET = (
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
        overrides: The overrides as given.
        config_dir: A further configuration tree, or none.
        command: The command that repeats the request.
    """

    entry: str
    config: DictConfig
    overrides: tuple[str, ...]
    config_dir: Path | None

    @property
    def command(self) -> str:
        """The command that repeats this request."""
        return self.ask(self.entry, *self.overrides)

    def ask(self, entry: str, *words: str) -> str:
        """Return the command that asks an entry point for something else of the same tree."""
        tree = (f"--config-dir {self.config_dir}",) if self.config_dir else ()
        return " ".join(("python -m", entry, *tree, *words))

    @property
    def chosen(self) -> frozenset[str]:
        """The dotted keys and groups that the overrides set."""
        parsed = OverridesParser.create().parse_overrides(list(self.overrides))
        return frozenset(override.key_or_group for override in parsed)

    @property
    def added(self) -> tuple[str, ...]:
        """The dotted keys that were added with ``+``."""
        parsed = OverridesParser.create().parse_overrides(list(self.overrides))
        return tuple(o.key_or_group for o in parsed if o.is_add() or o.is_force_add())


def main(
    entry: str,
    *,
    usage: str,
    arguments: Sequence[str] | None = None,
) -> int:
    """Run the task that the arguments ask for and return the command's exit code.

    Args:
        entry: The entry point's package, also its primary config's name.
        usage: What ``--help`` prints.
        arguments: The words of the command line; those of the process unless given.
    """
    # Threads of one fit that wait for each other spinning without end starve whatever else runs,
    # and each other: ten times slower. A bounded spin must be asked for before OpenMP loads.
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")
    substitute_unencodable(sys.stdout)
    substitute_unencodable(sys.stderr)
    words = list(sys.argv[1:] if arguments is None else arguments)
    if {"-h", "--help"} & {*words}:
        sys.stdout.write(usage)
        return 0
    try:
        _refuse_shadow(entry)
        return _dispatch(entry, words)
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return exit_code(error)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the same command resumes what can be resumed\n")
        return INTERRUPTED


def _dispatch(entry: str, words: list[str]) -> int:
    config_dir, rest = _config_dir(words)
    if any(word.startswith("-") for word in rest):
        if not {"-m", "--multirun"} & {*rest}:
            # A misspelt word is answered here, in one line, before Hydra sees it.
            compose(entry, [w for w in rest if "=" in w and w[0] != "-"], config_dir=config_dir)
        _hand_to_hydra(entry, words, config_dir)
        return 0
    config = compose(entry, rest, config_dir=config_dir)
    _answer(Request(entry=entry, config=config, overrides=tuple(rest), config_dir=config_dir))
    return 0


def _refuse_shadow(entry: str) -> None:
    """Refuse to run beside a folder that stands in for one of our packages.

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


def _answer(request: Request) -> None:
    task = request.config.task
    if task.package != request.entry:
        words = " ".join(request.overrides)
        raise ConfigError(
            f"task={task.name} belongs to {task.package}, not to {request.entry}",
            hint=f"python -m {task.package} {words}",
        )
    locate(task.answer)(request)


def _config_dir(words: list[str]) -> tuple[Path | None, list[str]]:
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


def _hand_to_hydra(entry: str, words: list[str], config_dir: Path | None) -> None:
    def job(config: DictConfig) -> None:
        runtime = HydraConfig.get()
        if runtime.mode == RunMode.MULTIRUN:
            OmegaConf.update(config, "paths.output", f"{config.paths.output}/{runtime.job.num}")
        overrides = tuple(runtime.overrides.task)
        _answer(Request(entry=entry, config=config, overrides=overrides, config_dir=config_dir))

    # Hydra's parser wants all overrides in one place: ours go before the first of theirs.
    at = next((at for at, w in enumerate(words) if "=" in w and w[0] != "-"), len(words))
    with TemporaryDirectory() as room:
        sys.argv[1:] = [*words[:at], *QUIET, f"hydra.sweep.dir={room}", *words[at:]]
        hydra.main(config_path=str(TREE), config_name=entry, version_base="1.3")(job)()
