"""Metrics by name: the framework's own, and those of packages in the entry-point group."""

from __future__ import annotations

from contracts.errors import ConfigError, did_you_mean
from contracts.host import plugins
from contracts.score.metric.accuracy import Accuracy
from contracts.score.metric.brier import Brier
from contracts.score.metric.log_loss import LogLoss
from contracts.score.metric.mae import Mae
from contracts.score.metric.port import Metric
from contracts.score.metric.rmse import Rmse
from contracts.score.metric.roc_auc import RocAuc

#: A package adds its metrics here: name → a class without arguments.
GROUP = "liaison.metrics"
METRICS: dict[str, Metric] = {
    metric.name: metric for metric in (LogLoss(), Brier(), RocAuc(), Accuracy(), Mae(), Rmse())
}


def metric(name: str, *, kind: str | None = None) -> Metric:
    """Return the metric so named.

    Args:
        name: Its name, here or in the entry-point group ``liaison.metrics``.
        kind: The kind of product it is to serve, where that is known.

    Raises:
        ConfigError: There is none so named, it is none, or it does not serve that kind.
        ContractError: What a package registered under the name cannot be imported.
    """
    found = METRICS.get(name) or _installed(name)
    if kind is not None and kind not in found.kinds:
        raise ConfigError(
            f"the metric {name!r} serves {sorted(found.kinds)}, not {kind}",
            hint=f"for {kind}: {names(kind=kind)}",
        )
    return found


def names(*, kind: str | None = None) -> list[str]:
    """Return the names of the framework's metrics that serve a kind, of all without one."""
    return sorted(name for name, each in METRICS.items() if kind is None or kind in each.kinds)


def _installed(name: str) -> Metric:
    """Load a package's metric: its code runs only when it is asked for by name."""
    kind = plugins.load(GROUP, name)
    if kind is None:
        valid = [*METRICS, *plugins.registered_names(GROUP)]
        raise ConfigError(
            f"there is no metric {name!r}{did_you_mean(name, valid)}",
            hint=f"valid are {sorted(valid)}",
        )
    said = f"the entry point {name!r} of the group {GROUP!r}: {kind!r}"
    try:
        found = kind()
    except Exception as error:  # whatever another package's class may raise
        raise ConfigError(
            f"{said} cannot be made: {error!r}", hint="a metric is a class without arguments"
        ) from error
    if not isinstance(found, Metric):
        raise ConfigError(f"{said} is no metric", hint="see contracts/score/metric/port.py")
    if found.name != name:
        raise ConfigError(
            f"{said} has another name of its own: {found.name!r}", hint="give both one name"
        )
    return found
