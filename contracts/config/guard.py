"""What a configuration may not do: change Hydra's own settings, or compute values.

Hydra's settings name code to run (callbacks, launchers, loggers) and where to look for files;
resolvers read the environment, whose values would end in reports.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from hydra import compose as hydra_compose
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import GrammarParseError
from omegaconf.grammar.gen.OmegaConfGrammarParser import OmegaConfGrammarParser
from omegaconf.grammar_parser import parse
from omegaconf.resolvers import oc

from contracts.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HYDRA, ENVIRONMENT = "hydra", "oc.env"
#: The one resolver that may be called: it refers to another key, which may be missing.
SELECT = "oc.select"
#: What Hydra itself writes into its settings while it composes; Liaison reads none of it.
WRITTEN = ("overrides", "runtime", "searchpath")
WRITTEN_OF_JOB = ("config_name", "override_dirname")


def refuse_hydra_keys(overrides: Sequence[str]) -> None:
    """Refuse overrides of Hydra's own settings.

    Raises:
        ConfigError: One of them sets such a key or option.
    """
    for override in OverridesParser.create().parse_overrides(list(overrides)):
        if override.key_or_group.replace("/", ".").partition(".")[0] == HYDRA:
            raise _refusal(override.key_or_group)


def refuse_hydra(composed: DictConfig) -> None:
    """Remove Hydra's settings from a configuration, and refuse them if a file changed them.

    Called where Hydra is initialized.

    Raises:
        ConfigError: They are not Hydra's defaults.
    """
    node = composed.get(HYDRA)
    settings = _comparable(node)
    for key in sorted({*settings, *_defaults()}):
        if settings.get(key) != _defaults().get(key):
            raise _refusal(f"{HYDRA}.{key}")
    with open_dict(composed):
        del composed[HYDRA]


def refuse_resolvers(composed: DictConfig) -> None:
    """Refuse values that call a resolver, such as ``${oc.env:HOME}``; references are allowed.

    Raises:
        ConfigError: A value calls one.
    """
    for key, text in _texts(OmegaConf.to_container(composed, resolve=False), ""):
        if "${" in text and _calls_resolver(text):
            raise ConfigError(
                f"{key}: {text}: a value may refer to another key, as ${{paths.data}} does, and "
                "calls nothing",
                hint=f"give the value itself on the command line: {key}=…",
            )


@contextmanager
def no_environment() -> Iterator[None]:
    """Take the environment from what Hydra resolves while it reads defaults lists."""
    known = OmegaConf.clear_resolver(ENVIRONMENT)
    try:
        yield
    finally:
        if known:
            OmegaConf.register_new_resolver(ENVIRONMENT, oc.env)


@cache
def _defaults() -> dict[str, Any]:
    return _comparable(hydra_compose(return_hydra_config=True)[HYDRA])


def _comparable(node: Any) -> dict[str, Any]:
    """Return Hydra's settings without what Hydra itself writes; a value in their place has none."""
    if not isinstance(node, DictConfig):
        return {}
    settings: Any = OmegaConf.to_container(node, resolve=False)
    job = settings.get("job")
    if isinstance(job, dict):
        settings["job"] = {k: v for k, v in job.items() if k not in WRITTEN_OF_JOB}
    return {str(key): value for key, value in settings.items() if key not in WRITTEN}


def _texts(plain: Any, key: str) -> Iterator[tuple[str, str]]:
    """Yield every text in a configuration with its dotted key."""
    if isinstance(plain, str):
        yield key, plain
    children = dict(enumerate(plain)) if isinstance(plain, list) else plain
    for name, value in children.items() if isinstance(children, dict) else ():
        yield from _texts(value, f"{key}.{name}".strip("."))


def _calls_resolver(text: str) -> bool:
    try:
        nodes = [parse(text)]
    except GrammarParseError:
        return False  # resolving it fails too
    while nodes:
        node = nodes.pop()
        if (
            isinstance(node, OmegaConfGrammarParser.ResolverNameContext)
            and node.getText() != SELECT
        ):
            return True
        nodes += getattr(node, "children", None) or []
    return False


def _refusal(key: str) -> ConfigError:
    return ConfigError(
        f"{key}: Hydra's own settings cannot be changed: they name code to run",
        hint="remove it; `--help` lists what can be set",
    )
