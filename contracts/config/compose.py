"""Composes a configuration with Hydra, and reports what was wrong with a request in one line.

The tree is found beside this package by absolute path, so that a folder `conf` in the working
directory is never taken instead.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import ConfigCompositionException, MissingConfigException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from contracts.config.guard import no_environment, refuse_hydra, refuse_hydra_keys, refuse_resolvers
from contracts.config.instantiate import check_components
from contracts.config.new_product import NO_VARIANT, named
from contracts.errors import ConfigError, LiaisonError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TREE = Path(__file__).resolve().parents[2] / "conf"
#: Where a user names keys of their own, so that Hydra's sign for a new key is not asked for.
OPEN = re.compile(r"(task\.options\.lifecycles|selector\.weights|selector\.arms)(\.|=\{)")
#: Where a product of a person's own is, relative to the working directory: see `task=new`.
CONF = Path("conf")
#: The primary configurations: one for each entry point.
ENTRIES = ("production", "research", "contracts")
#: Keys of earlier versions, and what they are called now.
MOVED = {"training_window": "strategy.window"}
KEY_NOT_OVERRIDDEN = re.compile(r"Could not override '([^'@]+)")


def compose(
    entry: str, overrides: Sequence[str] = (), *, config_dir: Path | None = None
) -> DictConfig:
    """Return the configuration of an entry point, composed from the tree and overrides.

    Nothing that it names is imported.

    Args:
        entry: ``contracts``, ``research`` or ``production``: the primary config's name.
        overrides: Hydra overrides, as on a command line.
        config_dir: A further tree whose options are added to the framework's own.

    Raises:
        ConfigError: An unknown key or option, a text that is no override, a component that is not
            declared for its key, or what `contracts.config.guard` refuses.
    """
    _refuse_bare_words(entry, overrides)
    overrides = [f"++{word}" if OPEN.match(word) else word for word in overrides]
    search = [_search(config_dir)] if config_dir else []
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(TREE), version_base="1.3"), no_environment():
        try:
            refuse_hydra_keys(overrides)
            composed = hydra_compose(
                entry, overrides=[*search, *named(entry, overrides)], return_hydra_config=True
            )
            refuse_hydra(composed)
        except MissingConfigException as error:
            raise _unknown_option(error, entry) from error
        except (ConfigCompositionException, OmegaConfBaseException) as error:
            chosen = {*groups(TREE), "~product", NO_VARIANT}
            options = [word for word in named(entry, overrides) if word.partition("=")[0] in chosen]
            raise _unknown_key(error, entry, _valid_keys(entry, [*search, *options])) from error
        except LiaisonError:
            raise
        except Exception as error:  # whatever Hydra meets in the files of others
            raise _not_composed(error) from error
    refuse_resolvers(composed)
    _refuse_missing_values(composed)
    check_components(OmegaConf.to_container(composed, resolve=True))
    return composed


def groups(tree: Path) -> list[str]:
    """Return the names of a tree's groups: one for each folder that contains options."""
    return sorted({str(file.parent.relative_to(tree)) for file in tree.glob("*/**/*.yaml")})


def tasks(tree: Path, package: str = "") -> list[str]:
    """Return the names of a tree's tasks, only those of one package where it is given."""
    line = f"package: {package}\n" if package else ""
    files = sorted((tree / "task").glob("*.yaml"))
    return [file.stem for file in files if line in file.read_text("utf-8")]


def keys(node: DictConfig, prefix: str = "") -> Iterator[str]:
    """Yield the dotted name of every key under a node, branches included.

    >>> from omegaconf import OmegaConf
    >>> list(keys(OmegaConf.create({"a": {"b": 1}})))
    ['a', 'a.b']
    """
    for key in node:
        name = f"{prefix}{key!s}"
        yield name
        child = node._get_node(key)  # noqa: SLF001 - reading a value would resolve it
        if isinstance(child, DictConfig) and not child._is_none() and not child._is_missing():  # noqa: SLF001
            yield from keys(child, f"{name}.")


