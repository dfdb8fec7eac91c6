"""Metrics by name: the framework's own, and those of packages in the entry-point group."""

from __future__ import annotations

from importlib.metadata import entry_points

from contracts.errors import ConfigError, near
from contracts.metric.accuracy import Accuracy
from contracts.metric.brier import Brier
from contracts.metric.log_loss import LogLoss
from contracts.metric.mae import Mae
from contracts.metric.port import Metric
from contracts.metric.rmse import Rmse
from contracts.metric.roc_auc import RocAuc

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
    points = {point.name: point for point in entry_points(group=GROUP)}
    if name not in points:
        valid = [*METRICS, *points]
        raise ConfigError(
            f"there is no metric {name!r}{near(name, valid)}", hint=f"valid are {sorted(valid)}"
        )
    found = points[name].load()()
    if not isinstance(found, Metric):
        raise ConfigError(f"{points[name].value} is no metric", hint="see contracts/metric/port.py")
    return found
