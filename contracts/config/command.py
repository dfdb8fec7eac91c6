"""The words of a command line, apart from what they set: flags and overrides."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import msgspec

from contracts.errors import ConfigError
from contracts.host.interpreter import runnable
from contracts.host.password import without_password

if TYPE_CHECKING:
    from collections.abc import Sequence


#: The flags by which a shell asks for completion: what follows them is not of a task.
FLAGS = ("-sc", "--shell-completion")
#: The keys that say which product it is and where its files are.
PLACE = ("product", "paths.data", "paths.published", "paths.live")
#: The keys that say, to production alone, what serves and where its state is.
SERVING = (
    "lifecycle",
    "database",
    "database.url",
    "artifacts",
    "artifacts.url",
    "artifacts.endpoint",
)
#: A command in a hint: its entry point, and the rest up to where the sentence goes on.
COMMAND = re.compile(r"(python -m (?:contracts|research|production))\b((?:(?![;,`]).)*)")


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What a command line asks for.

    Attributes:
        overrides: The words that set keys and options.
        config_dir: A further configuration tree, or None.
        multirun: Whether it runs once for each combination of the values between commas.
        show: Whether the configuration is printed instead of running its task.
        resolve: Whether references are replaced by their values in what is printed.
        json: Whether the result is printed as one JSON document, all else on standard error.
        verbose: Whether each step is named as it begins, and errors are shown whole.
    """

    overrides: tuple[str, ...]
    config_dir: Path | None
    multirun: bool
    show: bool
    resolve: bool
    json: bool
    verbose: bool


def parse(words: Sequence[str]) -> Command:
    """Return what the words of a command line ask for.

    Raises:
        ConfigError: An unknown flag, or one without its value.
    """
    given = _parser().parse_intermixed_args(words)
    return Command(
        overrides=tuple(given.overrides),
        config_dir=given.config_dir,
        multirun=given.multirun,
        show=given.cfg is not None,
        resolve=given.resolve,
        json=given.json,
        verbose=given.verbose,
    )


def completed(hint: str, words: Sequence[str]) -> str:
    """Return a hint whose commands are of the same product and folders as the words given.

    What raised the error does not know where the configuration is.

    >>> completed("python -m research task=learn", ["product=parcels", "seed=3"])
    'python -m research product=parcels task=learn'
    """
    try:
        given = parse(words)
    except ConfigError:
        return hint
    tree = {"--config-dir": f"--config-dir {shlex.quote(str(given.config_dir))}"}
    place = (tree if given.config_dir else {}) | _kept(given.overrides, PLACE)
    serving = _kept(given.overrides, SERVING)

    def complete(match: re.Match[str]) -> str:
        kept = place | serving if match[1].endswith("production") else place
        missing = [word for key, word in kept.items() if key not in match[2]]
        return runnable(" ".join([match[1], *missing])) + match[2]

    return COMMAND.sub(complete, hint)


def _kept(overrides: Sequence[str], keys: tuple[str, ...]) -> dict[str, str]:
    """Return the overrides of some keys as a shell takes them, without a password, by key."""
    return {
        key: shlex.quote(without_password(word))
        for word in overrides
        for key, equals, _ in [word.partition("=")]
        if equals and key in keys
    }


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(
            message,
            hint="flags: --help, --config-dir DIR, --cfg job, --resolve, --multirun, --json, "
            "--verbose",
        )


def _parser() -> ArgumentParser:
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("overrides", nargs="*")
    parser.add_argument("--config-dir", "-cd", type=_folder)
    parser.add_argument("--cfg", "-c", choices=["job"])
    parser.add_argument("--resolve", action="store_true")
    parser.add_argument("--multirun", "-m", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--verbose", "-v", action="store_true")
    return parser


def _folder(text: str) -> Path:
    folder = Path(text)
    if not text or not folder.is_dir():
        raise ConfigError(f"--config-dir: no folder {text!r}")
    return folder