def _valid_keys(entry: str, options: list[str]) -> list[str]:
    """Return the keys of the chosen options without any other override."""
    try:
        composed = hydra_compose(entry, overrides=options)
    except Exception:  # noqa: BLE001 - the message is of another fault already
        return _own_keys(entry)
    return [*_groups_of(entry), *keys(composed)]


def _own_keys(entry: str) -> list[str]:
    """Return the keys of an entry point, those of its groups included."""
    return [*_groups_of(entry), *keys(hydra_compose(entry))]


def _groups_of(entry: str) -> list[str]:
    """Return the groups that an entry point chooses options of."""
    chosen = OmegaConf.load(TREE / f"{entry}.yaml").defaults
    return [str(group) for each in chosen if isinstance(each, DictConfig) for group in each]


def _refuse_bare_words(entry: str, overrides: Sequence[str]) -> None:
    """Refuse a word without ``=``, and suggest the task or group with the most similar name."""
    for word in overrides:
        if "=" in word or word.startswith("~"):
            continue
        valid = {task: f"task={task}" for task in tasks(TREE, entry)}
        valid |= {group: f"{group}=…" for group in groups(TREE)}
        similar = [valid[match] for match in get_close_matches(word, valid, n=1)]
        raise ConfigError(
            f"{word!r} sets nothing" + (f" (did you mean {similar[0]}?)" if similar else ""),
            hint="overrides read key=value; `--help` lists the tasks",
        )


def _refuse_missing_values(composed: DictConfig) -> None:
    try:
        missing = sorted(OmegaConf.missing_keys(composed))
    except OmegaConfBaseException as error:
        raise ConfigError(
            f"{error.full_key}: {_first_line(error.msg)}",
            hint=f"add that key to the product's file, or set {error.full_key}=…",
        ) from error
    if missing:
        raise ConfigError(f"no value for {', '.join(missing)}", hint=f"give one: {missing[0]}=…")


def _unknown_option(error: MissingConfigException, entry: str) -> ConfigError:
    group, _, option = (error.missing_cfg_file or "").rpartition("/")
    options = sorted(error.options or ())
    if group == "task":
        others = {*tasks(TREE)} - {*tasks(TREE, entry)}
        options = [each for each in options if each not in others]
    if (CONF / group / f"{option}.yaml").is_file():
        return ConfigError(
            f"{group}={option}: no such option, but {CONF}/{group}/{option}.yaml is there",
            hint=f"--config-dir {CONF} adds the options of that folder",
        )
    return ConfigError(
        f"{group}={option}: no such option{did_you_mean(option, options)}",
        hint=f"options of {group}: {', '.join(options)}" if options else "",
    )


def _unknown_key(error: Exception, entry: str, valid: list[str]) -> ConfigError:
    match = KEY_NOT_OVERRIDDEN.search(str(error))
    if match is None:
        return _not_composed(error.__cause__ or error)
    if match[1] in MOVED:
        return ConfigError(f"{match[1]} is now {MOVED[match[1]]}", hint=f"{MOVED[match[1]]}=…")
    having = [each for each in ENTRIES if match[1] in _own_keys(each)]
    if having and entry not in having:
        return ConfigError(
            f"{match[1]}: {entry} has no such key; it is one of {' and '.join(having)}",
            hint=f"leave it out here, or run python -m {having[0]} … {match[1]}=…",
        )
    return ConfigError(
        f"{match[1]}: no such key{did_you_mean(match[1], valid)}",
        hint="`--cfg job` prints every key, `--help` the tasks and lifecycles",
    )


def _not_composed(error: BaseException) -> ConfigError:
    return ConfigError(f"cannot compose: {_first_line(error)}", hint="overrides read key=value")


def _search(folder: Path) -> str:
    """Return the override by which Hydra finds the options of a further folder."""
    quoted = str(folder.resolve()).replace("\\", "\\\\").replace("'", "\\'")
    return f"hydra.searchpath=['file://{quoted}']"


def _first_line(error: object) -> str:
    return str(error).strip().splitlines()[0]
