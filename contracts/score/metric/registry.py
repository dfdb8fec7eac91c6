"""Metrics by name: the framework's own, and those of packages in the entry-point group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ConfigError, LiaisonError, did_you_mean
from contracts.host import plugins
from contracts.score.metric.losses import MEANS
from contracts.score.metric.port import Metric
from contracts.score.metric.roc_auc import RocAuc

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A package adds its metrics here: name → a class without arguments.
GROUP = "liaison.metrics"
#: The framework's own. One more mean of a loss per row is one more line of `MEANS`.
METRICS: dict[str, Metric] = {metric.name: metric for metric in (*MEANS, RocAuc())}


def metric(name: str, *, kind: str | None = None) -> Metric:
    """Return the metric of a name.

    Args:
        name: Its name, here or in the entry-point group ``liaison.metrics``.
        kind: The kind of product it has to score, where that is known.

    Raises:
        ConfigError: There is none of that name, it is not a metric, or not for that kind.
        ContractError: A package's metric cannot be imported.
    """
    named = METRICS.get(name) or _installed(name)
    if kind is not None and kind not in named.kinds:
        raise ConfigError(
            f"the metric {name!r} serves {sorted(named.kinds)}, not {kind}",
            hint=f"for {kind}: {names(kind=kind)}",
        )
    return named


def one_of(offered: Sequence[str], name: str | None, *, key: str) -> Metric:
    """Return the metric of a contract that a configuration names, the first one where it does not.

    Args:
        offered: The names of the contract's metrics, the main one first.
        name: What the configuration names, or None.
        key: The key in the configuration that names it.

    Raises:
        ConfigError: The contract has no such metric.
    """
    chosen = offered[0] if name is None else name
    if chosen not in offered:
        raise ConfigError(
            f"{key}={chosen}: the contract has no such metric{did_you_mean(str(chosen), offered)}",
            hint=f"one of {', '.join(offered)}; {key}=null takes the first",
        )
    return metric(chosen)


def names(*, kind: str | None = None) -> list[str]:
    """Return the names of the framework's metrics for a kind of product, of all without one."""
    return sorted(name for name, each in METRICS.items() if kind is None or kind in each.kinds)


def _installed(name: str) -> Metric:
    """Return a package's metric: its code runs only when it is asked for by name."""
    factory = plugins.load(GROUP, name)
    if factory is None:
        valid = [*METRICS, *plugins.registered_names(GROUP)]
        raise ConfigError(
            f"there is no metric {name!r}{did_you_mean(name, valid)}",
            hint=f"valid are {sorted(valid)}",
        )
    origin = f"the entry point {name!r} of the group {GROUP!r}: {factory!r}"
    try:
        installed = factory()
    except LiaisonError:
        raise
    except Exception as error:  # whatever another package's class may raise
        raise ConfigError(
            f"{origin} cannot be made: {error!r}", hint="a metric is a class without arguments"
        ) from error
    if not isinstance(installed, Metric):
        raise ConfigError(f"{origin} is no metric", hint="see contracts/score/metric/port.py")
    if installed.name != name:
        raise ConfigError(
            f"{origin} has another name of its own: {installed.name!r}", hint="give both one name"
        )
    return installed
