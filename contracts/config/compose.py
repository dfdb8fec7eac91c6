"""Composes a configuration with Hydra and says in one line what was wrong with a request.

The tree is found beside this package by absolute path, so that a folder `conf` in the working
directory never stands in for it.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import ConfigCompositionException, HydraException, MissingConfigException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from contracts.config.keys import groups, keys, tasks
from contracts.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

TREE = Path(__file__).resolve().parents[2] / "conf"
NOT_OVERRIDDEN = re.compile(r"Could not override '([^'@]+)")


def compose(
    entry: str, overrides: Sequence[str] = (), *, config_dir: Path | None = None
) -> DictConfig:
    """Return the configuration of an entry point, composed from the tree and overrides.

    Args:
        entry: ``contracts``, ``research`` or ``production``: the primary config's name.
        overrides: Hydra overrides, as on a command line.
        config_dir: A further tree whose options stand beside the framework's own.

    Raises:
        ConfigError: An unknown key or option, or a text that is no override.
    """
    _refuse_bare(entry, overrides)
    search = [f"hydra.searchpath=[file://{config_dir.resolve()}]"] if config_dir else []
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(TREE), version_base="1.3"):
        try:
            composed = hydra_compose(entry, overrides=[*search, *overrides])
        except MissingConfigException as error:
            raise _no_option(error, entry) from error
        except (ConfigCompositionException, OmegaConfBaseException) as error:
            options = [word for word in overrides if word.partition("=")[0] in groups(TREE)]
            raise _no_key(error, _valid(entry, [*search, *options])) from error
        except HydraException as error:
            raise ConfigError(
                f"cannot compose: {_first_line(error)}", hint="overrides read key=value"
            ) from error
    _refuse_missing(composed)
    return composed


def _valid(entry: str, options: list[str]) -> DictConfig:
    """Return what the chosen options alone compose: where the valid keys are looked up."""
    try:
        return hydra_compose(entry, overrides=options)
    except HydraException:
        return hydra_compose(entry)


def _refuse_bare(entry: str, overrides: Sequence[str]) -> None:
    """Refuse a word that sets nothing, and guess which task or group was meant."""
    for word in overrides:
        if "=" in word or word.startswith("~"):
            continue
        valid = {task: f"task={task}" for task in tasks(TREE, entry)}
        valid |= {group: f"{group}=…" for group in groups(TREE)}
        meant = [valid[match] for match in get_close_matches(word, valid, n=1)]
        raise ConfigError(
            f"{word!r} sets nothing" + (f" (did you mean {meant[0]}?)" if meant else ""),
            hint="overrides read key=value; `--help` lists the tasks",
        )


def _no_option(error: MissingConfigException, entry: str) -> ConfigError:
    group, _, option = (error.missing_cfg_file or "").rpartition("/")
    options = sorted(error.options or ())
    if group == "task":
        others = {*tasks(TREE)} - {*tasks(TREE, entry)}
        options = [each for each in options if each not in others]
    return ConfigError(
        f"{group}={option}: no such option{did_you_mean(option, options)}",
        hint=f"options of {group}: {', '.join(options)}" if options else "",
    )


def _no_key(error: Exception, defaults: DictConfig) -> ConfigError:
    text = str(error.__cause__ or error)
    found = NOT_OVERRIDDEN.search(str(error))
    if found is None:
        return ConfigError(f"cannot compose: {_first_line(text)}", hint="overrides read key=value")
    key = found.group(1)
    valid = [*groups(TREE), *keys(defaults)]
    return ConfigError(
        f"{key}: no such key{did_you_mean(key, valid)}",
        hint="`--cfg job` prints every key, `--help` the tasks and lifecycles",
    )


def _first_line(error: object) -> str:
    return str(error).strip().splitlines()[0]


def _refuse_missing(composed: DictConfig) -> None:
    try:
        missing = sorted(OmegaConf.missing_keys(composed))
    except OmegaConfBaseException as error:
        raise ConfigError(
            f"{error.full_key}: {_first_line(error.msg)}",
            hint="the product's file lacks what this option needs; a joint lifecycle needs no "
            "implementation: lifecycle=adaptive",
        ) from error
    if missing:
        raise ConfigError(f"no value for {', '.join(missing)}", hint=f"give one: {missing[0]}=…")
